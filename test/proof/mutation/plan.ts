import type { Dry, Planned, PlannedTest } from './ask.ts'

// Times what the tests do without the mutant: as Stryker has it, and room for the first of it.
const LIMIT_FACTOR = 100
const LIMIT_LEAST = 1000
const LIKELY = 8
const SLOW = 1000

/** How often a test, by file and number, has killed a mutant of a source file. */
export type Killers = Map<string, Map<string, number>>

type Met = PlannedTest & { runsSource: boolean }
type Group = Omit<Planned, 'tests'> & { tests: Met[]; loadMs: number; cost: number }

export type Placed = { id: string; fileName: string; neighbours: readonly string[] }

/**
 * The tests that meet a mutant, file by file: first those that killed its neighbours, then the files
 * that share the most words with its path and the golden pages of its room, then the fastest; the slow
 * tests behind them. Of a mutant that is met when a file is loaded, all that run nothing of its source
 * come last. They end where `budget` (in milliseconds) does: a mutant that lives then may be one that
 * a slow test would have killed.
 */
export function planFor(
  { id, fileName, neighbours }: Placed,
  dry: Dry[],
  killers: Map<string, number>,
  budget: number,
): Planned[] {
  const groups = dry
    .map((file) => groupOf(id, neighbours, file))
    .filter(({ tests }) => tests.length > 0)
  const [words, golden] = [wordsOf(fileName), `test/${fileName.split('/')[1]}/golden-`]
  const shared = new Map(groups.map(({ file }) => [file, sharedWords(words, golden, file)]))
  const nearness = ({ file }: Group) => shared.get(file) ?? 0
  const order = (a: Group, b: Group) => nearness(b) - nearness(a) || a.cost - b.cost
  const some = (isWanted: (test: Met) => boolean) =>
    groups.flatMap((group) => only(group, isWanted)).sort(order)
  const inTurn = [
    ...some(({ runsSource, ms }) => runsSource && ms <= SLOW),
    ...some(({ runsSource, ms }) => runsSource && ms > SLOW),
    ...some(({ runsSource }) => !runsSource),
  ]
  return [...likely(groups, killers), ...affordable(inTurn, budget)]
}

/** A file that costs more than what is left has its fastest tests in it. The first file is always there. */
function affordable(groups: Group[], budget: number): Group[] {
  let left = budget
  return groups.flatMap((group, at) => {
    left -= group.loadMs
    const some = only(group, ({ ms }) => {
      if (at > 0 && ms > left) return false
      left -= ms
      return true
    })
    if (some.length === 0) left += group.loadMs
    return some
  })
}

function sharedWords(words: Set<string>, golden: string, file: string): number {
  const own = [...wordsOf(file)].filter((word) => words.has(word)).length
  return file.startsWith(golden) ? Math.max(own, 1) : own
}

function only(group: Group, isWanted: (test: Met) => boolean): Group[] {
  const tests = group.tests.filter(isWanted)
  return tests.length === 0 ? [] : [{ ...group, tests, cost: sumOf(tests) }]
}

function sumOf(tests: PlannedTest[]): number {
  return tests.reduce((sum, { ms }) => sum + ms, 0)
}

function groupOf(mutant: string, neighbours: readonly string[], dry: Dry): Group {
  const tests = testsFor(mutant, neighbours, dry)
  const cost = dry.loadMs + sumOf(tests)
  const loadLimit = limitOf(dry.loadCovers[mutant])
  return { file: dry.file, loadLimit, tests, loadMs: dry.loadMs, cost }
}

function likely(groups: Group[], killers: Map<string, number>): Group[] {
  const best = [...killers].sort(([, a], [, b]) => b - a).slice(0, LIKELY)
  return best.flatMap(([key]) => {
    const [name, index] = key.split('#')
    const group = groups.find(({ file }) => file === name)
    const tests = group?.tests.filter((test) => test.index === Number(index)) ?? []
    return group && tests.length > 0 ? [{ ...group, tests }] : []
  })
}

/** Those of a file's name and of the folder that it is in. */
function wordsOf(file: string): Set<string> {
  const [folder = '', name = ''] = file.split('/').slice(-2)
  const words = `${folder}-${name.replace(/(\.test)?\.tsx?$/, '')}`.split('-')
  return new Set(words.map((word) => word.replace(/s$/, '')))
}

function testsFor(
  mutant: string,
  neighbours: readonly string[],
  { loadCovers, tests }: Dry,
): Met[] {
  const isMetOnLoad = loadCovers[mutant] !== undefined
  return tests
    .map((test, index) => ({ ...test, index, hits: test.covered[mutant] }))
    .filter(({ problem, hits }) => !problem && (isMetOnLoad || hits !== undefined))
    .map(({ index, ms, hits, covered }) => {
      const runsSource = hits !== undefined || neighbours.some((one) => covered[one] !== undefined)
      return { index, ms, limit: limitOf(hits), runsSource }
    })
    .sort((a, b) => a.ms - b.ms)
}

function limitOf(hits = 0): number {
  return LIMIT_LEAST + LIMIT_FACTOR * hits
}

export function costOf(plan: Planned[], dry: Dry[]): number {
  const loads = new Map(dry.map(({ file, loadMs }) => [file, loadMs]))
  return plan.reduce((sum, { file, tests }) => sum + (loads.get(file) ?? 0) + sumOf(tests), 0)
}
