import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Mutant } from '@stryker-mutator/api/core'
import { report } from '../report.ts'
import type { Dry, Verdict } from './ask.ts'
import { ROOT, writeBundle } from './bundle.ts'
import { belowGoal, GOALS, roomOf } from './goals.ts'
import { neighboursIn } from './neighbours.ts'
import { costOf, type Killers, type Placed, planFor } from './plan.ts'
import { Lane, spread } from './pool.ts'
import { everyNth, perRoom } from './sample.ts'
import { type Judged, lineOf, scoreOf, tableOf } from './table.ts'

// node test/proof/mutation/run.ts [part of a source file's path ...] [--every <n> | --per-room <n>] [--again <summary>] [--out <summary>] [--goals]
//   [--tests <part of a test file's path> ...]
// Which changes to the source would no test notice? `--every 10` tries
// each tenth, `--per-room 100` a hundred of each room; `--again` what a summary says survived; `--tests` asks those files alone: less may be noticed then. With
// `--goals` it fails where a room is below its goal.

const CACHE = join(ROOT, 'node_modules/.cache/portcullis-proof')
const DRY_PATIENCE = 300_000
const PATIENCE = 60_000
const PATIENCE_FACTOR = 6

const { values: options, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    again: { type: 'string' },
    out: { type: 'string' },
    tests: { type: 'string', multiple: true, default: [''] },
    lanes: { type: 'string' },
    budget: { type: 'string', default: '20' },
    every: { type: 'string', default: '1' },
    'per-room': { type: 'string' },
    goals: { type: 'boolean', default: false },
  },
})

