import type { JobRun, JobState } from '../../../src/domain/job.ts'
import { describe, expect, it } from 'vitest'
import { commitChange, eventBy, NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { search } from '../../../src/actions/scheduled/index-clients.ts'
import type { Job, JobDeps } from '../../../src/actions/scheduled/job.ts'
import { lookThroughDenylist } from '../../../src/actions/scheduled/look-through-denylist.ts'
import { reconciliation } from '../../../src/actions/scheduled/reconcile.ts'
import { reserveFor } from '../../../src/actions/scheduled/reserve.ts'
import { verification } from '../../../src/actions/scheduled/verify-log.ts'
import { budgetOf } from '../../../src/domain/budget.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { anEntry, glimpseOf, memoryAnchors, memoryEdge, memoryLedger } from '../memory.ts'

function runWith(jobStates: Record<string, JobState> = {}, now: Seconds = NOW, left = 48): JobRun {
  const budget = budgetOf(left, () => 0)
  const states = new Map(Object.entries(jobStates))
  return { now, jobStates: states, updates: new Map(), budget, headSeq: 0 }
}

/** As the runner does. */
async function runIfDue(job: Job, deps: JobDeps, run: JobRun): Promise<void> {
  if (job.isDue?.(run) !== false) await job.run(deps, run)
}

const ran = (ago: Seconds, position: unknown = null): JobState => ({ ranAt: NOW - ago, position })

/** The deps of a pass over a denylist that says what D1 does; `cursors`: the pages that it read. */
function fixture({ shown = anEntry(), closed = false, pages = Infinity } = {}) {
  const edge = memoryEdge({ client_1: anEntry() })
  edge.shown.set('client_1', shown)
  const ledger = memoryLedger()
  const { noted: updates, ...ports } = memoryAnchors()
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
  // As many deps as these steps use.
  const deps = { ...ledger.deps, ...seen } as unknown as JobDeps
  return { deps, cursors, ledger, updates, repeated: edge.repeated }
}

describe.each([
  ['reconciliation', reconciliation, HOUR],
  ['verification', verification, DAY],
] as const)('the pass named %s', (name, job, period) => {
  const updates = async (...of: Parameters<typeof runWith>) => {
    const run = runWith(...of)
    await runIfDue(job, fixture().deps, run)
    return run.updates.get(name)?.ranAt
  }

  it('begins when its time has come, to the second, and not before', async () => {
    expect(await updates({ [name]: ran(period - 1) })).toBeUndefined()
    expect(await updates({ [name]: ran(period) })).toBe(NOW)
  })

  it('begins where it never ran', async () => {
    expect(await updates()).toBe(NOW)
  })

  it('goes on where it stopped, and keeps when it began', async () => {
    const position = name === 'verification' ? { seq: 0, seal: '' } : { of: 'all', after: 'there' }
    const { deps, cursors } = fixture()
    const run = runWith({ [name]: ran(MINUTE, position) })
    await runIfDue(job, deps, run)
    expect(run.updates.get(name)?.ranAt).toBe(NOW - MINUTE)
    if (name !== 'verification') expect(cursors).toEqual(['there'])
  })
})

describe('the comparison', () => {
  it('begins anew where an earlier release noted less of how far it is', async () => {
    const { deps, cursors } = fixture()
    await runIfDue(reconciliation, deps, runWith({ reconciliation: ran(MINUTE, 'client_0') }))
    expect(cursors).toEqual([''])
  })

  it('waits while the server is shut: what it would repeat may be what D1 forgot', async () => {
    const { deps, cursors } = fixture()
    await runIfDue(reconciliation, deps, runWith({ taken_back: ran(MINUTE, 'shut') }))
    expect(cursors).toEqual([])
    await runIfDue(reconciliation, deps, runWith({ taken_back: ran(MINUTE, 'looked_through') }))
    expect(cursors).toEqual([''])
  })
})

describe('the look through the denylist', () => {
  const progress = (cursor: string | null, entries = 5, held = 1) => ({ cursor, entries, held })

  it('begins every ten minutes, to the second, and looks at a page in a run', async () => {
    const { deps, cursors } = fixture()
    const soon = runWith({ hold_done: ran(10 * MINUTE - 1, progress(null)) })
    await lookThroughDenylist(deps, soon)
    expect([cursors, soon.updates.size]).toEqual([[], 0])
    const due = runWith({ hold_done: ran(10 * MINUTE, progress(null)) })
    await lookThroughDenylist(deps, due)
    expect(cursors).toEqual([null])
    expect(due.updates).toEqual(new Map([['hold', ran(0, progress('page 1', 1, 0))]]))
  })

  it('begins where it never ran, and where an earlier release stopped', async () => {
    const { deps, cursors } = fixture()
    await lookThroughDenylist(deps, runWith())
    await lookThroughDenylist(deps, runWith({ hold: ran(MINUTE, 'a cursor') }))
    expect(cursors).toEqual([null, null])
  })

  it('goes on where it stopped, keeps when it began, and counts on', async () => {
    const { deps, cursors } = fixture({ shown: anEntry({ version: 9 }) })
    const run = runWith({ hold: ran(MINUTE, progress('there')) })
    await lookThroughDenylist(deps, run)
    expect(cursors).toEqual(['there'])
    expect(run.updates.get('hold')).toEqual(ran(MINUTE, progress('page 1', 6, 2)))
  })

  it('notes what it was when it is done, and begins with the next in ten minutes', async () => {
    const { deps } = fixture({ pages: 1 })
    const run = runWith({ hold: ran(MINUTE, progress('there')) })
    await lookThroughDenylist(deps, run)
    expect(run.updates.get('hold')).toEqual(ran(MINUTE))
    expect(run.updates.get('hold_done')).toEqual(ran(MINUTE, progress(null, 6, 1)))
  })

  it.each([
    ['while the server is closed', { closed: true }, {}],
    ['while it is shut', {}, { taken_back: ran(MINUTE, 'shut') }],
  ])('begins in every run %s, and takes page after page', async (_, options, jobStates) => {
    const { deps, cursors } = fixture({ ...options, pages: 3 })
    const run = runWith({ ...jobStates, hold_done: ran(1, progress(null)) })
    await lookThroughDenylist(deps, run)
    expect(cursors).toEqual([null, 'page 1', 'page 2'])
    expect(run.updates.get('hold_done')).toEqual(ran(0, progress(null, 3, 0)))
  })

  it('takes as many as it can pay for, to the last', async () => {
    const { deps, cursors } = fixture({ closed: true })
    await lookThroughDenylist(deps, runWith({}, NOW, 21))
    expect(cursors).toHaveLength(1)
    const lefts = [48, 22, 21]
    const run = runWith()
    run.budget = { left: () => lefts.shift() ?? 0 }
    cursors.length = 0
    await lookThroughDenylist(deps, run)
    expect(cursors).toHaveLength(3)
  })

  it('begins anew where D1 was taken back since it began', async () => {
    const { deps, cursors } = fixture({ pages: 1 })
    const hold = ran(MINUTE, progress('there'))
    await lookThroughDenylist(deps, runWith({ hold, taken_back: ran(MINUTE - 1, 'shut') }))
    expect(cursors[0]).toBeNull()
    cursors.length = 0
    await lookThroughDenylist(deps, runWith({ hold, taken_back: ran(MINUTE, 'shut') }))
    expect(cursors[0]).toBe('there')
  })
})

describe('INV-22: a server that is shut', () => {
  const shutSince = (ago: Seconds) => ({ taken_back: ran(ago, 'shut') })

  async function after(jobStates: Record<string, JobState>) {
    const { deps, updates } = fixture({ pages: 1 })
    for (const [name, jobState] of Object.entries(jobStates)) updates.set(name, jobState)
    await lookThroughDenylist(deps, runWith(jobStates))
    return updates.get('taken_back')
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
    const { deps, updates } = fixture({ pages: 1 })
    updates.set('taken_back', ran(0, 'shut'))
    await lookThroughDenylist(deps, runWith(shutSince(300)))
    expect(updates.get('taken_back')).toEqual(ran(0, 'shut'))
  })

  it('stays as it is when it was opened before', async () => {
    const taken_back = ran(DAY, 'looked_through')
    expect(await after({ taken_back })).toEqual(taken_back)
  })
})

