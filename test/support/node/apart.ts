import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  experimental_readRawConfig as readRawConfig,
  type TestHarnessOptions,
  type Unstable_RawConfig as RawConfig,
} from 'wrangler'

// Wrangler and the pool of Vitest read .dev.vars and .env beside a configuration, which override
// it. A developer's local settings must not become a test's environment: configurations are read
// from a folder that has neither.

const ROOT = join(import.meta.dirname, '../../..')
// Within the project, so that bundles made there find its packages.
const FOLDER = join(ROOT, '.wrangler/apart')

// Nor the shell's own variables, which wrangler adds to those of .env where it is asked to.
process.env['CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV'] = 'false'

type Worker = TestHarnessOptions['workers'][number]

/** The same Workers, with nothing of the developer's. */
export function apart({ root, workers, ...rest }: TestHarnessOptions): TestHarnessOptions {
  mkdirSync(FOLDER, { recursive: true })
  const from = root === undefined ? process.cwd() : root
  return { ...rest, root: FOLDER, workers: workers.map((worker) => workerApart(worker, from)) }
}

function workerApart(worker: Worker, root: string): Worker {
  if ('config' in worker) return { ...worker, config: withFullPaths(worker.config, root) }
  const { configPath, ...rest } = worker
  const path = resolve(root, String(configPath))
  const { env: _, ...config } = readRawConfig({ config: path }).rawConfig
  return { ...rest, config: withFullPaths(config, resolve(path, '..')) }
}

function withFullPaths<C extends RawConfig>(config: C, folder: string): C {
  const { main, d1_databases: databases } = config
  return {
    ...config,
    ...(main === undefined ? {} : { main: resolve(folder, main) }),
    ...(databases && {
      d1_databases: databases.map((database) => ({
        ...database,
        migrations_dir: resolve(folder, database.migrations_dir ?? 'migrations'),
      })),
    }),
  }
}

/** A file that says what wrangler.toml says, with nothing of the developer's beside it. */
export function configApart(root = ROOT, folder = FOLDER): string {
  mkdirSync(folder, { recursive: true })
  const { rawConfig } = readRawConfig({ config: join(root, 'wrangler.toml') })
  const file = join(folder, 'wrangler.json')
  writeWhole(file, JSON.stringify(withFullPaths(rawConfig, root), null, 2))
  return file
}

/** At once: another suite may be reading it. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, file)
}
