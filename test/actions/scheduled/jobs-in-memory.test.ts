import { describe, expect, it } from 'vitest'
import type { Job, JobDeps } from '../../../src/actions/scheduled/job.ts'
import { keys } from '../../../src/actions/scheduled/check-keys.ts'
import { auditTree } from '../../../src/actions/scheduled/extend-audit-tree.ts'
import { hashes } from '../../../src/actions/scheduled/hash-anew.ts'
import { eventKeys } from '../../../src/actions/scheduled/keep-event-keys.ts'
import { statusLists, statusPlaces } from '../../../src/actions/scheduled/keep-status-lists.ts'
import { lookThroughDenylist } from '../../../src/actions/scheduled/look-through-denylist.ts'
import { streams } from '../../../src/actions/scheduled/push-streams.ts'
import { retirements } from '../../../src/actions/scheduled/retire-replaced.ts'
import type { JobRun, JobState } from '../../../src/domain/job.ts'
import { DAY, HOUR, type Seconds } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryEdge, memoryLedger } from '../memory.ts'
import { aServer, aStream, URL } from '../streams/memory-streams.ts'

const runOf = (states: Record<string, JobState> = {}, { left = 48, headSeq = 0 } = {}): JobRun => ({
  now: NOW,
  jobStates: new Map(Object.entries(states)),
  updates: new Map(),
  headSeq,
  budget: { left: () => left },
})
const at = (ranAt: Seconds, position: unknown = null): JobState => ({ ranAt, position })

/** The updates of a run with as much of a server. */
async function ran({ run }: Job, deps: unknown, of: JobRun = runOf()) {
  await run(deps as JobDeps, of)
  return Object.fromEntries(of.updates)
}

describe('retirements', () => {
  const asked = async (left: number[]) => {
    const found: string[] = []
    const clients = {
      replacing: async (limit: number) => ['a', 'b', 'c'].slice(0, limit),
      find: async (id: string) => void found.push(id),
    }
    const run = { ...runOf(), budget: { left: () => left.shift() ?? 0 } }
    await ran(retirements, { ...memoryLedger().deps, clients }, run)
    return found
  }

  it('take one client at least, and another while enough is left to the jobs behind', async () => {
    expect(await asked([])).toEqual(['a'])
    expect(await asked([36, 35])).toEqual(['a', 'b'])
    expect(await asked([36, 36])).toEqual(['a', 'b', 'c'])
  })

  it('are due where a secret waits for it', () => {
    expect(retirements.isDue?.(runOf())).toBe(false)
    expect(retirements.isDue?.({ ...runOf(), isReplacing: true })).toBe(true)
  })
})

describe('keys that are missing', () => {
  const use = (name: string, version: string, uses: number) =>
    ({ name, version, uses, orMore: false }) as never

  it('are all named, each key once', async () => {
    const count = async () => [
      use('PEPPER', '1', 3),
      use('PEPPER', '2', 1),
      use('AUDIT_KEY', '1', 0),
    ]
    const keyVersions = ['PEPPER', 'AUDIT_KEY'].map((name) => ({ name, versions: ['3'] }))
    await expect(ran(keys, { keyVersions, keyUses: { count } })).rejects.toMatchObject({
      message:
        'configuration is out of reach: a version that is needed is not there (PEPPER 1: 3 live credentials or issuers, PEPPER 2: 1 live credential or issuer)',
      settings: ['PEPPER'],
    })
    const none = await ran(keys, { keyVersions, keyUses: { count: async () => [] } })
    expect(none).toEqual({ keys: at(NOW) })
  })
})

