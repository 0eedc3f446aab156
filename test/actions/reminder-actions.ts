import * as fc from 'fast-check'
import { DAY, HOUR, MINUTE, type Seconds } from '../../src/domain/time.ts'
import type { Fault } from '../doubles/faults.ts'
import type { Mode } from '../doubles/mailbox.ts'

export type Action =
  | { kind: 'wait'; seconds: Seconds }
  /** Some runs at once after a while; the provider does the same to whatever it is handed. */
  | { kind: 'crons'; after: Seconds; count: number; mode: Mode }
  /** A run of which no call of D1 arrives from the `calls`-th on; that one may, but for its answer. */
  | { kind: 'killed cron'; calls: number; isCommitted: boolean; isAccepted: boolean }
  | { kind: 'cron with a hiccup'; call: number; fault: Fault }
  | { kind: 'outage of 25 hours' }
  | { kind: 'client'; days: number; remind: boolean }
  | { kind: 'secret'; of: number; days: number; remind: boolean; retire: Seconds | null }
  | { kind: 'newest deleted'; of: number }
  | { kind: 'client deleted'; of: number }
  | { kind: 'suspended'; of: number }
  | { kind: 'resumed'; of: number }
  | { kind: 'administrator'; who: number; access: 'manage' | 'view' | null }

const of = fc.nat(2)
const remind = fc.constantFrom(true, true, true, false)
// Both sides of the 14 days, the last day, and far away.
const days = fc.constantFrom(0, 5, 9, 13, 14, 15, 40)
const calls = fc.integer({ min: 1, max: 24 })
const kind = <K extends Action['kind']>(name: K) => fc.constant(name)

const SPANS = [MINUTE, 2 * MINUTE, 20 * MINUTE, 2 * HOUR, 7 * HOUR, DAY]

const ordinary = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('wait'), seconds: fc.constantFrom(...SPANS, 3 * DAY) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('client'), days, remind }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('secret'),
      of,
      days,
      remind,
      retire: fc.constantFrom(null, 0, HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('newest deleted'), of }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('client deleted'), of }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('suspended'), of }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('resumed'), of }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('administrator'),
      who: of,
      access: fc.constantFrom('manage' as const, 'manage' as const, 'view' as const, null),
    }),
  },
)

const killed = fc.record({
  kind: kind('killed cron'),
  calls,
  isCommitted: fc.boolean(),
  isAccepted: fc.boolean(),
})
const hiccup = fc.record({
  kind: kind('cron with a hiccup'),
  call: calls,
  fault: fc.constantFrom<Fault>('throws', 'throws after commit'),
})

/** Things that happen one after another; a provider does each of `modes` equally often. */
export function actionsWith(...modes: Mode[]): fc.Arbitrary<Action[]> {
  const count = fc.constantFrom(1, 1, 2, 3)
  const mode = fc.constantFrom(...modes)
  const after = fc.constantFrom(0, ...SPANS)
  const crons = fc.record({ kind: kind('crons'), after, count, mode })
  const any = fc.oneof(
    { weight: 20, arbitrary: ordinary },
    { weight: 15, arbitrary: crons },
    { weight: 3, arbitrary: killed },
    { weight: 2, arbitrary: hiccup },
    { weight: 1, arbitrary: fc.record({ kind: kind('outage of 25 hours') }) },
  )
  return fc.array<Action>(any, { minLength: 4, maxLength: 24, size: 'max' })
}
