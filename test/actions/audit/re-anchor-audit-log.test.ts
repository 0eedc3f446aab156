import type { JobState } from '../../../src/domain/job.ts'
import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { reAnchorAuditLog } from '../../../src/actions/audit/re-anchor-audit-log.ts'
import { LATEST_ANCHOR } from '../../../src/domain/anchor.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'

const REQUEST = {
  ...NO_ONE_TO_ASK,
  principal: { type: 'bootstrap', id: 'bootstrap' } as const,
  requestId: 'request_1',
}
const HEAD = { seq: 4, seal: 'seal_4' }

/** A log that ends at 4, an anchor of it, and one that it lacks. */
function aLog({
  closed = false,
  jobStates = {},
}: {
  closed?: boolean
  jobStates?: Record<string, JobState>
} = {}) {
  const { anchors, jobStates: noting, kept, noted } = memoryAnchors()
  for (const [name, jobState] of Object.entries(jobStates)) noted.set(name, jobState)
  kept.set('recent', { seq: 3, seal: 'seal_3', at: NOW - 60 })
  kept.set(LATEST_ANCHOR, { seq: 9, seal: 'seal_9', at: NOW - 60 })
  const ledger = memoryLedger()
  ledger.endAt(HEAD)
  const seals = async () => new Map([3, 4].map((seq) => [seq, `seal_${seq}`]))
  const auditEvents = { ...ledger.auditEvents, seals }
  const deps = { ...ledger.deps, anchors, jobStates: noting, auditEvents, closed, keyVersions: [] }
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { deps, kept, noted, events: ledger.events, writes }
}

const databaseRestore = (position: unknown): Record<string, JobState> => ({
  taken_back: { ranAt: NOW - 60, position },
  lost_anchors: { ranAt: NOW - 60, position: ['9:seal_9'] },
})

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Refusal ? error : null),
  )

describe('accepting a log that was taken back', () => {
  it('forgets that anchors are lost, and keeps where it ends', async () => {
    const { deps, kept, noted, events } = aLog({ jobStates: databaseRestore('looked_through') })
    const accepted = await reAnchorAuditLog(deps, REQUEST)
    expect(events).toMatchObject([{ action: 'audit_log.accepted', actor: REQUEST.principal }])
    expect(accepted).toEqual({ seq: HEAD.seq + 1, seal: expect.any(String), at: NOW })
    expect(kept.get(LATEST_ANCHOR)).toEqual(accepted)
    expect(noted.get('taken_back')).toEqual({ ranAt: NOW, position: null })
    expect(noted.get('lost_anchors')?.position).toEqual(['9:seal_9'])
  })

  it('ends all sessions; with a break, it keeps the versions of the key that are there', async () => {
    const whole = aLog({ jobStates: databaseRestore('looked_through') })
    await reAnchorAuditLog(whole.deps, REQUEST)
    const ended = { kind: 'sessions_ended' }
    expect([whole.writes(), whole.events[0]?.changes]).toEqual([[ended], undefined])
    expect(whole.events).toMatchObject([{ target: { type: 'audit_log', id: 'audit_log' } }])
    for (const versions of [['3', '2'], []]) {
      const { deps, writes, events } = aLog({ jobStates: databaseRestore('looked_through') })
      const names = versions.length > 0 ? (['PEPPER', 'AUDIT_KEY'] as const) : []
      const keyVersions = names.map((name) => ({
        name,
        versions: name === 'AUDIT_KEY' ? versions : ['9'],
      }))
      await reAnchorAuditLog({ ...deps, keyVersions }, REQUEST, 1)
      expect(writes()).toEqual([ended, { kind: 'seal_versions_kept', versions }])
      expect(events[0]?.changes).toEqual({
        broken_at: { from: 1, to: null },
        continues: { from: null, to: 'seal_4' },
      })
    }
    const { deps, events } = aLog({ jobStates: databaseRestore('looked_through') })
    expect(await refusalOf(reAnchorAuditLog(deps, REQUEST, 3))).toMatchObject({
      code: 'conflict',
      message: 'The log is not broken at event 3. GET this address: broken_at says where it is.',
    })
    expect(events).toEqual([])
  })

  it('is refused where the database was taken back once more meanwhile', async () => {
    const { deps } = aLog({ jobStates: databaseRestore('looked_through') })
    const jobStates = { ...deps.jobStates, replace: async () => false }
    expect(await refusalOf(reAnchorAuditLog({ ...deps, jobStates }, REQUEST))).toMatchObject({
      code: 'conflict',
      message: 'The database was restored again just now: send the request again.',
    })
  })

  it('is refused, and notices it, where nobody had noticed', async () => {
    const { deps, noted, kept } = aLog()
    expect(await refusalOf(reAnchorAuditLog(deps, REQUEST))).toMatchObject({ code: 'conflict' })
    expect(noted.get('taken_back')).toEqual({ ranAt: NOW, position: 'shut' })
    expect(kept.get(LATEST_ANCHOR)).toMatchObject({ seq: 9 })
  })

  it('is refused until a pass is done, and says how far it is', async () => {
    const pass = { ranAt: NOW, position: { cursor: 'x', entries: 1700, held: 3 } }
    const { deps } = aLog({ jobStates: { ...databaseRestore('shut'), hold: pass } })
    expect((await refusalOf(reAnchorAuditLog(deps, REQUEST)))?.message).toContain(
      '1700 entries so far',
    )
    const { deps: idle } = aLog({ jobStates: databaseRestore('shut') })
    expect((await refusalOf(reAnchorAuditLog(idle, REQUEST)))?.message).toContain(
      'the next run of the cron',
    )
  })

  it('is refused where it is taken back once more at that moment', async () => {
    const { deps, noted } = aLog({ jobStates: databaseRestore('looked_through') })
    const { replace } = deps.jobStates
    deps.jobStates.replace = (...of) => {
      noted.set('taken_back', { ranAt: NOW, position: 'shut' })
      return replace(...of)
    }
    expect(await refusalOf(reAnchorAuditLog(deps, REQUEST))).toMatchObject({ code: 'conflict' })
    expect(noted.get('taken_back')).toEqual({ ranAt: NOW, position: 'shut' })
  })
})

describe('accepting the log of a server that is closed', () => {
  const nothingLost = (closed: boolean) => {
    const log = aLog({ closed })
    log.kept.delete(LATEST_ANCHOR)
    return log
  }

  it('says that it was taken back, where nothing else does', async () => {
    const { deps, noted } = nothingLost(true)
    expect(await refusalOf(reAnchorAuditLog(deps, REQUEST))).toMatchObject({ code: 'conflict' })
    expect(noted.get('taken_back')).toEqual({ ranAt: NOW, position: 'shut' })
    noted.set('taken_back', { ranAt: NOW, position: 'looked_through' })
    expect(await reAnchorAuditLog(deps, REQUEST)).toMatchObject({ seq: HEAD.seq + 1, at: NOW })
    expect(noted.get('taken_back')).toEqual({ ranAt: NOW, position: null })
  })

  it('is done at once where it is open and nothing is lost', async () => {
    const { deps, noted } = nothingLost(false)
    expect(await reAnchorAuditLog(deps, REQUEST)).toMatchObject({ seq: HEAD.seq + 1, at: NOW })
    expect(noted.has('taken_back')).toBe(false)
  })
})
