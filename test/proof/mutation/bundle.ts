import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Mutant } from '@stryker-mutator/api/core'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { build, type OnLoadResult, type Plugin } from 'esbuild'

export const ROOT = join(import.meta.dirname, '../../..')

const PLATFORM = join(import.meta.dirname, 'platform.ts')
const TESTS =
  'test/{platform,domain,actions,storage,crypto,dpop,mail,http,web,console,outbound,guard,host,cli,attacks}/**/*.test.{ts,tsx}'
const LEFT_OUT = new Set([
  // They count what D1 says it read, and the double does not say.
  'test/http/admin/list-costs.test.ts',
  'test/storage/token-weight.test.ts',
  // It migrates a database that holds something.
  'test/storage/clients/search-filing.test.ts',
  // They send what Node refuses: a header beyond Latin-1, the method TRACE.
  'test/console/cookies.test.ts',
  'test/http/reference.test.ts',
  'test/http/worker-origins.test.ts',
  // It calls the Worker over a service binding, which only workerd has.
  'test/http/token-size.test.ts',
  // It sends mail by the binding that wrangler emulates.
  'test/mail/emulated-binding.test.ts',
  // They ask Durable Objects, or a bucket, which only workerd has.
  'test/actions/audit-tree/copies.test.ts',
  'test/http/gates.test.ts',
  'test/platform/emptied-storage.test.ts',
  'test/storage/gates/gate-object.test.ts',
  // They take minutes, and send the method TRACE.
  'test/attacks/canary.test.ts',
  'test/attacks/routes.test.ts',
  'test/guard/staleness.test.ts',
])

export type Bundle = { mutants: readonly Mutant[]; testFiles: string[] }

/**
 * Every test, and the server with all its mutants behind switches, as one script: a mutant is tried
 * by setting a number, not by building anything.
 */
export async function writeBundle(file: string): Promise<Bundle> {
  const { contents, mutants } = await instrumented()
  const testFiles = globSync(TESTS, { cwd: ROOT })
    .map(slashed)
    .filter((name) => !LEFT_OUT.has(name))
    .sort()
  await writeScript(file, testFiles, replacing(contents))
  return { mutants, testFiles }
}

/** Tests as one script, with source files changed as the plugin changes them. */
export async function writeScript(
  file: string,
  testFiles: string[],
  plugin: Plugin,
): Promise<void> {
  const loaders = testFiles.map((name) => `${JSON.stringify(name)}: () => require('./${name}')`)
  const { outputFiles } = await build({
    stdin: {
      contents: `module.exports = {
        setUp: () => require('./test/support/workerd.ts'),
        files: { ${loaders.join(',\n')} },
      }`,
      resolveDir: ROOT,
    },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'es2024',
    packages: 'external',
    external: ['cloudflare:sockets'],
    logLevel: 'silent',
    plugins: [platform, plugin],
  })
  await writeFile(file, outputFiles[0]?.text ?? '')
}

/**
 * Not in the Worker: the schemas of the database and of answers, and what describes routes. Texts
 * made of them are committed, and a test compares each with what they say now.
 */
const GENERATES_TEXT = /^src\/(storage\/schema\/|(http|web)\/.*(description|response)\.ts$)/

async function instrumented() {
  const all = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map(slashed)
  const names = all.filter((name) => !GENERATES_TEXT.test(name))
  const sources = await Promise.all(
    names.sort().map(async (name) => {
      return { name, mutate: true, content: await readFile(join(ROOT, name), 'utf8') }
    }),
  )
  const silent = { debug() {}, info() {}, isDebugEnabled: () => false }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a log as it calls
  const instrumenter = new Instrumenter(silent as never)
  const options = { plugins: null, excludedMutations: [], ignorers: [] }
  const { files, mutants } = await instrumenter.instrument(sources, options)
  return { contents: new Map(files.map(({ name, content }) => [name, content])), mutants }
}

const platform: Plugin = {
  name: 'platform',
  setup(building) {
    building.onResolve({ filter: /^cloudflare:(workers|test)$/ }, () => ({ path: PLATFORM }))
  },
}

/** These contents of source files in place of their own. */
function replacing(contents: Map<string, string>): Plugin {
  return {
    name: 'mutants',
    setup(building) {
      building.onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
        loaded(path, contents.get(slashed(relative(ROOT, path)))),
      )
    },
  }
}

/** A module for the script, by its path, with this text in place of its own where there is one. */
export async function loaded(path: string, text?: string): Promise<OnLoadResult> {
  const whole = await withFiles(text ?? (await readFile(path, 'utf8')), path)
  // A script has none of its own.
  const place = JSON.stringify(dirname(path))
  const loader = path.endsWith('x') ? 'tsx' : 'ts'
  return { contents: whole.replaceAll('import.meta.dirname', place), loader }
}

const GLOB = /import\.meta\.glob\(\s*'([^']+)'[^)]*\)/

/** As Vite does it: the texts of the files themselves, where a module asks for all that fit a pattern. */
async function withFiles(text: string, path: string): Promise<string> {
  const [call, pattern] = GLOB.exec(text) ?? []
  if (call === undefined || pattern === undefined) return text
  const cwd = dirname(path)
  const names = globSync(pattern, { cwd }).map(slashed)
  const files = await Promise.all(names.map((name) => readFile(join(cwd, name), 'utf8')))
  const entries = names.map((name, at) => [name, files[at]])
  return text.replace(call, () => JSON.stringify(Object.fromEntries(entries)))
}

export function slashed(path: string): string {
  return path.split(sep).join('/')
}
