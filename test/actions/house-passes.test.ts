import { describe, expect, it } from 'vitest'
import { commitChange, eventBy, NO_ONE_TO_ASK } from '../../src/actions/commit-change.ts'
import { holdStep, reconcileStep, reserveFor, verifyStep } from '../../src/actions/house-passes.ts'
import {
  type HouseDeps,
  isTakenBack,
  noteTakenBack,
  type Round,
} from '../../src/actions/house-round.ts'
import { keepAnchor } from '../../src/actions/keep-anchor.ts'
import type { LedgerHead } from '../../src/domain/audit.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../../src/domain/time.ts'
import type { Anchor, Chore } from '../../src/domain/upkeep-ports.ts'
import { NOW } from '../domain/arbitraries.ts'
import { anEntry, memoryEdge, memoryLedger } from './memory.ts'

function roundWith(chores: Record<string, Chore> = {}, now: Seconds = NOW): Round {
  return { now, chores: new Map(Object.entries(chores)), noted: new Map(), left: 48 }
}

const ran = (ago: Seconds, position: unknown = null): Chore => ({ ranAt: NOW - ago, position })

/** A house in which a client is told of as D1 says; what `cursors` it was looked through from. */
function aHouse(shown = anEntry()) {
  const edge = memoryEdge({ client_1: anEntry() })
  edge.shown.set('client_1', shown)
  const ledger = memoryLedger()
  const cursors: unknown[] = []
  const anchors: Anchor[] = []
  const { versions } = edge.denylist
  const { states } = edge.outbox
  const seen = {
    denylist: {
      ...edge.denylist,
      versions: async (cursor: string | null) => {
        cursors.push(cursor)
        return { ...(await versions()), next: 'more' }
      },
    },
    outbox: {
      ...edge.outbox,
      states: (after: string, now: Seconds, limit: number) => {
        cursors.push(after)
        return states(after, now, limit)
      },
    },
    anchors: {
      latest: async () => anchors.at(-1) ?? null,
      all: async () => [],
      keep: async (anchor: Anchor) => void anchors.push(anchor),
      drop: async () => {},
    },
    auditEvents: {
      since: async (after: number) => ledger.events.filter(({ seq }) => seq > after),
      seals: async (seqs: number[]) =>
        new Map(
          ledger.events.filter(({ seq }) => seqs.includes(seq)).map(({ seq, seal }) => [seq, seal]),
        ),
    },
  }
  // As much of a house as these steps live in.
  const deps = { ...ledger.deps, ...seen } as unknown as HouseDeps
  return { deps, cursors, anchors, ledger, repeated: edge.repeated }
}

describe.each([
  ['hold', holdStep, 10 * MINUTE],
  ['reconciliation', reconcileStep, HOUR],
  ['verification', verifyStep, DAY],
] as const)('the pass named %s', (name, step, period) => {
  it('begins when its time has come, to the second, and not before', async () => {
    const { deps } = aHouse()
    const soon = roundWith({ [name]: ran(period - 1) })
    expect(await step(deps, soon)).toBe(0)
    expect(soon.noted.size).toBe(0)
    const due = roundWith({ [name]: ran(period) })
    expect(await step(deps, due)).toBeGreaterThan(0)
    expect(due.noted.get(name)?.ranAt).toBe(NOW)
  })

  it('begins where it never ran', async () => {
    const round = roundWith()
    expect(await step(aHouse().deps, round)).toBeGreaterThan(0)
    expect(round.noted.get(name)?.ranAt).toBe(NOW)
  })

  it('goes on where it stopped, and keeps when it began', async () => {
    const position = name === 'verification' ? { seq: 0, seal: '' } : 'there'
    const { deps, cursors } = aHouse()
    const round = roundWith({ [name]: ran(MINUTE, position) })
    expect(await step(deps, round)).toBeGreaterThan(0)
    expect(round.noted.get(name)?.ranAt).toBe(NOW - MINUTE)
    if (name !== 'verification') expect(cursors).toEqual(['there'])
  })
})