const start = Date.now()
await mkdir(CACHE, { recursive: true })
const folder = await mkdtemp(join(CACHE, 'mutation-'))
const bundleFile = join(folder, 'bundle.cjs')
const lanes = Array.from(
  { length: Number(options.lanes ?? Math.min(availableParallelism(), 8)) },
  () => new Lane(bundleFile),
)
try {
  await main()
} finally {
  for (const lane of lanes) lane.stop()
  await rm(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const { mutants, testFiles } = await writeBundle(bundleFile)
  const sources = new Map<string, string>()
  for (const name of new Set(mutants.map(({ fileName }) => fileName))) {
    sources.set(name, await readFile(join(ROOT, name), 'utf8'))
  }
  const described = (mutant: Mutant, verdict: Verdict): Judged => judgedOf(mutant, verdict, sources)
  const again = options.again === undefined ? null : await namesIn(options.again)
  const inParts = mutants.filter(
    ({ fileName }) => parts.length === 0 || parts.some((part) => fileName.includes(part)),
  )
  const count = options['per-room']
  const sample = count ? perRoom(inParts, Number(count)) : everyNth(inParts, Number(options.every))
  const wanted = sample.filter(
    (one) => !again || again.has(lineOf(described(one, { status: 'survived' }))),
  )
  const dry = await dryRun(testFiles.filter(isAsked))
  const neighboursOf = neighboursIn(mutants, dry)
  console.log(`${mutants.length} mutants, ${wanted.length} to try; ${since()}`)

  const killers: Killers = new Map()
  const judged: Judged[] = []
  await spread(wanted, lanes, async (mutant, lane) => {
    const placed = { ...mutant, neighbours: neighboursOf(mutant.fileName) }
    const one = described(mutant, await verdictOn(placed, dry, killers, lane))
    judged.push(one)
    if (isLiving(one)) console.log(`${one.status}: ${lineOf(one)}`)
    if (judged.length % 100 === 0) console.log(`${judged.length} tried; ${since()}`)
  })
  await tell(judged, mutants.length)
}

function isAsked(file: string): boolean {
  return options.tests.some((part) => file.includes(part))
}

/** Every test as it is without a mutant, which it must survive: at the second time, on a busy machine. */
async function dryRun(testFiles: string[]): Promise<Dry[]> {
  const dry: Dry[] = []
  const lines: string[] = []
  await spread(testFiles, lanes, async (file, lane) => {
    const first = await ranDry(file, lane)
    const isShaky = first.tests.some(({ problem }) => problem)
    const second = isShaky ? await ranDry(file, lane) : first
    const failed = second.tests.filter(({ problem }, at) => problem && first.tests[at]?.problem)
    lines.push(...failed.map(({ name, problem }) => `${file}: ${name}: ${problem}`))
    for (const { name } of first.tests.filter(({ problem }) => problem)) {
      console.log(`shaky, and asked of no mutant: ${file}: ${name}`)
    }
    dry.push(first)
  })
  if (lines.length > 0) throw new Error(`These fail without a mutant:\n${lines.join('\n')}`)
  const tests = dry.flatMap((one) => one.tests)
  const seconds = tests.reduce((sum, { ms }) => sum + ms, 0) / 1000
  console.log(`${tests.length} tests in ${dry.length} files, ${seconds.toFixed(1)} s; ${since()}`)
  return dry
}

async function ranDry(file: string, lane: Lane): Promise<Dry> {
  const ran = await lane.ask<Dry>({ kind: 'dry', file }, DRY_PATIENCE)
  if (!ran) throw new Error(`${file} does not end without a mutant either`)
  return ran
}

async function verdictOn(
  { id, fileName, neighbours }: Mutant & Placed,
  dry: Dry[],
  killers: Killers,
  lane: Lane,
): Promise<Verdict> {
  const known = killers.get(fileName) ?? new Map<string, number>()
  killers.set(fileName, known)
  const plan = planFor({ id, fileName, neighbours }, dry, known, 1000 * Number(options.budget))
  if (plan.length === 0) return { status: 'no coverage' }
  const patience = PATIENCE + PATIENCE_FACTOR * costOf(plan, dry)
  const verdict = await lane.ask<Verdict>({ kind: 'mutant', mutant: id, plan }, patience)
  // A mutant that hangs may go on and disturb the next.
  if (verdict?.status === 'timeout') lane.stop()
  if (verdict?.status === 'killed' && verdict.index !== undefined) {
    const key = `${verdict.file}#${verdict.index}`
    known.set(key, (known.get(key) ?? 0) + 1)
  }
  return verdict ?? { status: 'timeout', by: 'the driver' }
}

function judgedOf(mutant: Mutant, verdict: Verdict, sources: Map<string, string>): Judged {
  const { fileName: source, location, mutatorName: mutator, replacement } = mutant
  const original = pieceOf(sources.get(source) ?? '', location)
  const [line, column] = [location.start.line + 1, location.start.column + 1]
  const room = roomOf(source)
  return { ...verdict, room, source, line, column, mutator, original, replacement }
}

function pieceOf(text: string, { start, end }: Mutant['location']): string {
  const lines = text.split('\n').slice(start.line, end.line + 1)
  const last = lines.length - 1
  return lines
    .map((line, at) =>
      line.slice(at === 0 ? start.column : 0, at === last ? end.column : undefined),
    )
    .join('\n')
}

async function namesIn(file: string): Promise<Set<string>> {
  const { judged } = JSON.parse(await readFile(file, 'utf8')) as { judged: Judged[] }
  return new Set(judged.filter(isLiving).map(lineOf))
}

function isLiving({ status }: Judged): boolean {
  return status === 'survived' || status === 'no coverage'
}

function asInTheSource(a: Judged, b: Judged): number {
  return a.source.localeCompare(b.source) || a.line - b.line || a.column - b.column
}

async function tell(judged: Judged[], all: number): Promise<void> {
  judged.sort(asInTheSource)
  const scores = [...Object.keys(GOALS), 'cli'].map((room) =>
    scoreOf(
      room,
      judged.filter((one) => one.room === room),
    ),
  )
  const shown = [...scores.filter(({ mutants }) => mutants > 0), scoreOf('all', judged)]
  console.log(tableOf(shown))
  const below = options.goals ? belowGoal(scores) : []
  for (const { room, score } of below)
    console.log(`below its goal: ${room}, ${score} % of ${GOALS[room]} %`)
  if (below.length > 0) process.exitCode = 1
  for (const { room, mutants, killed, timeout, survived, score } of shown) {
    report('mutation', { room, mutants, killed: killed + timeout, timeout, survived, score })
  }
  const out = options.out ?? join(CACHE, 'mutation.json')
  await mkdir(dirname(out), { recursive: true })
  await writeFile(out, JSON.stringify({ tried: judged.length, all, scores: shown, judged }))
  console.log(`${since()}; summary in ${out}`)
}

function since(): string {
  return `${Math.round((Date.now() - start) / 1000)} s`
}