describe('the tree of the log', () => {
  const progress = (fields = {}) =>
    at(NOW - 60, { size: 7, copied: 7, mailed: 7, mailedAt: NOW - DAY, ...fields })
  const due = (state: JobState, headSeq = 7) =>
    auditTree.isDue?.(runOf({ audit_tree: state }, { headSeq }))

  it('is looked at where it is behind, not copied, or to be mailed today', () => {
    expect(due(progress())).toBe(false)
    expect(due(progress(), 8)).toBe(true)
    expect(due(progress({ copied: 6 }))).toBe(true)
    expect(due(progress({ mailed: 6 }))).toBe(true)
    expect(due(progress({ mailed: 6, mailedAt: NOW - DAY + 1 }))).toBe(false)
    expect(auditTree.isDue?.(runOf({}, { headSeq: 1 }))).toBe(true)
    expect(auditTree.isDue?.(runOf())).toBe(false)
  })

  async function grown(
    state: JobState,
    { to = 'ada@example.com', fails = false }: { to?: string | null; fails?: boolean } = {},
  ) {
    const checkpoint = { size: 8, root: 'root', at: NOW, note: 'note' }
    const [sent, copied, problems]: [unknown[], unknown[], unknown[]] = [[], [], []]
    const deps = {
      now: () => NOW,
      auditTree: { head: async () => ({ checkpoint, edge: new Map(), key: null }) },
      checkpointCopies: [{ keep: async (one: unknown) => void copied.push(one) }],
      checkpointMail: to,
      mailer: {
        send: async (message: unknown) => {
          sent.push(message)
          return fails ? { outcome: 'failed', detail: 'down' } : { outcome: 'accepted' }
        },
      },
      logProblem: (...of: unknown[]) => void problems.push(of),
    }
    const updates = await ran(auditTree, deps, runOf({ audit_tree: state }, { headSeq: 8 }))
    return { state: updates['audit_tree'], sent, copied, problems }
  }

  it('is copied, and mailed once a day', async () => {
    const done = { size: 8, copied: 8, mailed: 8, mailedAt: NOW }
    const letter = { kind: 'checkpoint', size: 8, note: 'note', now: NOW }
    const message = { messageId: 'checkpoint_8', to: 'ada@example.com', letter }
    const first = await grown(progress())
    expect(first).toMatchObject({ state: at(NOW, done), sent: [message], problems: [] })
    expect(first.copied).toHaveLength(1)
    const later = await grown(progress({ copied: 8, mailedAt: NOW - 60 }))
    expect(later).toMatchObject({ state: { position: { copied: 8, mailed: 7 } }, sent: [] })
    expect(later.copied).toEqual([])
    expect((await grown(progress({ mailed: 8 }))).sent).toEqual([])
  })

  it('is mailed to nobody where no address is set, and one attempt is all', async () => {
    const none = await grown(progress(), { to: null })
    expect(none.sent).toEqual([])
    // An address that is set a minute later gets the next checkpoint, and waits for no other day.
    expect(none.state).toMatchObject({ position: { mailed: 8, mailedAt: NOW - DAY } })
    const failed = await grown(progress(), { fails: true })
    expect(failed.state).toMatchObject({ position: { mailed: 8 } })
    expect(failed.problems).toEqual([[new Error('down'), 'audit_tree']])
  })
})

describe('hashes of older versions', () => {
  const version = (versions: string[], position: unknown = null) => {
    const replaced: unknown[] = []
    const asked: unknown[] = []
    const deps = {
      keyVersions: [{ name: 'PEPPER', versions }],
      issuers: { list: async () => [] },
      verifiers: {},
      hashedRows: {
        credentials: async (...of: unknown[]) => {
          asked.push(of)
          return []
        },
        replace: async (...of: unknown[]) => void replaced.push(of),
      },
    }
    const run = runOf(position === null ? {} : { hashes: at(NOW - 60, position) })
    return ran(hashes, deps, run).then((updates) => {
      return { position: updates['hashes']?.position, asked, replaced }
    })
  }

  it('are replaced version by version; nothing is written where there are none', async () => {
    const first = { position: { version: '1', after: 0 }, asked: [['2', 0, 100]], replaced: [] }
    expect(await version(['3', '2', '1'])).toEqual(first)
    const last = await version(['3', '2', '1'], { version: '1', after: 7 })
    expect(last).toEqual({ position: null, asked: [['1', 7, 100]], replaced: [] })
    expect(await version(['3'])).toEqual({ position: null, asked: [], replaced: [] })
  })
})

describe('status lists', () => {
  const lists = (next: number | null, asked: unknown[], isFull = false) => ({
    statusListBase: 'https://lists.example' as string | null,
    random: (length: number) => 'x'.repeat(length),
    statusLists: {
      open: async (id: string) => {
        asked.push(['open', id])
        return isFull
      },
      placeNewest: async (id: string) => void asked.push(['newest', id]),
      place: async (...of: unknown[]) => {
        asked.push(['place', ...of])
        return next
      },
      forget: async (now: Seconds) => void asked.push(['forget', now]),
    },
  })

  it('give places client by client, and those that go end with the last', async () => {
    const asked: unknown[] = []
    const more = await ran(statusPlaces, lists(9, asked))
    expect(more).toEqual({ status_places: at(NOW, 9) })
    const id = expect.stringMatching(/^x+$/)
    expect(asked).toEqual([['place', 0, id]])
    const state = { status_places: at(NOW - 60, 9) }
    expect(await ran(statusPlaces, lists(null, asked), runOf(state))).toEqual({
      status_places: at(NOW - 60),
    })
    expect(asked.slice(1)).toEqual([
      ['place', 9, id],
      ['forget', NOW],
    ])
    await ran(statusLists, lists(null, asked))
    expect(asked.slice(3)).toEqual([['open', id]])
  })

  it('are walked through at once where no place was left, and again behind a walk that is under way', async () => {
    const full = (asked: unknown[], next: number | null = 13) => lists(next, asked, true)
    for (const [before, after] of [
      [at(NOW - 60), at(NOW, 13)],
      [at(NOW - 60, 9), at(0, 13)],
      [at(0, 9), at(0, 13)],
    ] as const) {
      const [asked, run]: [unknown[], JobRun] = [[], runOf({ status_places: before })]
      await ran(statusLists, full(asked), run)
      expect(asked.map((one) => (one as string[])[0])).toEqual(['open', 'newest'])
      // It is noted even where the walk has to wait for the next run.
      expect(run.updates.get('status_places')).toMatchObject({ ranAt: 0 })
      expect(statusPlaces.isDue?.(run)).toBe(true)
      expect(await ran(statusPlaces, full([]), run)).toEqual({ status_places: after })
    }
    const end = runOf({ status_places: at(0, 13) })
    const through = await ran(statusPlaces, lists(null, []), end)
    expect(through).toEqual({ status_places: at(0) })
    expect(statusPlaces.isDue?.(runOf(through))).toBe(true)
  })

  it('ask for nothing while they are off', async () => {
    const asked: unknown[] = []
    const off = { ...lists(9, asked), statusListBase: null }
    expect(await ran(statusLists, off)).toEqual({})
    expect(await ran(statusPlaces, off)).toEqual({})
    expect(asked).toEqual([])
  })

  it('give places at once when they are switched on again, to all clients', async () => {
    const off = { ...lists(9, []), statusListBase: null }
    const state = (one: JobState) => ({ status_places: one })
    for (const before of [at(NOW - 60), at(NOW - 60, 9), at(0, 9)]) {
      expect(await ran(statusLists, off, runOf(state(before)))).toEqual(state(at(0)))
    }
    expect(await ran(statusLists, off, runOf(state(at(0))))).toEqual({})
    expect(statusPlaces.isDue?.(runOf(state(at(0))))).toBe(true)
  })
})