describe('the verification', () => {
  it('notes its verdict when it is through, and that it is', async () => {
    const run = runWith()
    await runIfDue(verification, fixture().deps, run)
    expect(run.updates.get('verification')).toEqual({ ranAt: NOW, position: null })
    expect(run.updates.get('verdict')).toMatchObject({
      ranAt: NOW,
      position: { intact: true, complete: true },
    })
  })

  it('goes on after a page of the log in the next run, and has no verdict before the end', async () => {
    const { deps, ledger } = fixture()
    const request = { principal: { type: 'bootstrap', id: 'bootstrap' }, requestId: '1' } as const
    const happened = (n: number) =>
      eventBy(request, 'role.created', { type: 'role', id: `role_${n}` })
    const page = Array.from({ length: 500 }, (_, n) => happened(n))
    await commitChange(ledger.deps, NO_ONE_TO_ASK, async () => ({
      result: null,
      events: page,
      writes: [],
    }))
    const first = runWith()
    await runIfDue(verification, deps, first)
    const position = { seq: 500, seal: ledger.events.at(-1)?.seal }
    expect(first.updates).toEqual(new Map([['verification', { ranAt: NOW, position }]]))
    const second = runWith({ verification: ran(MINUTE, position) })
    await runIfDue(verification, deps, second)
    const verdict = { intact: true, complete: true, position }
    expect(second.updates.get('verdict')).toEqual({ ranAt: NOW, position: verdict })
    expect(second.updates.get('verification')).toEqual({ ranAt: NOW - MINUTE, position: null })
  })
})

