import * as fc from 'fast-check'
import type { Manage } from './asking.ts'
import { PAIRS } from './client-keys.ts'
import { MODES, type OneFault, SITES } from './faults.ts'
import type { Step } from './steps.ts'

const place = fc.nat(2)
const index = fc.nat(20)
const aFault: fc.Arbitrary<OneFault> = fc.record({
  site: fc.constantFrom(...SITES),
  nth: fc.nat(4),
  mode: fc.constantFrom(...MODES),
})
const fault = fc.option(aFault, { freq: 3 })
/** It makes more calls than others do, and most of them are writes. */
const faultOfCron = fc.option(
  fc.record({
    site: fc.constantFrom(...SITES, 'd1 write', 'd1 write'),
    nth: fc.nat(8),
    mode: fc.constantFrom(...MODES),
  }),
  { freq: 3 },
)
const ofServer = fc.constantFrom(['manage'] as const, ['own', 'manage'] as const)
const access = fc.oneof(
  { weight: 4, arbitrary: fc.subarray(['read', 'write', 'own'] as const).map((all) => [...all]) },
  { weight: 1, arbitrary: ofServer.map((names) => [...names]) },
)
/** Before which call to D1 a right is lost; the commit is about the fifth. */
const MOMENTS = ['late body', 'late body', 1, 2, 3, 3, 4, 4, 5, 5, 6, 8] as const
const loss: fc.Arbitrary<Manage['loss']> = fc.option(
  fc.record({ how: index, call: fc.constantFrom(...MOMENTS) }),
  { freq: 2 },
)
/** How old a moment is to which D1 is taken back. */
const AGES = [10, 61, 360, 601, 3600, 259_200]
/** True in one of so many. */
const oneOf = (many: number) => fc.nat(many - 1).map((n) => n === 0)
const to = fc.constantFrom(
  'token' as const,
  'token' as const,
  'introspect' as const,
  'revoke' as const,
)
const of = { at: place, client: index, fault }

/** Every step that a history may have, and how often it comes. */
export const KINDS: [weight: number, arbitrary: fc.Arbitrary<Step>][] = [
  [
    4,
    fc.record({
      kind: fc.constant('create'),
      at: place,
      access,
      days: fc.constantFrom(0, 1, 10, 90),
      short: fc.boolean(),
      rotates: fc.boolean(),
      keyed: fc.boolean(),
      fault,
    }),
  ],
  [9, fc.record({ kind: fc.constantFrom('suspend', 'resume'), ...of })],
  [3, fc.record({ kind: fc.constantFrom('delete', 'revoke all'), ...of })],
  [3, fc.record({ kind: fc.constant('access'), ...of, access, apply: fc.boolean() })],
  [
    5,
    fc.record({
      kind: fc.constant('new secret'),
      ...of,
      days: fc.constantFrom(0, 3, 14, 90),
      retire: fc.constantFrom(null, 0, 60, 604_800),
      keyed: fc.boolean(),
    }),
  ],
  [
    5,
    fc.record({
      kind: fc.constant('again'),
      at: place,
      request: fc.nat(2),
      other: fc.constantFrom(false, false, true),
      fault,
    }),
  ],
  [
    5,
    fc.record({
      kind: fc.constant('rotate'),
      at: place,
      credential: index,
      overlap: fc.constantFrom(null, 0, 1, 60, 3600, 86_400),
      fault,
    }),
  ],
  [2, fc.record({ kind: fc.constant('new key'), ...of, pair: fc.nat(PAIRS - 1) })],
  [2, fc.record({ kind: fc.constant('delete key'), ...of, key: index })],
  [
    6,
    fc.record({
      kind: fc.constant('assert'),
      at: place,
      key: fc.constantFrom(0, 0, 1, 2),
      other: oneOf(8),
      sameJti: oneOf(6),
      lifetime: fc.constantFrom(60, 60, 300, 330, 331),
      to,
      fault,
    }),
  ],
  [
    4,
    fc.record({
      kind: fc.constant('assert again'),
      at: place,
      assertion: fc.constantFrom(0, 0, 0, 1, 2),
      to,
      fault,
    }),
  ],
  [1, fc.record({ kind: fc.constant('may rotate'), ...of, may: fc.boolean() })],
  [2, fc.record({ kind: fc.constant('delete secret'), ...of, secret: index })],
  [
    12,
    fc.record({
      kind: fc.constant('token'),
      at: place,
      credential: index,
      mistyped: fc.constant(false),
      fault,
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('token'),
      at: place,
      credential: index,
      mistyped: fc.constant(true),
      fault,
    }),
  ],
  [3, fc.record({ kind: fc.constant('revoke token'), at: place, token: index, fault })],
  [1, fc.record({ kind: fc.constant('revoke key'), at: place, token: index, fault })],
  [
    5,
    fc.record({
      kind: fc.constant('cron'),
      at: place,
      times: fc.constantFrom(1, 1, 2),
      fault: faultOfCron,
    }),
  ],
  [
    6,
    fc.record({
      kind: fc.constant('time'),
      seconds: fc.constantFrom(1, 30, 61, 61, 600, 3600, 43_200, 86_400, 6_566_400),
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant('until'),
      credential: index,
      off: fc.constantFrom(-1, 0, 0),
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant('outage'),
      site: fc.constantFrom(...SITES),
      mode: fc.constantFrom(...MODES),
    }),
  ],
  [3, fc.constant({ kind: 'heal' })],
  [1, fc.record({ kind: fc.constant('isolate'), at: place })],
  [1, fc.record({ kind: fc.constant('clock'), at: place, skew: fc.constantFrom(-300, 0, 300) })],
  [
    1,
    fc.record({
      kind: fc.constant('mail'),
      mode: fc.constantFrom('accepts', 'refuses', 'loses the answer', 'loses the request'),
    }),
  ],
  [
    9,
    fc.record({
      kind: fc.constant('manage'),
      at: place,
      by: fc.constantFrom('machine', 'machine', 'person'),
      admitted: fc.constantFrom(true, true, false),
      token: fc.constantFrom(0, 0, 0, 1, 2),
      change: index,
      client: index,
      loss,
      fault,
    }),
  ],
  [1, fc.constant({ kind: 'snapshot' })],
  [
    1,
    fc.record({
      kind: fc.constant('rewind'),
      snapshot: index,
      age: fc.constantFrom(...AGES),
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('drill'),
      at: place,
      client: index,
      what: fc.constantFrom('suspend', 'delete', 'revoke all'),
      age: fc.constantFrom(...AGES),
      announced: fc.boolean(),
      fails: fc.boolean(),
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('garble'),
      client: index,
      value: fc.constantFrom('no JSON', 'a version beyond', 'a generation beyond'),
    }),
  ],
]
