import { existsSync, readFileSync } from 'node:fs'

type Line = { section: string } & Record<string, unknown>

const INVARIANTS: Record<number, string> = {
  1: 'suspension is total',
  2: 'no issue while suspended',
  3: 'a resume restores exactly',
  4: 'delete is terminal',
  5: 'a secret is valid by time alone',
  6: 'secrets are independent, and capped',
  7: 'shown once',
  8: 'a truthful ack',
  9: 'convergence',
  10: 'versions only grow',
  11: 'never open by failure',
  12: 'a token is true',
  13: 'the cron is idempotent and dispensable',
  14: 'the audit trail is complete',
  15: 'least privilege',
  16: 'a right holds at the commit',
  20: 'a gate is exact',
  // INV-21 is tried in browsers, and no part of this.
  22: 'a restore gives nothing back',
  23: 'an assertion proves once, and by a key that is there',
}

const OF_MODEL = Object.keys(INVARIANTS).map(Number)
const OF_RACES = [1, 2, 3, 4, 6, 8, 9, 10, 12, 13, 14, 16, 23]

/** The promises that a part looks at, and what it counts. */
const PARTS: { section: string; count: string; unit: string; of: number[] }[] = [
  { section: 'model', count: 'runs', unit: 'histories', of: OF_MODEL },
  {
    section: 'races',
    count: 'interleavings',
    unit: 'interleavings',
    of: OF_RACES,
  },
  { section: 'gates', count: 'runs', unit: 'histories', of: [1, 2, 3, 4, 20] },
  { section: 'model with gates', count: 'runs', unit: 'histories with gates', of: OF_MODEL },
  {
    section: 'races with gates',
    count: 'interleavings',
    unit: 'interleavings with gates',
    of: OF_RACES,
  },
  { section: 'faults', count: 'pairs', unit: 'pairs', of: [8, 9, 11, 13, 14] },
  { section: 'canary', count: 'requests', unit: 'requests', of: [7] },
  { section: 'load', count: 'requests', unit: 'requests', of: [1, 2] },
]

/** The one table, and behind it what each part found. */
export function printProof(file: string): void {
  const lines = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : []
  print('invariant', ['checked in', 'faults', 'violations', 'planted defects found'], rows(lines))
  const planted = of(lines, 'defect')
  print(
    'planted defect',
    ['found by', 'as', 'in history', 'at step'],
    planted.map((one) => [
      text(one['name']),
      text(one['by']),
      found(one),
      text(one['histories']),
      text(one['steps']),
    ]),
  )
  const races = [...of(lines, 'races'), ...of(lines, 'races with gates')]
  const ofRace = (one: Line) => [
    text(one['pair']),
    text(one['interleavings']),
    text(one['outcomes']),
    text(one['violations']),
  ]
  print('race', ['interleavings', 'outcomes', 'violations'], races.map(ofRace))
  const mutation = of(lines, 'mutation')
  const ofRoom = (one: Line) => [
    text(one['room']),
    text(one['mutants']),
    text(one['killed']),
    text(one['survived']),
    text(one['score']),
  ]
  print('mutation', ['mutants', 'killed', 'survived', 'score'], mutation.map(ofRoom))
  for (const { section, ...figures } of [
    ...of(lines, 'faults'),
    ...of(lines, 'canary'),
    ...of(lines, 'load'),
  ]) {
    console.log(`\n${section}: ${JSON.stringify(figures)}`)
  }
}

function rows(lines: Line[]): string[][] {
  const planted = of(lines, 'defect')
  return Object.entries(INVARIANTS).map(([number, name]) => {
    const parts = PARTS.filter((part) => part.of.includes(Number(number)))
    const own = planted.filter((one) => one['breaks'] === Number(number))
    const faults =
      sum(of(lines, 'model'), 'faults') +
      sum(of(lines, 'model with gates'), 'faults') +
      (parts.some((p) => p.section === 'faults') ? sum(of(lines, 'faults'), 'pairs') : 0)
    return [
      `INV-${number} ${name}`,
      parts.flatMap((part) => checked(lines, part)).join(', '),
      String(faults),
      String(
        violations(
          lines,
          parts.map(({ section }) => section),
        ),
      ),
      own.length === 0
        ? ''
        : `${own.filter((one) => Number(one['invariant']) > 0).length} of ${own.length}`,
    ]
  })
}

function checked(lines: Line[], { section, count, unit }: (typeof PARTS)[number]): string[] {
  const total = sum(of(lines, section), count)
  return total === 0 ? [] : [`${total.toLocaleString('en')} ${unit}`]
}

function violations(lines: Line[], sections: string[]): number {
  const names = [
    'violations',
    'tokensByFailure',
    'activeByFailure',
    'falseAcks',
    'sightings',
    'wrong',
  ]
  return lines
    .filter(({ section }) => sections.includes(section))
    .reduce((total, line) => total + names.reduce((n, name) => n + Number(line[name] ?? 0), 0), 0)
}

function found(one: Line): string {
  return Number(one['invariant']) > 0 ? `INV-${text(one['invariant'])}` : 'NOT FOUND'
}

function of(lines: Line[], section: string): Line[] {
  return lines.filter((line) => line.section === section)
}

function sum(lines: Line[], name: string): number {
  return lines.reduce((total, line) => total + Number(line[name] ?? 0), 0)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

function print(first: string, names: string[], table: string[][]): void {
  if (table.length === 0) return
  console.log(`\n| ${[first, ...names].join(' | ')} |\n|${'---|'.repeat(names.length + 1)}`)
  for (const row of table) console.log(`| ${row.join(' | ')} |`)
}