// NOW is the first of five minutes; letters give way in two of them.
describe('letters give way to a pass', () => {
  const fresh = { reconciliation: ran(0), verification: ran(0) }
  const reserve = (jobStates: Record<string, JobState>, minute = 0) => {
    const shifted = Object.entries(jobStates).map(
      ([name, { ranAt, position }]) =>
        [name, { ranAt: ranAt + minute * MINUTE, position }] as const,
    )
    return reserveFor(runWith(Object.fromEntries(shifted), NOW + minute * MINUTE))
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
    const jobStates = { ...fresh, reconciliation: ran(0, 'client_1') }
    const minutes = [0, 1, 2, 3, 4, 5, 6, 7].map((minute) => reserve(jobStates, minute) > 0)
    expect(minutes).toEqual([true, true, false, false, false, true, true, false])
  })
})

describe('filing clients for the search', () => {
  function fixtureWith(due: number[]) {
    const asked: number[] = []
    const file = async (limit: number) => {
      asked.push(limit)
      return due.shift() ?? 0
    }
    return { deps: { searchIndex: { file } } as unknown as JobDeps, asked }
  }

  it('looks every ten minutes, to the second, and goes on run by run until all are filed', async () => {
    const { deps, asked } = fixtureWith([500, 20, 0])
    const early = runWith({ search: ran(10 * MINUTE - 1) })
    await runIfDue(search, deps, early)
    expect([early.updates.size, asked]).toEqual([0, []])
    let run = runWith({ search: ran(10 * MINUTE) })
    for (let minute = 0; minute < 4; minute++) {
      await runIfDue(search, deps, run)
      run = runWith({ search: ran(0), ...Object.fromEntries(run.updates) })
    }
    expect(asked).toEqual([500, 500, 500])
  })

  it('gives way to a pass that has waited, where letters do', async () => {
    const { deps, asked } = fixtureWith([500, 500])
    const waits = { reconciliation: ran(HOUR + 3 * MINUTE) }
    const minute = Math.floor(NOW / MINUTE)
    for (let n = 0; n < 5; n++) {
      await runIfDue(search, deps, runWith(waits, (minute + n) * MINUTE))
    }
    expect(asked).toHaveLength(3)
  })

  it('leaves letters one less while it is under way', async () => {
    const run = runWith()
    await runIfDue(search, fixtureWith([500]).deps, run)
    expect(reserveFor(run)).toBe(7)
    const idle = runWith()
    await runIfDue(search, fixtureWith([]).deps, idle)
    expect(reserveFor(idle)).toBe(0)
  })
})
