import type { JobRun, JobState } from '../../../src/domain/job.ts'
import { describe, expect, it } from 'vitest'
import { anchorChange } from '../../../src/actions/audit/anchor-change.ts'
import { keepAnchor } from '../../../src/actions/scheduled/keep-anchor.ts'
import { CUT_OFF_FIRST } from '../../../src/actions/edge/reconcile-denylist.ts'
import { LATEST_ANCHOR } from '../../../src/domain/anchor.ts'
import type { LedgerHead } from '../../../src/domain/audit.ts'
import { budgetOf } from '../../../src/domain/budget.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { DAY, MINUTE, type Seconds } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'

const HEAD: LedgerHead = { seq: 7, seal: 'seal_7' }

const SEALS = new Map([
  [5, 'seal_5'],
  [7, 'seal_7'],
  // Left behind by somebody who moved the head alone.
  [9, 'seal_9'],
])

type Kept = LedgerHead & { ago: Seconds; key?: string }

/** A log that ends at `head`, and anchors that were kept so long ago. */
function aLog(anchors: Kept[] = [], { head = HEAD, closed = false } = {}) {
  const { anchors: port, jobStates, kept, noted, beats } = memoryAnchors()
  for (const { seq, seal, ago, key = LATEST_ANCHOR } of anchors) {
    kept.set(key, { seq, seal, at: NOW - ago })
  }
  const ledger = memoryLedger()
  ledger.endAt(head)
  const seals = async (seqs: number[]) => new Map([...SEALS].filter(([seq]) => seqs.includes(seq)))
  const auditEvents = { ...ledger.auditEvents, seals }
  const deps = { ...ledger.deps, anchors: port, jobStates, auditEvents, closed }
  return { deps, kept, noted, beats }
}

const runOf = (jobStates: Map<string, JobState> = new Map()): JobRun => ({
  now: NOW,
  jobStates,
  updates: new Map(),
  headSeq: 0,
  budget: budgetOf(48, () => 0),
})

const DATABASE_RESTORED = { ranAt: NOW, position: 'shut' }

describe('an anchor', () => {
  async function kept(anchors: Kept[], head = HEAD) {
    const { deps, kept, noted } = aLog(anchors, { head })
    await keepAnchor(deps, runOf())
    return { newest: kept.get(LATEST_ANCHOR), databaseRestore: noted.get('taken_back') }
  }

  it('is kept every five minutes, to the second, where something happened', async () => {
    const at7 = { newest: { ...HEAD, at: NOW }, databaseRestore: undefined }
    const since5 = (ago: Seconds) => kept([{ seq: 5, seal: 'seal_5', ago }])
    expect(await kept([])).toEqual(at7)
    expect(await since5(5 * MINUTE)).toEqual(at7)
    expect(await since5(5 * MINUTE - 1)).toMatchObject({ newest: { seq: 5 } })
    expect(await kept([{ ...HEAD, ago: DAY }])).toMatchObject({ newest: { at: NOW - DAY } })
    expect((await kept([], { seq: 0, seal: '' })).newest).toBeUndefined()
  })

  it.each([
    ['ends before it', { seq: 9, seal: 'seal_9' }],
    ['ends there and otherwise', { seq: 7, seal: 'another' }],
    ['says otherwise there', { seq: 5, seal: 'another' }],
    ['has nothing there', { seq: 6, seal: 'seal_6' }],
  ])('INV-22: stays, and the server is shut, when the log %s', async (_, anchor) => {
    for (const key of [LATEST_ANCHOR, 'recent']) {
      const { deps, kept, noted } = aLog([{ ...anchor, ago: DAY, key }])
      const run = runOf()
      await keepAnchor(deps, run)
      expect([...kept]).toEqual([[key, { ...anchor, at: NOW - DAY }]])
      expect(noted.get('taken_back')).toEqual(DATABASE_RESTORED)
      expect(run.jobStates.get('taken_back')).toEqual(DATABASE_RESTORED)
      expect(noted.get('lost_anchors')?.position).toEqual([`${anchor.seq}:${anchor.seal}`])
    }
  })

  it('that is known to be lost shuts it no second time, and another does', async () => {
    const { deps, kept, noted } = aLog([{ seq: 9, seal: 'seal_9', ago: DAY, key: 'recent' }])
    noted.set('lost_anchors', { ranAt: NOW - DAY, position: ['9:seal_9'] })
    await keepAnchor(deps, runOf(new Map(noted)))
    expect(noted.has('taken_back')).toBe(false)
    expect(kept.get(LATEST_ANCHOR)).toEqual({ ...HEAD, at: NOW })
    kept.set('another', { seq: 6, seal: 'seal_6', at: NOW })
    await keepAnchor(deps, runOf(new Map(noted)))
    expect(noted.get('taken_back')).toEqual(DATABASE_RESTORED)
    expect(noted.get('lost_anchors')?.position).toEqual(['9:seal_9', '6:seal_6'])
  })

  it('is none, and written over, two in a run, where it cannot be read', async () => {
    const { deps, kept } = aLog([{ ...HEAD, ago: 0 }])
    const { seen } = deps.anchors
    const unreadable = ['recent 1', 'recent 2', 'recent 3']
    deps.anchors.seen = async (now) => ({ ...(await seen(now)), unreadable })
    await keepAnchor(deps, runOf())
    const written = unreadable.filter((key) => kept.has(key))
    expect(written).toEqual(['recent 1', 'recent 2'])
    expect(kept.get('recent 1')).toEqual({ ...HEAD, at: NOW })
  })

  it('is written once where it is due and the last one cannot be read', async () => {
    const { deps } = aLog()
    const { seen } = deps.anchors
    deps.anchors.seen = async (now) => ({ ...(await seen(now)), unreadable: [LATEST_ANCHOR] })
    const under: string[] = []
    deps.anchors.keepUnder = async (_, key) => void under.push(key)
    await keepAnchor(deps, runOf())
    expect(under).toEqual([])
    await keepAnchor(deps, runOf(new Map([['taken_back', DATABASE_RESTORED]])))
    expect(under).toEqual([LATEST_ANCHOR])
  })
})

