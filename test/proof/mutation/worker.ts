import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { constants, Script } from 'node:vm'
import { configureGlobal } from 'fast-check'
import { expect, expectTypeOf, vi } from 'vitest'
import '../../doubles/node/workerd-functions.ts'
import { internet } from '../../support/node/internet.ts'
import type { Ask, Covered, Dry, Verdict } from './ask.ts'
import { newSuite, runTest, type Test } from './suite.ts'

// A child process of the driver: it runs the tests of one file, or those that judge one mutant.

/** The state that the switches of the mutants read and count. */
type Switches = {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: { static: Covered; perTest: Record<string, Covered> }
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

type Result = 'ok' | 'failed' | 'timeout'
type Loaded = { setUp: () => void; files: Record<string, () => void> }

const TIMEOUT = 30_000

// Node's fetch writes the header of the host itself.
const HOST = 'x-host'
const internetHere = createServer((request, response) => {
  const { [HOST]: host, ...headers } = request.headers
  request.headers = { ...headers, host: String(host) }
  internet(request, response)
}).listen(0, '127.0.0.1')
await once(internetHere, 'listening')
const { port } = internetHere.address() as AddressInfo
const reallyFetch = fetch

/** As in workerd, where nothing has a reason to leave the machine. */
async function fetchHere(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  const { pathname, search, host } = new URL(request.url)
  const here = new Request(`http://127.0.0.1:${String(port)}${pathname}${search}`, request)
  here.headers.set(HOST, host)
  return reallyFetch(here)
}

const switches: Switches = {}
Object.assign(globalThis, {
  __stryker__: switches,
  // Vitest's timers read this of vitest's own worker.
  __vitest_worker__: { config: { fakeTimers: {} } },
  fetch: fetchHere,
})
// A failing test kills the mutant, whatever the smallest example is.
configureGlobal({ endOnFailure: true })
// A mutant may leave a promise behind that is never awaited: it is judged by tests alone.
process.on('unhandledRejection', () => {})

/** Closed when the next file is loaded: the garbage collector does not see what SQLite holds. */
const opened = new Set<DatabaseSync>()
class NotedDatabase extends DatabaseSync {
  constructor(path: string) {
    super(path)
    opened.add(this)
  }
}

const require = createRequire(import.meta.url)
const script = new Script(
  `(function (require, module) { ${readFileSync(process.argv[2] ?? '', 'utf8')}\n})`,
  { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
)

/** As in Vitest each file has modules of its own, so no mutant finds what another left in memory. */
function load(file: string): Test[] {
  const { tests, api } = newSuite()
  for (const database of opened) if (database.isOpen) database.close()
  opened.clear()
  const ours: Record<string, unknown> = {
    vitest: { ...api, expect, expectTypeOf, vi },
    'node:sqlite': { DatabaseSync: NotedDatabase },
  }
  const module = { exports: {} as Loaded }
  const requireHere = (name: string): unknown => ours[name] ?? require(name)
  switches.mutantCoverage = { static: {}, perTest: {} }
  script.runInThisContext()(requireHere, module)
  module.exports.setUp()
  module.exports.files[file]?.()
  return tests
}

/** A file that cannot be loaded is one test that fails, and says why. */
function loadedOrFailing(file: string): Test[] {
  try {
    return load(file)
  } catch (error) {
    const scope = { name: '', before: [], after: [], outer: null }
    return [{ name: 'loading', run: () => Promise.reject(error), timeout: 0, scope }]
  }
}

async function within(test: Test, most: number): Promise<Result> {
  const result = await new Promise<Result>((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), Math.max(most, test.timeout))
    const ran = runTest(test).then(() => 'ok' as const, failed)
    void ran.then(resolve).finally(() => clearTimeout(timer))
  })
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  return result
}

function failed(error: unknown): 'failed' {
  lastError = error
  return 'failed'
}

let lastError: unknown

async function dryRun(ask: Extract<Ask, { kind: 'dry' }>): Promise<Dry> {
  const { file, mistake, endsOnFailure } = ask
  switches.activeMutant = mistake
  switches.currentTestId = undefined
  const start = performance.now()
  const tests = loadedOrFailing(file)
  const loaded = performance.now()
  const coverage = switches.mutantCoverage
  const found: Dry['tests'] = []
  for (const [index, test] of tests.entries()) {
    const [before, used] = [performance.now(), process.cpuUsage()]
    switches.currentTestId = String(index)
    const result = await within(test, 2 * TIMEOUT)
    const problem = result === 'ok' ? null : `${result}: ${String(lastError)}`
    const covered = coverage?.perTest[index] ?? {}
    const ms = costOf(process.cpuUsage(used), performance.now() - before)
    found.push({ name: test.name, ms, problem, covered })
    if (problem && endsOnFailure) break
  }
  return { file, loadMs: loaded - start, loadCovers: coverage?.static ?? {}, tests: found }
}

/** In milliseconds: what it took of a processor that others use too, or a wait. */
function costOf({ user, system }: NodeJS.CpuUsage, wall: number): number {
  return Math.max((user + system) / 1000, wall / 4)
}

async function tryMutant({ mutant, plan }: Extract<Ask, { kind: 'mutant' }>): Promise<Verdict> {
  switches.activeMutant = mutant
  switches.currentTestId = 'any'
  try {
    for (const { file, loadLimit, tests: wanted } of plan) {
      switches.hitCount = 0
      switches.hitLimit = loadLimit
      const tests = load(file)
      for (const { index, limit, ms } of wanted) {
        const test = tests[index]
        if (!test) return { status: 'killed', file, by: 'a test that is no longer there' }
        switches.hitCount = 0
        switches.hitLimit = limit
        const result = await within(test, Math.max(TIMEOUT, 4 * ms))
        const isOver = switches.hitCount > limit
        if (result === 'timeout' || isOver) return { status: 'timeout', file, by: test.name }
        if (result === 'failed') return { status: 'killed', file, by: test.name, index }
      }
    }
    return { status: 'survived' }
  } catch (error) {
    return { status: 'killed', by: `loading: ${String(error)}` }
  }
}

async function answer(ask: Ask): Promise<void> {
  process.send?.(ask.kind === 'dry' ? await dryRun(ask) : await tryMutant(ask))
}

process.on('message', (ask: Ask) => void answer(ask))
// The driver may be gone.
process.on('disconnect', () => process.exit())
process.send?.('ready')
