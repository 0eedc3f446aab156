import * as fc from 'fast-check'
import { GATE_SITES, MODES, type OneFault } from './faults.ts'
import { KINDS } from './kinds.ts'
import type { Step } from './steps.ts'

const place = fc.nat(2)
const index = fc.nat(20)
const fault: fc.Arbitrary<OneFault> = fc.record({
  site: fc.constantFrom(...GATE_SITES, 'gate change' as const),
  nth: fc.constantFrom(0, 0, 0, 1, 2),
  mode: fc.constantFrom(...MODES),
})
const maybe = fc.option(fault, { freq: 2 })
const ofApi = fc.subarray(['read', 'write'] as const).map((all) => [...all])

/** One of the other steps, in which a gate is not reached. */
const missed: fc.Arbitrary<Step> = fc
  .tuple(fc.oneof(...KINDS.map(([weight, arbitrary]) => ({ weight, arbitrary }))), fault)
  .map(([step, one]) => ('fault' in step ? { ...step, fault: one } : step))

/** The steps of a history with gates besides those of every one. */
const OF_GATES: [weight: number, arbitrary: fc.Arbitrary<Step>][] = [
  [40, missed],
  [8, fc.record({ kind: fc.constant('role'), at: place, access: ofApi, fault: maybe })],
  [
    5,
    fc.record({
      kind: fc.constant('hold role'),
      at: place,
      client: index,
      holds: fc.constantFrom(true, true, false),
      fault: maybe,
    }),
  ],
  [4, fc.record({ kind: fc.constant('object'), client: index })],
  // Gates remember over these, but for the last.
  [4, fc.record({ kind: fc.constant('time'), seconds: fc.constantFrom(1, 10, 29, 32) })],
  [
    2,
    fc.record({
      kind: fc.constant('outage'),
      site: fc.constantFrom(...GATE_SITES),
      mode: fc.constantFrom(...MODES),
    }),
  ],
]

export const GATE_KINDS = [...KINDS, ...OF_GATES]

/** A client has a permission by the role from the start, and a token with it. */
export const GATE_BEGINNING: Step[] = [
  { kind: 'access', at: 1, client: 0, access: ['write'], apply: false, fault: null },
  { kind: 'hold role', at: 0, client: 0, holds: true, fault: null },
  { kind: 'token', at: 2, credential: 0, mistyped: false, fault: null },
]