describe('what a pass costs', () => {
  it('is what it did: more where a client was held', async () => {
    const ahead = anEntry({ version: 9 })
    expect(await holdStep(aHouse().deps, roundWith())).toBe(2)
    expect(await holdStep(aHouse(ahead).deps, roundWith())).toBe(10)
    expect(await reconcileStep(aHouse().deps, roundWith())).toBe(3)
    expect(await reconcileStep(aHouse(ahead).deps, roundWith())).toBe(10)
    expect(await verifyStep(aHouse().deps, roundWith())).toBe(5)
  })
})

describe('the look through the denylist', () => {
  it('notes where it goes on, and begins anew in each run while D1 is known to be taken back', async () => {
    const { deps, cursors } = aHouse()
    const round = roundWith({ hold: ran(1), taken_back: ran(HOUR, true) })
    await holdStep(deps, round)
    expect(cursors).toEqual([null])
    expect(round.noted.get('hold')).toEqual({ ranAt: NOW, position: 'more' })
    const healed = roundWith({ hold: ran(1), taken_back: ran(HOUR, false) })
    expect(await holdStep(deps, healed)).toBe(0)
  })

  it('begins at the beginning where it was to begin again', async () => {
    const { deps, cursors } = aHouse()
    await holdStep(deps, roundWith({ hold: ran(MINUTE, '') }))
    expect(cursors).toEqual([null])
  })
})

describe('the verification', () => {
  it('notes its verdict when it is through, and that it is', async () => {
    const round = roundWith()
    await verifyStep(aHouse().deps, round)
    expect(round.noted.get('verification')).toEqual({ ranAt: NOW, position: null })
    expect(round.noted.get('verdict')).toMatchObject({
      ranAt: NOW,
      position: { intact: true, complete: true },
    })
  })

  it('goes on after a page of the log in the next run, and has no verdict before the end', async () => {
    const { deps, ledger } = aHouse()
    const request = { principal: { type: 'bootstrap', id: 'bootstrap' }, requestId: '1' } as const
    const happened = (n: number) =>
      eventBy(request, 'role.created', { type: 'role', id: `role_${n}` })
    const page = Array.from({ length: 500 }, (_, n) => happened(n))
    await commitChange(ledger.deps, NO_ONE_TO_ASK, async () => ({
      result: null,
      events: page,
      writes: [],
    }))
    const first = roundWith()
    await verifyStep(deps, first)
    const position = { seq: 500, seal: ledger.events.at(-1)?.seal }
    expect(first.noted).toEqual(new Map([['verification', { ranAt: NOW, position }]]))
    const second = roundWith({ verification: ran(MINUTE, position) })
    await verifyStep(deps, second)
    const verdict = { intact: true, complete: true, position }
    expect(second.noted.get('verdict')).toEqual({ ranAt: NOW, position: verdict })
    expect(second.noted.get('verification')).toEqual({ ranAt: NOW - MINUTE, position: null })
  })
})

// NOW is the first of five minutes; letters give way in two of them.
describe('letters give way to a pass', () => {
  const fresh = { reconciliation: ran(0), verification: ran(0) }
  const reserve = (chores: Record<string, Chore>, minute = 0) => {
    const shifted = Object.entries(chores).map(
      ([name, { ranAt, position }]) =>
        [name, { ranAt: ranAt + minute * MINUTE, position }] as const,
    )
    return reserveFor(roundWith(Object.fromEntries(shifted), NOW + minute * MINUTE))
  }

  it('that has waited for three minutes, to the second', () => {
    expect(reserve(fresh)).toBe(0)
    const waited = (ago: Seconds) => reserve({ ...fresh, reconciliation: ran(ago) })
    expect(waited(HOUR)).toBe(0)
    expect(waited(HOUR + 3 * MINUTE - 1)).toBe(0)
    expect(waited(HOUR + 3 * MINUTE)).toBe(20)
    const verified = (ago: Seconds) => reserve({ ...fresh, verification: ran(ago) })
    expect(verified(DAY + 3 * MINUTE - 1)).toBe(0)
    expect(verified(DAY + 3 * MINUTE)).toBe(20)
  })

  it('that is under way', () => {
    expect(reserve({ ...fresh, reconciliation: ran(0, 'client_1') })).toBe(20)
    expect(reserve({ ...fresh, verification: ran(0, { seq: 1, seal: '' }) })).toBe(20)
  })

  it('that never ran, once the cron has', () => {
    expect(reserve({})).toBe(0)
    expect(reserve({ run: ran(MINUTE, []) })).toBe(20)
  })

  it('in two minutes of five', () => {
    const chores = { ...fresh, reconciliation: ran(0, 'client_1') }
    const minutes = [0, 1, 2, 3, 4, 5, 6, 7].map((minute) => reserve(chores, minute) > 0)
    expect(minutes).toEqual([true, true, false, false, false, true, true, false])
  })
})

