import { describe, expect, it } from 'vitest'
import { commitChange, eventBy, NO_ONE_TO_ASK } from '../../src/actions/commit-change.ts'
import {
  reconcileStep,
  reserveFor,
  searchStep,
  verifyStep,
} from '../../src/actions/house-passes.ts'
import type { HouseDeps, Round } from '../../src/actions/house-round.ts'
import { lookThroughDenylist } from '../../src/actions/look-through-denylist.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../../src/domain/time.ts'
import type { Chore } from '../../src/domain/upkeep-ports.ts'
import { NOW } from '../domain/arbitraries.ts'
import { anEntry, glimpseOf, memoryAnchors, memoryEdge, memoryLedger } from './memory.ts'

function roundWith(chores: Record<string, Chore> = {}, now: Seconds = NOW, left = 48): Round {
  return { now, chores: new Map(Object.entries(chores)), noted: new Map(), left }
}

const ran = (ago: Seconds, position: unknown = null): Chore => ({ ranAt: NOW - ago, position })

/** A house in which a client is told of as D1 says; what `cursors` it was looked through from. */
function aHouse({ shown = anEntry(), closed = false, pages = Infinity } = {}) {
  const edge = memoryEdge({ client_1: anEntry() })
  edge.shown.set('client_1', shown)
  const ledger = memoryLedger()
  const { noted, ...ports } = memoryAnchors()
  const cursors: unknown[] = []
  const { states } = edge.outbox
  const seen = {
    ...ports,
    closed,
    auditEvents: ledger.auditEvents,
    denylist: {
      ...edge.denylist,
      page: async (cursor: string | null) => {
        cursors.push(cursor)
        const glimpses = new Map([['client_1', glimpseOf(shown)] as const])
        return { glimpses, next: cursors.length < pages ? `page ${cursors.length}` : null }
      },
    },
    outbox: {
      ...edge.outbox,
      states: (after: string, now: Seconds, limit: number) => {
        cursors.push(after)
        return states(after, now, limit)
      },
    },
  }
  // As much of a house as these steps live in.
  const deps = { ...ledger.deps, ...seen } as unknown as HouseDeps
  return { deps, cursors, ledger, noted, repeated: edge.repeated }
}

describe.each([
  ['reconciliation', reconcileStep, HOUR],
  ['verification', verifyStep, DAY],
] as const)('the pass named %s', (name, step, period) => {
  const noted = async (...of: Parameters<typeof roundWith>) => {
    const round = roundWith(...of)
    await step(aHouse().deps, round)
    return round.noted.get(name)?.ranAt
  }

  it('begins when its time has come, to the second, and not before', async () => {
    expect(await noted({ [name]: ran(period - 1) })).toBeUndefined()
    expect(await noted({ [name]: ran(period) })).toBe(NOW)
  })

  it('begins where it never ran', async () => {
    expect(await noted()).toBe(NOW)
  })

  it('goes on where it stopped, and keeps when it began', async () => {
    const position = name === 'verification' ? { seq: 0, seal: '' } : { of: 'all', after: 'there' }
    const { deps, cursors } = aHouse()
    const round = roundWith({ [name]: ran(MINUTE, position) })
    await step(deps, round)
    expect(round.noted.get(name)?.ranAt).toBe(NOW - MINUTE)
    if (name !== 'verification') expect(cursors).toEqual(['there'])
  })
})

describe('the comparison', () => {
  it('begins anew where an earlier release noted less of how far it is', async () => {
    const { deps, cursors } = aHouse()
    await reconcileStep(deps, roundWith({ reconciliation: ran(MINUTE, 'client_0') }))
    expect(cursors).toEqual([''])
  })

  it('waits while the server is shut: what it would repeat may be what D1 forgot', async () => {
    const { deps, cursors } = aHouse()
    await reconcileStep(deps, roundWith({ taken_back: ran(MINUTE, 'shut') }))
    expect(cursors).toEqual([])
    await reconcileStep(deps, roundWith({ taken_back: ran(MINUTE, 'looked_through') }))
    expect(cursors).toEqual([''])
  })
})

