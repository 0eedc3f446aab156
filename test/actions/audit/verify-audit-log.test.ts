import type { JobState } from '../../../src/domain/job.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { commitChange, eventBy, NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import {
  BEGINNING,
  type LogPosition,
  verifyAuditLog,
} from '../../../src/actions/audit/verify-audit-log.ts'
import type { AuditEvent, LedgerHead } from '../../../src/domain/audit.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'

const PAGE = 500
const request = { principal: { type: 'bootstrap', id: 'bootstrap' }, requestId: 'r' } as const

let genuine: AuditEvent[] = []

beforeEach(async () => {
  genuine = await written(5)
})

async function written(count: number): Promise<AuditEvent[]> {
  const { deps, events } = memoryLedger()
  const ids = Array.from({ length: count }, (_, i) => `role_${i}`)
  await commitChange(deps, NO_ONE_TO_ASK, async () => ({
    result: null,
    events: ids.map((id) => eventBy(request, 'role.created', { type: 'role', id })),
    writes: [],
  }))
  return events
}

type Log = {
  events?: AuditEvent[]
  head?: LedgerHead
  anchors?: LedgerHead[]
  jobStates?: Record<string, JobState>
}

function depsOf({ events = genuine, head = headOf(events), anchors = [], jobStates = {} }: Log) {
  const pages: number[] = []
  const { deps } = memoryLedger()
  const kept = memoryAnchors()
  const log = {
    ...deps,
    ledger: { ...deps.ledger, head: async () => head, commit: async () => true },
    auditEvents: {
      list: async () => [],
      since: async (seq: number, limit: number) => {
        pages.push(seq)
        return events.filter((event) => event.seq > seq).slice(0, limit)
      },
      ofIncident: async () => [],
      seals: async (seqs: number[]) =>
        new Map(events.filter(({ seq }) => seqs.includes(seq)).map(({ seq, seal }) => [seq, seal])),
      names: async () => new Map(),
      people: async () => [],
    },
    jobStates: { ...kept.jobStates, all: async () => new Map(Object.entries(jobStates)) },
    anchors: {
      ...kept.anchors,
      all: async () => anchors.map((anchor, i) => ({ ...anchor, at: NOW, key: `anchor:${i}` })),
    },
  }
  return { log, pages }
}

function headOf(events: AuditEvent[]): LedgerHead {
  const { seq, seal } = events.at(-1) ?? BEGINNING
  return { seq, seal }
}

const verdictOn = (log: Log, from: LogPosition = BEGINNING, pages = 1) =>
  verifyAuditLog(depsOf(log).log, from, pages)
const positionOf = ({ seq, seal }: LedgerHead) => ({ seq, seal })
const at = (index: number) => genuine[index] as AuditEvent

describe('a log as it was written', () => {
  it('is intact, to its end', async () => {
    const verdict = { intact: true, complete: true, position: headOf(genuine) }
    expect(await verdictOn({})).toEqual(verdict)
    expect(await verdictOn({}, positionOf(at(2)))).toEqual(verdict)
    expect(await verdictOn({ events: [] })).toEqual({ ...verdict, position: BEGINNING })
  })

  it('is intact though it grew since its head was read', async () => {
    const heads = [headOf(genuine.slice(0, 3)), headOf(genuine)]
    const { log } = depsOf({})
    log.ledger.head = async () => heads.shift() ?? headOf(genuine)
    expect(await verifyAuditLog(log, BEGINNING, 1)).toMatchObject({ intact: true, complete: true })
  })

  it('is intact though it grew since its head and its last page were read', async () => {
    const walked = genuine.slice(0, 4)
    const heads = [headOf(genuine.slice(0, 3)), headOf(genuine)]
    const { log } = depsOf({ events: walked })
    log.ledger.head = async () => heads.shift() ?? headOf(genuine)
    const verdict = { intact: true, complete: true, position: headOf(walked) }
    expect(await verifyAuditLog(log, BEGINNING, 1)).toEqual(verdict)
  })

  it('is walked a page at a time, so many pages at most', async () => {
    genuine = await written(2 * PAGE + 1)
    const [first, second] = [at(PAGE - 1), at(2 * PAGE - 1)]
    const partly = { intact: true, complete: false }
    expect(await verdictOn({})).toEqual({ ...partly, position: positionOf(first) })
    expect(await verdictOn({}, BEGINNING, 2)).toEqual({ ...partly, position: positionOf(second) })
    const whole = { intact: true, complete: true, position: headOf(genuine) }
    expect(await verdictOn({}, BEGINNING, 3)).toEqual(whole)
    expect(await verdictOn({}, positionOf(second))).toEqual(whole)
    expect(await verdictOn({}, BEGINNING, 0)).toEqual({ ...partly, position: BEGINNING })
  })

  it('is not read on after its end', async () => {
    const { log, pages } = depsOf({})
    await verifyAuditLog(log, BEGINNING, 9)
    expect(pages).toHaveLength(1)
  })
})

