import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { BOOTSTRAP_TOKEN } from './harness.ts'
import { freePort } from './start.ts'

const ROOT = join(import.meta.dirname, '../../..')
const KEY = '1:a-key-of-the-tests-that-protects-nothing'

/** The built Worker on loopback, with its D1 and KV in a folder, and a clock that is so far ahead. */
export class Restorable {
  readonly folder = mkdtempSync(join(tmpdir(), 'portcullis-restore-'))
  readonly script = builtWorker()
  issuer = ''
  ahead = 0
  /** Variables that replace the tests' own. */
  vars: Record<string, string> = {}
  private port = 0
  private running: Miniflare | null = null
  /** Those of other suites in this process. */
  private before: number[] = []

  /** Starts it anew on what is in its folder, as a deployment with other settings does. */
  async start(closed = false): Promise<void> {
    await this.stop()
    this.port ||= await freePort()
    this.before = workerds()
    this.issuer = `http://localhost:${this.port}`
    this.running = new Miniflare(
      convertV4MiniflareOptions({
        modules: [{ type: 'ESModule', path: 'worker.js', contents: this.script }],
        compatibilityDate: '2026-10-20',
        port: this.port,
        logRequests: false,
        d1Databases: ['DB'],
        kvNamespaces: ['DENYLIST'],
        resourcePersistencePath: this.folder,
        // Each refusal while it is shut is a line of the log.
        handleStructuredLogs: () => {},
        bindings: {
          ...secrets(),
          ISSUER: this.issuer,
          ...(closed && { CLOSED: 'true' }),
          ...this.vars,
        },
      }),
    )
    await this.running.ready
    await this.ask(`/test/clock?seconds=${this.ahead}`)
  }

  async migrate(): Promise<void> {
    const db = await this.running?.getD1Database('DB')
    if (db) await migrated(db)
  }

  /** As `wrangler d1 execute` does. */
  async execute(sql: string): Promise<void> {
    const db = await this.running?.getD1Database('DB')
    await db?.prepare(sql).run()
  }

  /** As a machine that loses its power: nothing is asked first, and nothing is written behind it. */
  async kill(): Promise<void> {
    for (const pid of workerds(this.before)) process.kill(pid, 'SIGKILL')
    await this.stop()
  }

  async stop(): Promise<void> {
    await this.running?.dispose()
    this.running = null
  }

  /** Time goes by, and the cron runs at the end of it. */
  async cron(seconds = 60): Promise<void> {
    this.ahead += seconds
    await this.ask(`/test/cron?seconds=${seconds}`)
  }

  async pass(seconds: number): Promise<void> {
    this.ahead += seconds
    await this.ask(`/test/clock?seconds=${seconds}`)
  }

  /** The Worker's clock goes wrong, and D1's does not. */
  async misset(seconds: number): Promise<void> {
    await this.ask(`/test/clock?seconds=${seconds}&alone`)
  }

  private async ask(path: string): Promise<void> {
    const response = await fetch(this.issuer + path)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  }

  /** A copy of D1, or of all of its state, to be restored later. The server is stopped for it. */
  async copyOf(what: 'd1' | '.'): Promise<string> {
    await this.stop()
    const copy = mkdtempSync(join(tmpdir(), 'portcullis-copy-'))
    cpSync(join(this.folder, what), copy, { recursive: true })
    return copy
  }

  async putBack(copy: string, what: 'd1' | '.'): Promise<void> {
    await this.stop()
    rmSync(join(this.folder, what === '.' ? '' : what), { recursive: true })
    cpSync(copy, join(this.folder, what), { recursive: true })
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true })
  }
}

/** The processes in which this one runs Workers. */
function workerds(except: number[] = []): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)])
  return String(stdout)
    .split('\n')
    .filter((line) => line.includes('workerd'))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => !except.includes(pid))
}

function secrets(): Record<string, string> {
  return {
    BOOTSTRAP_TOKEN,
    PEPPER: KEY,
    WRAPPING_KEY: KEY,
    AUDIT_KEY: KEY,
    COOKIE_KEY: KEY,
  }
}

export async function migrated(db: D1Database): Promise<void> {
  const files = readdirSync(join(ROOT, 'migrations')).filter((name) => name.endsWith('.sql'))
  for (const file of files.sort()) {
    const text = readFileSync(join(ROOT, 'migrations', file), 'utf8')
    const parts = text.split('--> statement-breakpoint')
    await db.batch(parts.map((part) => db.prepare(part)))
  }
}

export function builtWorker(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'test/e2e/fixtures/clock-worker.ts')],
    tsconfig: join(ROOT, 'tsconfig.json'),
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
    external: ['cloudflare:*'],
  })
  return outputFiles[0]?.text ?? ''
}
