import { describe, expect, it } from 'vitest'
import { createAuthServer } from '../../../src/server.ts'
import { buildServer } from '../build.ts'
import { RESTORED_LISTS_GO_ON } from './list-defects.ts'
import { replay } from './model.ts'
import type { Mode } from './faults.ts'
import type { Step } from './steps.ts'

// Histories that once broke a promise, or showed one that cannot be kept in full: each by its name.

/** A run of the cron in which so many writes succeed before one goes wrong. */
const cronThatLoses = (nth: number, mode: Mode): Step[] => [
  { kind: 'cron', at: 0, times: 1, fault: { site: 'd1 write', nth, mode } },
]
const WRITES = [0, 1, 2, 3, 4, 5, 6, 7, 8]

const HISTORIES: Record<string, Step[]> = {
  'INV-13: the mail went out, and its answer was lost': [
    { kind: 'cron', at: 0, times: 1, fault: { site: 'mail', nth: 0, mode: 'throws after commit' } },
    { kind: 'suspend', at: 0, client: 0, fault: null },
  ],
  'INV-9: a client that D1 forgot when it was taken back has a token': [
    { kind: 'snapshot' },
    {
      kind: 'create',
      at: 0,
      access: ['own'],
      days: 0,
      short: false,
      rotates: false,
      keyed: false,
      fault: null,
    },
    { kind: 'token', at: 0, credential: 4, mistyped: false, fault: null },
    { kind: 'rewind', snapshot: 0, age: 601 },
  ],
  'INV-8: a clock that is late retires what one that is right made': [
    { kind: 'time', seconds: 3600 },
    { kind: 'clock', at: 2, skew: -300 },
    { kind: 'new secret', at: 0, client: 1, fault: null, days: 0, retire: 0, keyed: false },
    { kind: 'new secret', at: 2, client: 1, fault: null, days: 0, retire: 60, keyed: false },
  ],
  'INV-13: the newest secret is deleted, and the one before it is being retired': [
    { kind: 'new secret', at: 0, client: 1, fault: null, days: 0, retire: 604_800, keyed: false },
    { kind: 'delete secret', at: 0, client: 1, fault: null, secret: 1 },
  ],
  'INV-23: a clock that is ahead forgets an assertion that one that is late still accepts': [
    { kind: 'clock', at: 0, skew: -300 },
    { kind: 'clock', at: 1, skew: 300 },
    {
      kind: 'assert',
      at: 0,
      key: 0,
      other: false,
      sameJti: false,
      lifetime: 300,
      to: 'token',
      fault: null,
    },
    { kind: 'time', seconds: 300 },
    // The first runs have more urgent things to do.
    { kind: 'cron', at: 1, times: 1, fault: null },
    { kind: 'cron', at: 1, times: 1, fault: null },
    { kind: 'cron', at: 1, times: 1, fault: null },
    { kind: 'assert again', at: 0, assertion: 0, to: 'token', fault: null },
  ],
  'INV-23: an assertion that D1 forgot when it was taken back is accepted once more': [
    { kind: 'snapshot' },
    {
      kind: 'assert',
      at: 0,
      key: 0,
      other: false,
      sameJti: false,
      lifetime: 300,
      to: 'token',
      fault: null,
    },
    { kind: 'rewind', snapshot: 0, age: 10 },
    { kind: 'assert again', at: 1, assertion: 0, to: 'token', fault: null },
    { kind: 'assert again', at: 2, assertion: 0, to: 'token', fault: null },
  ],
  'INV-23: a key that was deleted and added again is refused once, where it is remembered': [
    {
      kind: 'assert',
      at: 0,
      key: 0,
      other: false,
      sameJti: false,
      lifetime: 60,
      to: 'token',
      fault: null,
    },
    { kind: 'delete key', at: 1, client: 0, key: 0, fault: null },
    { kind: 'new key', at: 1, client: 0, pair: 0, fault: null },
    {
      kind: 'assert',
      at: 0,
      key: 0,
      other: false,
      sameJti: false,
      lifetime: 60,
      to: 'token',
      fault: null,
    },
  ],
  'INV-8: somebody signs out whose session had ended with a log that was accepted': [
    {
      kind: 'drill',
      at: 0,
      client: 0,
      what: 'suspend',
      age: 10,
      announced: false,
      fails: false,
    },
    {
      kind: 'manage',
      at: 0,
      by: 'person',
      admitted: false,
      token: 0,
      change: 0,
      client: 0,
      loss: { how: 11, call: 'late body' },
      fault: null,
    },
  ],
}

const aClient: Step = {
  kind: 'create',
  at: 0,
  access: ['read'],
  days: 30,
  short: false,
  rotates: false,
  keyed: false,
  fault: null,
}

/** A client that D1 forgets has a token, and the next one would get its place in the list. */
const FORGOTTEN: Step[] = [
  { kind: 'snapshot' },
  aClient,
  { kind: 'token', at: 0, credential: 4, mistyped: false, fault: null },
  { kind: 'rewind', snapshot: 0, age: 70 },
  aClient,
  { kind: 'time', seconds: 61 },
  { kind: 'time', seconds: 61 },
  { kind: 'time', seconds: 61 },
]

describe('the server keeps its promises where once it, or the model, did not', () => {
  it.each(Object.entries(HISTORIES))('%s', async (_, steps) => {
    await expect(replay({ createAuthServer }, steps)).resolves.toBeUndefined()
  })

  it.each(['throws after commit', 'hangs after commit'] as const)(
    'INV-13: a write of the cron %s, and each reminder is sent once all the same',
    async (mode) => {
      const found: string[] = []
      for (const nth of WRITES) {
        await replay({ createAuthServer }, cronThatLoses(nth, mode)).catch(
          (error: Error) => void found.push(`${nth}: ${error.message}`),
        )
      }
      expect(found).toEqual([])
    },
  )

  it('INV-13: which is found where the mend is taken out', async () => {
    const mend =
      "    await retry(deps, () => noteFailure(deps, claim, claimed, { outcome: 'refused', detail }))\n"
    const file = 'src/actions/scheduled/send-reminders.ts'
    const without = { file, find: mend, replace: '    void [retry, noteFailure, detail]\n' }
    const broken = await buildServer([without])
    const found: string[] = []
    for (const nth of WRITES) {
      await replay(broken, cronThatLoses(nth, 'throws after commit')).catch(
        (error: Error) => void found.push(error.message),
      )
    }
    expect(found.join()).toContain('INV-13: no mail told')
  })

  it('INV-19: a place that D1 forgot is given to nobody else', async () => {
    await expect(replay({ createAuthServer }, FORGOTTEN)).resolves.toBeUndefined()
    const broken = await buildServer([RESTORED_LISTS_GO_ON])
    await expect(replay(broken, FORGOTTEN)).rejects.toThrow('INV-19')
  })
})