describe('a log that was tampered with', () => {
  it.each([0, 1, 3])('lacks the event at %i', async (index) => {
    const events = genuine.toSpliced(index, 1)
    const verdict = { intact: false, brokenAt: index + 1, why: 'missing' }
    expect(await verdictOn({ events })).toEqual(verdict)
    if (index > 0) expect(await verdictOn({ events }, positionOf(at(index - 1)))).toEqual(verdict)
  })

  it('has one before the first', async () => {
    const events = [{ ...at(0), seq: 0 }, ...genuine]
    expect(await verdictOn({ events })).toEqual({ intact: false, brokenAt: 1, why: 'missing' })
  })

  it.each([
    ['its action', { action: 'role.deleted' as const }],
    ['its time', { at: NOW + 1 }],
    ['who did it', { actor: { type: 'system' as const, id: 'portcullis' } }],
    ['its seal', { seal: '1.AAAA' }],
  ])('says otherwise: %s', async (_, fields) => {
    const events = genuine.with(2, { ...at(2), ...fields })
    const verdict = { intact: false, brokenAt: 3, why: 'altered' }
    expect(await verdictOn({ events })).toEqual(verdict)
    // Later events were sealed after it: from there on all is well, while a full verification
    // fails.
    expect(await verdictOn({ events }, positionOf(at(2)))).toMatchObject({ intact: true })
  })

  it('ends before its head', async () => {
    const verdict = { intact: false, brokenAt: 4, why: 'truncated' }
    expect(await verdictOn({ events: genuine.slice(0, 3), head: headOf(genuine) })).toEqual(verdict)
    const none = { intact: false, brokenAt: 1, why: 'truncated' }
    expect(await verdictOn({ events: [], head: headOf(genuine) })).toEqual(none)
  })

  it.each([
    ['an older head was put back', () => headOf(genuine.slice(0, 2))],
    ['its head has another seal', () => ({ ...headOf(genuine), seal: '1.AAAA' })],
  ])('does not end as its head says: %s', async (_, head) => {
    const verdict = { intact: false, brokenAt: 5, why: 'altered' }
    expect(await verdictOn({ head: head() })).toEqual(verdict)
  })

  it('does not end as the head says that was read before it, though it grew since', async () => {
    const heads = [{ ...headOf(genuine.slice(0, 4)), seal: '1.AAAA' }, headOf(genuine)]
    const { log } = depsOf({ events: genuine.slice(0, 4) })
    log.ledger.head = async () => heads.shift() ?? headOf(genuine)
    const verdict = { intact: false, brokenAt: 4, why: 'altered' }
    expect(await verifyAuditLog(log, BEGINNING, 1)).toEqual(verdict)
  })
})

describe('what was anchored outside', () => {
  const lost = [
    { seq: 4, seal: 'another' },
    { seq: 2, seal: 'another' },
    { seq: 99, seal: 'beyond the end' },
  ]
  const held = () => positionOf(at(2))

  it('must be in the log: the first that is not is told', async () => {
    expect(await verdictOn({ anchors: [held()] })).toMatchObject({ intact: true })
    const verdict = { intact: false, brokenAt: 2, why: 'not_anchored' }
    expect(await verdictOn({ anchors: [held(), ...lost] })).toEqual(verdict)
  })

  it('is looked at when a walk begins, and not when it goes on', async () => {
    const anchors = [held(), ...lost]
    expect(await verdictOn({ anchors }, positionOf(at(0)))).toMatchObject({ intact: true })
  })

  it('is not asked for where an administrator accepted that it is lost, and nothing else is', async () => {
    const anchors = [held(), ...lost]
    const position = ['4:another', '2:another', '99:beyond the end']
    const jobStates = { lost_anchors: { ranAt: NOW, position } }
    expect(await verdictOn({ anchors, jobStates })).toMatchObject({ intact: true })
    const two = { lost_anchors: { ranAt: NOW, position: position.slice(1) } }
    const verdict = { intact: false, brokenAt: 4, why: 'not_anchored' }
    expect(await verdictOn({ anchors, jobStates: two })).toEqual(verdict)
    const taken_back = { ranAt: NOW, position: 'looked_through' }
    expect(await verdictOn({ anchors, jobStates: { ...jobStates, taken_back } })).toMatchObject({
      intact: false,
    })
  })
})