describe('streams', () => {
  const due = Array.from({ length: 6 }, (_, i) =>
    aStream({ clientId: `client_${i}`, endpointUrl: URL, dueAt: NOW }),
  )

  async function pushed(left: number[], states: Record<string, JobState> = {}, isOn = true) {
    const server = aServer({ stream: null })
    const [asked, claimed]: [unknown[], string[]] = [[], []]
    server.on.streams.due = async (...of) => {
      asked.push(of)
      return due
    }
    server.on.streams.claim = async ({ clientId }) => claimed.push(clientId) < 0
    const deps = { ...server.deps, securityEvents: isOn ? server.on : null }
    let last = 0
    const budget = { left: () => (last = left.shift() ?? last) }
    const updates = await ran(streams, deps, { ...runOf(states, { headSeq: 5 }), budget })
    return { asked, claimed: claimed.length, state: updates['streams'] }
  }
  const since = { streams: at(NOW - 60, { since: NOW - 60 }) }

  it('are pushed while there is room for a token each', async () => {
    const { asked, claimed } = await pushed([48, 10, 10, 9])
    expect([asked, claimed]).toEqual([[[NOW, 5, aServer().on.audience, 4]], 2])
    expect(await pushed([9])).toMatchObject({ asked: [], claimed: 0 })
    expect((await pushed([10])).asked).toHaveLength(1)
  })

  it('note when they were switched on, and that they are off', async () => {
    expect((await pushed([0])).state).toEqual(at(NOW, { since: NOW }))
    expect((await pushed([0], since)).state).toBeUndefined()
    expect((await pushed([0], since, false)).state).toEqual(at(NOW))
    expect((await pushed([0], {}, false)).state).toBeUndefined()
    expect((await pushed([0], { streams: at(NOW - 60) }, false)).state).toBeUndefined()
  })
})

describe('the keys of event tokens', () => {
  it('are looked at once an hour, where there are streams', async () => {
    const due = (ranAt: Seconds) => eventKeys.isDue?.(runOf({ event_keys: at(ranAt) }))
    expect([due(NOW - HOUR), due(NOW - HOUR + 1)]).toEqual([true, false])
    expect(eventKeys.isDue?.(runOf())).toBe(true)
    const { deps, on, made } = aServer({ keys: [] })
    expect(await ran(eventKeys, { ...deps, securityEvents: on })).toEqual({ event_keys: at(NOW) })
    expect(made()).toBeGreaterThan(0)
    expect(await ran(eventKeys, { ...deps, securityEvents: null })).toEqual({})
  })
})

describe('a restore that was noticed with a clock that was ahead', () => {
  async function looked(state: JobState | null) {
    const { jobStates, noted } = memoryAnchors()
    if (state) noted.set('taken_back', state)
    const deps = { ...memoryLedger().deps, ...memoryEdge({}), jobStates, closed: false }
    const run = runOf(Object.fromEntries(noted))
    await lookThroughDenylist(deps, run)
    return [noted.get('taken_back'), run.jobStates.get('taken_back')]
  }

  it('counts as noticed now', async () => {
    const [now, ahead] = [at(NOW, 'shut'), at(NOW + DAY, 'shut')]
    expect(await looked(ahead)).toEqual([now, now])
    expect(await looked(now)).toEqual([now, now])
    const over = at(NOW + DAY)
    expect(await looked(over)).toEqual([over, over])
    expect(await looked(null)).toEqual([undefined, undefined])
  })
})