describe('the look through the denylist', () => {
  const progress = (cursor: string | null, entries = 5, held = 1) => ({ cursor, entries, held })

  it('begins every ten minutes, to the second, and looks at a page in a run', async () => {
    const { deps, cursors } = aHouse()
    const soon = roundWith({ hold_done: ran(10 * MINUTE - 1, progress(null)) })
    await lookThroughDenylist(deps, soon)
    expect([cursors, soon.noted.size]).toEqual([[], 0])
    const due = roundWith({ hold_done: ran(10 * MINUTE, progress(null)) })
    await lookThroughDenylist(deps, due)
    expect(cursors).toEqual([null])
    expect(due.noted).toEqual(new Map([['hold', ran(0, progress('page 1', 1, 0))]]))
  })

  it('begins where it never ran, and where an earlier release stopped', async () => {
    const { deps, cursors } = aHouse()
    await lookThroughDenylist(deps, roundWith())
    await lookThroughDenylist(deps, roundWith({ hold: ran(MINUTE, 'a cursor') }))
    expect(cursors).toEqual([null, null])
  })

  it('goes on where it stopped, keeps when it began, and counts on', async () => {
    const { deps, cursors } = aHouse({ shown: anEntry({ version: 9 }) })
    const round = roundWith({ hold: ran(MINUTE, progress('there')) })
    await lookThroughDenylist(deps, round)
    expect(cursors).toEqual(['there'])
    expect(round.noted.get('hold')).toEqual(ran(MINUTE, progress('page 1', 6, 2)))
  })

  it('notes what it was when it is done, and begins with the next in ten minutes', async () => {
    const { deps } = aHouse({ pages: 1 })
    const round = roundWith({ hold: ran(MINUTE, progress('there')) })
    await lookThroughDenylist(deps, round)
    expect(round.noted.get('hold')).toEqual(ran(MINUTE))
    expect(round.noted.get('hold_done')).toEqual(ran(MINUTE, progress(null, 6, 1)))
  })

  it.each([
    ['while the server is closed', { closed: true }, {}],
    ['while it is shut', {}, { taken_back: ran(MINUTE, 'shut') }],
  ])('begins in every run %s, and takes page after page', async (_, house, chores) => {
    const { deps, cursors } = aHouse({ ...house, pages: 3 })
    const round = roundWith({ ...chores, hold_done: ran(1, progress(null)) })
    await lookThroughDenylist(deps, round)
    expect(cursors).toEqual([null, 'page 1', 'page 2'])
    expect(round.noted.get('hold_done')).toEqual(ran(0, progress(null, 3, 0)))
  })

  it('takes as many as it can pay for, to the last', async () => {
    const { deps, cursors } = aHouse({ closed: true })
    await lookThroughDenylist(deps, roundWith({}, NOW, 21))
    expect(cursors).toHaveLength(1)
    const lefts = [48, 22, 21]
    const round = roundWith()
    Object.defineProperty(round, 'left', { get: () => lefts.shift() })
    cursors.length = 0
    await lookThroughDenylist(deps, round)
    expect(cursors).toHaveLength(3)
  })

  it('begins anew where D1 was taken back since it began', async () => {
    const { deps, cursors } = aHouse({ pages: 1 })
    const hold = ran(MINUTE, progress('there'))
    await lookThroughDenylist(deps, roundWith({ hold, taken_back: ran(MINUTE - 1, 'shut') }))
    expect(cursors[0]).toBeNull()
    cursors.length = 0
    await lookThroughDenylist(deps, roundWith({ hold, taken_back: ran(MINUTE, 'shut') }))
    expect(cursors[0]).toBe('there')
  })
})

describe('INV-22: a server that is shut', () => {
  const shutSince = (ago: Seconds) => ({ taken_back: ran(ago, 'shut') })

  async function after(chores: Record<string, Chore>) {
    const { deps, noted } = aHouse({ pages: 1 })
    for (const [name, chore] of Object.entries(chores)) noted.set(name, chore)
    await lookThroughDenylist(deps, roundWith(chores))
    return noted.get('taken_back')
  }

  it('opens by a pass that began two minutes after it was noticed, to the second', async () => {
    const ofThen = { position: 'looked_through' }
    expect(await after(shutSince(119))).toEqual(ran(119, 'shut'))
    expect(await after(shutSince(120))).toEqual({ ...ran(120), ...ofThen })
    const hold = ran(60, { cursor: 'there', entries: 1000, held: 0 })
    expect(await after({ ...shutSince(179), hold })).toEqual(ran(179, 'shut'))
    expect(await after({ ...shutSince(180), hold })).toEqual({ ...ran(180), ...ofThen })
  })

  it('stays shut where it was taken back once more in the meantime', async () => {
    const { deps, noted } = aHouse({ pages: 1 })
    noted.set('taken_back', ran(0, 'shut'))
    await lookThroughDenylist(deps, roundWith(shutSince(300)))
    expect(noted.get('taken_back')).toEqual(ran(0, 'shut'))
  })

  it('stays as it is when it was opened before', async () => {
    const taken_back = ran(DAY, 'looked_through')
    expect(await after({ taken_back })).toEqual(taken_back)
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

describe('filing clients for the search', () => {
  function aHouseWith(due: number[]) {
    const asked: number[] = []
    const file = async (limit: number) => {
      asked.push(limit)
      return due.shift() ?? 0
    }
    return { deps: { searchIndex: { file } } as unknown as HouseDeps, asked }
  }

  it('looks every ten minutes, to the second, and goes on run by run until all are filed', async () => {
    const { deps, asked } = aHouseWith([500, 20, 0])
    const early = roundWith({ search: ran(10 * MINUTE - 1) })
    await searchStep(deps, early)
    expect([early.noted.size, asked]).toEqual([0, []])
    let round = roundWith({ search: ran(10 * MINUTE) })
    for (let run = 0; run < 4; run++) {
      await searchStep(deps, round)
      round = roundWith({ search: ran(0), ...Object.fromEntries(round.noted) })
    }
    expect(asked).toEqual([500, 500, 500])
  })

  it('gives way to a pass that has waited, where letters do', async () => {
    const { deps, asked } = aHouseWith([500, 500])
    const waits = { reconciliation: ran(HOUR + 3 * MINUTE) }
    const minute = Math.floor(NOW / MINUTE)
    for (let n = 0; n < 5; n++) {
      await searchStep(deps, roundWith(waits, (minute + n) * MINUTE))
    }
    expect(asked).toHaveLength(3)
  })

  it('leaves letters one less while it is under way', async () => {
    const round = roundWith()
    await searchStep(aHouseWith([500]).deps, round)
    expect(reserveFor(round)).toBe(6)
    const idle = roundWith()
    await searchStep(aHouseWith([]).deps, idle)
    expect(reserveFor(idle)).toBe(0)
  })
})