describe('a KV that has lost what was kept there', () => {
  const anchored = (ago: Seconds) => new Map([['anchored', { ranAt: NOW - ago, position: null }]])

  async function noticed(jobStates: Map<string, JobState>, anchors: Kept[] = []) {
    const { deps, kept } = aLog(anchors)
    const run = runOf(jobStates)
    await keepAnchor(deps, run)
    return { noted: run.updates, jobStates: run.jobStates, newest: kept.get(LATEST_ANCHOR) }
  }

  it('is noticed, told of, and filled anew with whoever is cut off first', async () => {
    const { noted, jobStates, newest } = await noticed(anchored(5 * MINUTE))
    const all = { ranAt: NOW, position: CUT_OFF_FIRST }
    expect(noted.get('kv_emptied')).toEqual({ ranAt: NOW, position: null })
    expect([noted.get('reconciliation'), jobStates.get('reconciliation')]).toEqual([all, all])
    expect([newest, noted.get('anchored')?.ranAt]).toEqual([{ ...HEAD, at: NOW }, NOW])
  })

  it('is not one of a new deployment, nor one that shows too soon that there was none', async () => {
    expect((await noticed(new Map())).noted.has('kv_emptied')).toBe(false)
    expect((await noticed(anchored(5 * MINUTE - 1))).noted.has('kv_emptied')).toBe(false)
    const one = [{ seq: 5, seal: 'seal_5', ago: DAY, key: 'recent' }]
    expect((await noticed(anchored(DAY), one)).noted.has('kv_emptied')).toBe(false)
  })
})

describe('INV-22: while the server is closed', () => {
  it('each run leaves a higher number in D1 and in KV', async () => {
    const { deps, noted, beats } = aLog([{ ...HEAD, ago: 0 }], { closed: true })
    for (let run = 0; run < 3; run++) await keepAnchor(deps, runOf(new Map(noted)))
    expect(beats).toEqual([NOW, NOW + 1, NOW + 2])
    expect(noted.get('beat')).toEqual({ ranAt: NOW + 2, position: null })
    expect(noted.has('taken_back')).toBe(false)
    const open = aLog([{ ...HEAD, ago: 0 }])
    await keepAnchor(open.deps, runOf())
    expect(open.beats).toEqual([])
  })

  it('a database with a lower number than KV was taken back, though its log lacks nothing', async () => {
    const { deps, noted, beats } = aLog([{ ...HEAD, ago: 0 }], { closed: true })
    beats.push(NOW - 60)
    noted.set('beat', { ranAt: NOW - 120, position: null })
    await keepAnchor(deps, runOf(new Map(noted)))
    expect(noted.get('taken_back')).toEqual(DATABASE_RESTORED)
    expect(beats).toEqual([NOW - 60, NOW])
    noted.delete('taken_back')
    await keepAnchor(deps, runOf(new Map(noted)))
    expect(noted.has('taken_back')).toBe(false)
  })

  it('a higher number than that of KV comes next, however late the clock is', async () => {
    const { deps, noted, beats } = aLog([{ ...HEAD, ago: 0 }], { closed: true })
    beats.push(NOW + 60)
    await keepAnchor(deps, runOf(new Map(noted)))
    expect(beats).toEqual([NOW + 60, NOW + 61])
    expect(noted.get('beat')).toEqual({ ranAt: NOW + 61, position: null })
  })

  it('a run that another overtook leaves KV alone', async () => {
    const { deps, noted, beats } = aLog([{ ...HEAD, ago: 0 }], { closed: true })
    noted.set('beat', { ranAt: NOW + 9, position: null })
    await keepAnchor(deps, runOf())
    expect([beats, noted.get('beat')?.ranAt]).toEqual([[], NOW + 9])
  })
})

describe('behind a change that goes to the edge', () => {
  it('the end of the log is kept under its client', async () => {
    const { deps, kept } = aLog()
    await anchorChange(deps, 'client_1')
    expect(kept.get('recent of client_1')).toEqual({ ...HEAD, at: NOW })
  })

  it('INV-22: what it writes over is compared before, and shuts the server', async () => {
    const lost = { seq: 8, seal: 'seal_8', ago: 5, key: 'recent of client_1' }
    const { deps, kept, noted } = aLog([lost])
    const { note } = deps.jobStates
    deps.jobStates.note = async (notes) => {
      expect(kept.get(lost.key)).toMatchObject({ seq: 8 })
      await note(notes)
    }
    await anchorChange(deps, 'client_1')
    expect(noted.get('taken_back')).toEqual(DATABASE_RESTORED)
    expect(kept.get(lost.key)).toEqual({ ...HEAD, at: NOW })
  })

  it.each(['seen', 'keepRecent'] as const)('nothing fails by KV that fails: %s', async (name) => {
    const { deps } = aLog()
    const fails = (failing: Error) => {
      const anchors = { ...deps.anchors, [name]: () => Promise.reject(failing) }
      return anchorChange({ ...deps, anchors }, 'client_1')
    }
    expect(await fails(new Unavailable('kv', 'down'))).toBeUndefined()
    await expect(fails(new TypeError('a bug'))).rejects.toThrow('a bug')
  })
})
