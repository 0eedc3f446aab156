import type { Dry, Planned, PlannedTest } from './ask.ts'

// Times what the tests do without the mutant: as Stryker has it, and room for the first of it.
const LIMIT_FACTOR = 100
const LIMIT_LEAST = 1000
const LIKELY = 8
const SLOW = 1000

/** How often a test, by file and number, has killed a mutant of a source file. */
export type Killers = Map<string, Map<string, number>>

type Group = Planned & { cost: number }

/**
 * The tests that meet a mutant, file by file: first those that killed its neighbours, then the files
 * that share a word with its own and the golden pages of its room, then the fastest; the slow tests
 * last. They end where `budget` (in milliseconds) does: a mutant that lives then may be one that a
 * slow test would have killed.
 */
export function planFor(
  { id, fileName }: { id: string; fileName: string },
  dry: Dry[],
  killers: Map<string, number>,
  budget: number,
): Planned[] {
  const groups = dry.map((file) => groupOf(id, file)).filter(({ tests }) => tests.length > 0)
  const words = wordsOf(fileName)
  const golden = `test/${fileName.split('/')[1]}/golden-`
  const isNear = ({ file }: Group) =>
    file.startsWith(golden) || [...wordsOf(file)].some((word) => words.has(word))
  const order = (a: Group, b: Group) => Number(isNear(b)) - Number(isNear(a)) || a.cost - b.cost
  const quick = groups.flatMap((group) => only(group, (test) => test.ms <= SLOW)).sort(order)
  const slow = groups.flatMap((group) => only(group, (test) => test.ms > SLOW)).sort(order)
  let spent = 0
  const affordable = [...quick, ...slow].filter(({ cost }, at) => {
    if (at > 0 && spent + cost > budget) return false
    spent += cost
    return true
  })
  return [...likely(groups, killers), ...affordable]
}

function only(group: Group, isWanted: (test: PlannedTest) => boolean): Group[] {
  const tests = group.tests.filter(isWanted)
  return tests.length === 0 ? [] : [{ ...group, tests, cost: sumOf(tests) }]
}

function sumOf(tests: PlannedTest[]): number {
  return tests.reduce((sum, { ms }) => sum + ms, 0)
}

function groupOf(mutant: string, dry: Dry): Group {
  const tests = testsFor(mutant, dry)
  const cost = dry.loadMs + sumOf(tests)
  return { file: dry.file, loadLimit: limitOf(dry.loadCovers[mutant]), tests, cost }
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

function wordsOf(file: string): Set<string> {
  const words = file.replace(/^.*\/|(\.test)?\.ts$/g, '').split('-')
  return new Set(words.map((word) => word.replace(/s$/, '')))
}

function testsFor(mutant: string, { loadCovers, tests }: Dry): PlannedTest[] {
  const isMetOnLoad = loadCovers[mutant] !== undefined
  return tests
    .map(({ ms, problem, covered }, index) => ({ index, ms, problem, hits: covered[mutant] }))
    .filter(({ problem, hits }) => !problem && (isMetOnLoad || hits !== undefined))
    .map(({ index, ms, hits }) => ({ index, ms, limit: limitOf(hits) }))
    .sort((a, b) => a.ms - b.ms)
}

function limitOf(hits = 0): number {
  return LIMIT_LEAST + LIMIT_FACTOR * hits
}

export function costOf(plan: Planned[], dry: Dry[]): number {
  const loads = new Map(dry.map(({ file, loadMs }) => [file, loadMs]))
  return plan.reduce((sum, { file, tests }) => sum + (loads.get(file) ?? 0) + sumOf(tests), 0)
}
