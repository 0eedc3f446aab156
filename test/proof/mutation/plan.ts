import type { Dry, Planned, PlannedTest } from './ask.ts'

// Times what the tests do without the mutant: as Stryker has it, and room for the first of it.
const LIMIT_FACTOR = 100
const LIMIT_LEAST = 1000
const LIKELY = 8

/** How often a test, by file and number, has killed a mutant of a source file. */
export type Killers = Map<string, Map<string, number>>

type Group = Planned & { cost: number }

/**
 * The tests that meet a mutant, file by file: first those that killed its neighbours, then the files
 * that share a word with its own, then the fastest, for as long as `budget` (in milliseconds) lasts.
 */
export function planFor(
  { id, fileName }: { id: string; fileName: string },
  dry: Dry[],
  killers: Map<string, number>,
  budget: number,
): Planned[] {
  const groups = dry.map((file) => groupOf(id, file)).filter(({ tests }) => tests.length > 0)
  const words = wordsOf(fileName)
  const isNear = ({ file }: Group) => [...wordsOf(file)].some((word) => words.has(word))
  groups.sort((a, b) => Number(isNear(b)) - Number(isNear(a)) || a.cost - b.cost)
  let spent = 0
  const affordable = groups.filter((group, at) => {
    if (at > 0 && spent + group.cost > budget) return false
    spent += group.cost
    return true
  })
  return [...likely(groups, killers), ...affordable]
}

function groupOf(mutant: string, dry: Dry): Group {
  const tests = testsFor(mutant, dry)
  const cost = dry.loadMs + tests.reduce((sum, { ms }) => sum + ms, 0)
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
    .map(({ ms, covered }, index) => ({ index, ms, hits: covered[mutant] }))
    .filter(({ hits }) => isMetOnLoad || hits !== undefined)
    .map(({ index, ms, hits }) => ({ index, ms, limit: limitOf(hits) }))
    .sort((a, b) => a.ms - b.ms)
}

function limitOf(hits = 0): number {
  return LIMIT_LEAST + LIMIT_FACTOR * hits
}

export function costOf(plan: Planned[], dry: Dry[]): number {
  const loads = new Map(dry.map(({ file, loadMs }) => [file, loadMs]))
  return plan.reduce(
    (sum, { file, tests }) =>
      sum + (loads.get(file) ?? 0) + tests.reduce((all, { ms }) => all + ms, 0),
    0,
  )
}
