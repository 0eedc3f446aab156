import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { COMPATIBILITY_DATE, ROOT } from './build.ts'
import { farModules } from './far-modules.ts'
import { scratch } from './scratch.ts'

/** A server in a process of its own, idle until it is its turn. */
export type Server = { url: string; pid: number; stop: () => Promise<void> }

/** Modules by their names, the entry first. */
export type Modules = Record<string, string>

const WORKERD = join(ROOT, 'node_modules/workerd/bin/workerd')
const STARTS_WITHIN = 60_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** A run that is interrupted leaves no server behind, and no folder that one still writes to. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void endAll())
}

async function endAll(): Promise<void> {
  await Promise.allSettled([...running].map(stop))
  process.exit(130)
}

/** A Worker alone in a bare `workerd serve`, without a proxy or simulator in front of it. */
export async function startWorkerd(
  modules: Modules,
  vars: Record<string, string> = {},
): Promise<Server> {
  const child = spawnWorkerd(workerdConfig(modules, vars))
  return serverOf(child, await portOf(child))
}

export function spawnWorkerd(config: string): ChildProcess {
  const args = ['serve', config, '--control-fd=3', '--socket-addr=http=127.0.0.1:0']
  return started(spawn(WORKERD, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] }))
}

/** workerd says on its control channel where it listens. */
export async function portOf(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child, child.stdio[3] as Readable)) {
    const message = JSON.parse(line) as { event: string; port: number }
    if (message.event === 'listen') return `http://127.0.0.1:${message.port}`
  }
  throw new Error('workerd ended before it listened')
}

export function workerdConfig(modules: Modules, vars: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(scratch(), 'workerd-'))
  const list = Object.entries(modules).map(([name, content]) => {
    writeFileSync(join(folder, name), content)
    const type = name.endsWith('.json') ? 'json' : 'esModule'
    return `(name = "${name}", ${type} = embed "${name}")`
  })
  const bindings = Object.entries(vars).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  )
  const config = join(folder, 'config.capnp')
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "*:0", http = (cfBlobHeader = "cf-blob"), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${list.join(', ')}],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  bindings = [${bindings.join(', ')}],
);
`,
  )
  return config
}

/** A server in Node, which prints `READY <url>` when it listens. */
export async function startNode(script: string, args: string[] = []): Promise<Server> {
  const env = { ...process.env, NODE_ENV: 'production', TMPDIR: scratch() }
  const child = started(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    }),
  )
  for await (const line of linesOf(child, child.stdout as Readable)) {
    if (line.startsWith('READY ')) return serverOf(child, line.slice('READY '.length))
  }
  throw new Error(`${script} ended before it was ready`)
}

export type Simulated = {
  modules: Modules
  vars?: Record<string, string>
  /** Statements that prepare the D1 database `DB`. */
  schema?: string[]
  /** Whether D1 can be moved far away. */
  canBeFar?: boolean
  /** With the Durable Objects `GATES`, of the class `Gate`. */
  gates?: boolean
}

/** A Worker on Miniflare's direct socket, with a fresh local D1 (`DB`) and KV (`DENYLIST`). */
export async function startMiniflare(simulated: Simulated): Promise<Server> {
  const file = join(mkdtempSync(join(scratch(), 'miniflare-')), 'worker.json')
  const { canBeFar, modules, gates = false } = simulated
  const all = canBeFar ? farModules(modules, gates) : modules
  writeFileSync(file, JSON.stringify({ ...simulated, modules: all }))
  return startNode(join(import.meta.dirname, 'miniflare-server.ts'), [file])
}

function started(child: ChildProcess): ChildProcess {
  running.add(child)
  child.on('exit', () => running.delete(child))
  if (child.stderr) tellComplaints(child.stderr)
  return child
}

const COMPLAINTS_MAX = 5

/**
 * Reports a server's first complaints: under load it may repeat the same one thousands of times.
 */
function tellComplaints(stream: Readable): void {
  let left = COMPLAINTS_MAX
  createInterface({ input: stream }).on('line', (line) => {
    if (left-- > 0) console.error(line)
  })
}

/**
 * The lines that a child writes while it starts; later output is read and dropped, so that it never
 * blocks.
 */
async function* linesOf(child: ChildProcess, stream: Readable): AsyncGenerator<string> {
  const tooLate = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN)
  try {
    yield* createInterface({ input: stream })
  } finally {
    clearTimeout(tooLate)
    stream.resume()
  }
}

function serverOf(child: ChildProcess, url: string): Server {
  return { url, pid: child.pid ?? 0, stop: () => stop(child) }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const tooLate = setTimeout(() => child.kill('SIGKILL'), 3000)
  await ended
  clearTimeout(tooLate)
}
