import { judge, type Found, type Happened } from './judge.ts'
import type { Operation } from './subjects.ts'
import type { Mode, Trace } from './order.ts'
import type { World } from './world.ts'

/** One call site of one operation, one way to fail, and what must come of it. */
export type Pair = { operation: Operation; site: string; mode: Mode; expected: string }

export type Result = Pair & Found & { actual: string; met: boolean }

// Pairs share one D1: the work behind another's answer may take what a pair was about to meet.
const ATTEMPTS = 10
const LANES = 2
const WAIT = 120_000

let made = 0

/** The server takes it for Cloudflare's id of the request. */
export const newId = () => (++made).toString(16).padStart(16, '0')

const isLong = ({ mode }: Pair) => mode.startsWith('hangs')

/** The call sites of each operation, by its name, in the order of a run that nothing goes wrong with. */
type CleanRuns = ReadonlyMap<string, string[]>

/** All pairs on one Worker: while those that hang wait out the server's patience, the others run. */
export async function runPairs(w: World, pairs: Pair[], clean: CleanRuns): Promise<Result[]> {
  const long: { pair: Pair; happens: Promise<Happened> }[] = []
  const results: Result[] = []
  const run = async (pair: Pair) => {
    const happens = await begin(w, pair, clean)
    if (isLong(pair)) long.push({ pair, happens: happens.end })
    else results.push(await resultOf(w, pair, await happens.end))
  }
  const sorted = [...pairs].sort((a, b) => Number(isLong(b)) - Number(isLong(a)))
  // Each run of the cron does what is due for every caller; a commit that came too late for its own
  // number is not lost.
  const isAlone = ({ operation, mode }: Pair) =>
    operation.name === 'the cron' || mode === 'lost, then down'
  await inLanes(sorted.filter(isAlone), 1, run)
  await inLanes(
    sorted.filter((pair) => !isAlone(pair)),
    LANES,
    run,
  )
  await inLanes(long, LANES, async ({ pair, happens }) => {
    results.push(await resultOf(w, pair, await happens))
  })
  return results
}

async function resultOf(w: World, pair: Pair, happened: Happened): Promise<Result> {
  const verdict = await judge(w, pair.operation, happened)
  return { ...pair, ...verdict, met: happened.trace.met }
}

/** The calls of an operation that nothing goes wrong with. */
export async function sitesOf(w: World, operation: Operation): Promise<string[]> {
  const subject = await operation.arrange(w, `clean-${newId()}`)
  const order = { id: newId() }
  const { status } = await operation.act(w, subject, order)
  return (await settled(w, order.id, status)).sites
}

/** Starts a pair; answers as soon as its fault was met, with what will come of it. */
async function begin(w: World, pair: Pair, clean: CleanRuns): Promise<{ end: Promise<Happened> }> {
  for (let attempt = 1; ; attempt++) {
    const { operation, site, mode } = pair
    const id = newId()
    const subject = await operation.arrange(w, `pair-${id}`)
    const order = { id, site, mode }
    let answered = false
    const answering = operation.act(w, subject, order).finally(() => void (answered = true))
    const end = answering.then(async (answer) => {
      return { subject, order, answer, trace: await settled(w, id, answer.status) }
    })
    // Looked at below, or by who gets it.
    end.catch(() => {})
    if (isLong(pair))
      await until(
        `${operation.name}, ${site}, ${mode}`,
        async () => answered || (await w.trace(id))?.met === true,
      )
    const trace = isLong(pair) ? await w.trace(id) : (await end).trace
    const isMet = trace?.met === true && cameAsPlanned(trace, pair, clean)
    if (isMet || attempt === ATTEMPTS) return { end }
    await end
  }
}

/**
 * Whether all that comes before the site was called before it. A commit that lost a race to another pair's
 * reads the head a second time, which is not the second read of the matrix.
 */
function cameAsPlanned({ sites }: Trace, { operation, site }: Pair, clean: CleanRuns): boolean {
  const planned = clean.get(operation.name) ?? []
  const before = planned.slice(0, Math.max(planned.indexOf(site), 0))
  const came = new Set(sites.slice(0, Math.max(sites.indexOf(site), 0)))
  return before.every((one) => came.has(one))
}

/** The trace once all the work behind the answer is done. A request that the runtime ended has no end. */
async function settled(w: World, id: string, status: number): Promise<Trace> {
  let trace: Trace | null = null
  await until(`the work of ${id}`, async () => {
    trace = await w.trace(id)
    return trace !== null && (trace.done || status === 500) && trace.behind === 0
  })
  if (!trace) throw new Error('a request without a trace')
  return trace
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it takes too long: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function inLanes<T>(all: T[], lanes: number, work: (one: T) => Promise<void>) {
  const rest = [...all]
  const lane = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