describe('that D1 was taken back', () => {
  it('is noted when it becomes known and when it is over, and at no other time', () => {
    const round = roundWith()
    noteTakenBack(round, false)
    expect([round.noted.size, isTakenBack(round.chores)]).toEqual([0, false])
    noteTakenBack(round, true)
    expect(isTakenBack(round.chores)).toBe(true)
    expect(round.noted).toEqual(new Map([['taken_back', { ranAt: NOW, position: true }]]))
    const later = { ...round, now: NOW + MINUTE, noted: new Map<string, Chore>() }
    noteTakenBack(later, true)
    expect(later.noted.size).toBe(0)
    noteTakenBack(later, false)
    expect(later.noted.get('taken_back')).toEqual({ ranAt: NOW + MINUTE, position: false })
  })
})

describe('an anchor', () => {
  const HEAD: LedgerHead = { seq: 7, seal: 'seal_7' }
  const seals = new Map([
    [5, 'seal_5'],
    [7, 'seal_7'],
    // Left behind by somebody who moved the head alone.
    [9, 'seal_9'],
  ])

  /** A log that ends at `head`, and the last anchor, taken so long ago. */
  async function kept(anchor: (LedgerHead & { ago: Seconds }) | null, head = HEAD) {
    const { deps, anchors } = aHouse()
    if (anchor) anchors.push({ seq: anchor.seq, seal: anchor.seal, at: NOW - anchor.ago })
    const round = roundWith()
    const log = {
      ...deps,
      ledger: { ...deps.ledger, head: async () => head },
      auditEvents: {
        ...deps.auditEvents,
        seals: async (seqs: number[]) => new Map([...seals].filter(([seq]) => seqs.includes(seq))),
      },
    }
    const wasKept = await keepAnchor(log, round)
    return { wasKept, newest: anchors.at(-1), isTakenBack: isTakenBack(round.chores) }
  }

  it('is kept every five minutes, to the second, where something happened', async () => {
    const at7 = { ...HEAD, at: NOW }
    expect(await kept(null)).toEqual({ wasKept: true, newest: at7, isTakenBack: false })
    const since5 = (ago: Seconds) => kept({ seq: 5, seal: 'seal_5', ago })
    expect(await since5(5 * MINUTE)).toEqual({ wasKept: true, newest: at7, isTakenBack: false })
    expect(await since5(5 * MINUTE - 1)).toMatchObject({ wasKept: false, newest: { seq: 5 } })
    expect(await kept({ ...HEAD, ago: DAY })).toMatchObject({ wasKept: false, isTakenBack: false })
    expect(await kept(null, { seq: 0, seal: '' })).toMatchObject({ wasKept: false })
  })

  it('is compared with the end of the log alone where nothing happened since', async () => {
    const { deps, anchors } = aHouse()
    anchors.push({ seq: 0, seal: '', at: NOW - DAY })
    const auditEvents = { ...deps.auditEvents, seals: () => Promise.reject(new Error('was read')) }
    expect(await keepAnchor({ ...deps, auditEvents }, roundWith())).toBe(false)
  })

  it.each([
    ['ends before it', { seq: 9, seal: 'seal_9' }],
    ['ends there and otherwise', { seq: 7, seal: 'another' }],
    ['says otherwise there', { seq: 5, seal: 'another' }],
    ['has nothing there', { seq: 6, seal: 'seal_6' }],
  ])('stays, and D1 is known as taken back, when the log %s', async (_, anchor) => {
    const { wasKept, newest, isTakenBack } = await kept({ ...anchor, ago: DAY })
    expect({ wasKept, newest, isTakenBack }).toEqual({
      wasKept: false,
      newest: { ...anchor, at: NOW - DAY },
      isTakenBack: true,
    })
  })
})
