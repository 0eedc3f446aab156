import type { Cold } from './cold.ts'
import { difference, inText, paired, quotient, type Spread, spread } from './figures.ts'
import type { Measured } from './measure.ts'
import type { Size } from './sizes.ts'
import type { Goal, Workload } from './workloads.ts'

/** One thing that was asked for, and what came of it. */
export type Verdict = { what: string; must: string; is: string; met: boolean | null }

/** The same figure of a target beside the first one, whichever way round the table has it. */
function beside(
  workload: Workload,
  measured: Measured[],
  name: string,
): [Measured, Measured] | null {
  const [first] = measured
  const other = measured.find((one) => one.name === name)
  if (!first || !other) return null
  return workload.ratio === 'first' ? [first, other] : [other, first]
}

export function verdictsOf(workload: Workload, measured: Measured[]): Verdict[] {
  return workload.goals.flatMap((goal) => {
    const pair = beside(workload, measured, goal.against)
    return pair ? verdictsOfGoal(workload, goal, pair) : []
  })
}

function verdictsOfGoal(workload: Workload, goal: Goal, pair: [Measured, Measured]): Verdict[] {
  const what = `${workload.name}: ${goal.against}`
  const verdicts: Verdict[] = []
  if (goal.rate !== undefined) {
    const is = paired(pair, ({ rate }) => rate, quotient)
    const met = is && is.median >= goal.rate
    const must = `requests a second, at least ${goal.rate} times`
    verdicts.push({ what, must, is: inText(is, 2), met })
  }
  if (goal.cpu !== undefined) {
    const is = paired(pair, ({ cpu }) => cpu, quotient)
    const met = is && is.median <= goal.cpu
    const must = `CPU a request, at most ${goal.cpu} times`
    verdicts.push({ what, must, is: inText(is, 2), met })
  }
  if (goal.more !== undefined) {
    const is = paired(pair, ({ cpu }) => cpu, difference)
    const met = is && is.median <= goal.more
    verdicts.push({
      what,
      must: `CPU a request, at most ${goal.more} µs more`,
      is: inText(is),
      met,
    })
  }
  return verdicts
}

/** Refusals must write nothing, in any round. */
export function writesVerdict(measured: Measured[]): Verdict {
  const writes = measured.slice(1).map((one) => spread(one, (sample) => sample.writes))
  const most = Math.max(...writes.map((one) => one?.max ?? Number.NaN))
  return {
    what: 'refusals: writes in D1',
    must: 'none',
    is: String(most),
    met: Number.isNaN(most) ? null : most === 0,
  }
}

/** Milliseconds of CPU. */
const COLD_MOST_MORE = 12

export function coldVerdict([token, fixed]: Cold[]): Verdict {
  const more = token?.cpu && fixed?.cpu ? token.cpu.median - fixed.cpu.median : null
  return {
    what: 'cold: CPU of the first token',
    must: `at most ${COLD_MOST_MORE} ms more than fixed JSON`,
    is: more?.toFixed(1) ?? '-',
    met: more === null ? null : more <= COLD_MOST_MORE,
  }
}

export function ratio(one: Spread | null | undefined, other: Spread | null | undefined) {
  return one && other ? one.median / other.median : null
}

export function sizeVerdict({ name, kib, most }: Size): Verdict {
  return { what: name, must: `at most ${most} KiB`, is: kib.toFixed(1), met: kib <= most }
}
