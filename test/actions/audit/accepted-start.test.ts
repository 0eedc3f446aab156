import { describe, expect, it } from 'vitest'
import { acceptedBreak, acceptedStart } from '../../../src/actions/audit/accepted-start.ts'
import { evidenceOfRestore, lostOf } from '../../../src/actions/audit/notice-restore.ts'
import { isBrokenAt } from '../../../src/actions/audit/verify-audit-log.ts'
import { eventBy, commitChange } from '../../../src/actions/changes/commit-change.ts'
import { auditSeals } from '../../../src/crypto/seals.ts'
import { type AuditEvent, type FieldChanges, sealedText } from '../../../src/domain/audit.ts'
import { rings } from '../../crypto/rings.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { REQUEST, unasked } from '../one-client.ts'

const seals = auditSeals(rings.before)

/** The event of an acceptance at this place, sealed as one that continues this seal. */
async function anAcceptance(
  seq: number,
  changes: FieldChanges,
  continued: string,
): Promise<AuditEvent> {
  const draft = eventBy(REQUEST, 'audit_log.accepted', { type: 'audit_log', id: 'audit_log' })
  const event = { ...draft, eventId: `evt_${seq}`, seq, at: NOW, changes }
  return { ...event, seal: await seals.seal(sealedText(event, continued)) }
}

describe('the acceptance of a break', () => {
  async function found(events: AuditEvent[], brokenAt = 5) {
    const asked: unknown[] = []
    const auditEvents = {
      ...memoryLedger().auditEvents,
      list: async (query: unknown) => {
        asked.push(query)
        return events
      },
    }
    return { event: await acceptedStart({ auditEvents, seals }, brokenAt), asked }
  }

  it('is the event behind the break that names it, and proves itself', async () => {
    const fine = await anAcceptance(9, acceptedBreak(5, 'seal_8'), 'seal_8')
    const other = await anAcceptance(8, acceptedBreak(6, 'seal_7'), 'seal_7')
    const forged = { ...fine, seal: 'forged' }
    const { event, asked } = await found([forged, other, fine])
    expect(event).toEqual(fine)
    const query = { clientId: null, action: 'audit_log.accepted', after: null, limit: 50 }
    expect(asked).toEqual([query])
    expect((await found([forged, other])).event).toBeNull()
    expect((await found([])).event).toBeNull()
  })

  it('is none that comes before the break, or at it', async () => {
    for (const seq of [4, 5]) {
      const early = await anAcceptance(seq, acceptedBreak(5, 'seal'), 'seal')
      expect((await found([early])).event).toBeNull()
    }
  })

  it('that says nothing of a seal continues none', async () => {
    const { broken_at } = acceptedBreak(5, '')
    const first = await anAcceptance(9, { broken_at: broken_at as never }, '')
    expect((await found([first])).event).toEqual(first)
    const more = await anAcceptance(9, { broken_at: broken_at as never }, 'seal_8')
    expect((await found([more])).event).toBeNull()
  })
})

describe('what shows a restore', () => {
  const head = { seq: 5, seal: 'seal_5' }
  const anchor = (seq: number, seal: string) => ({ seq, seal, at: NOW })
  const { auditEvents } = memoryLedger()

  it('is an anchor that the log lacks; one of no event is in every log', async () => {
    const lost = anchor(9, 'seal_9')
    const all = [anchor(0, ''), anchor(0, 'seal_0'), anchor(5, 'seal_5'), lost]
    expect(await lostOf({ auditEvents }, all, head)).toEqual([lost])
  })

  it('is not looked for in the states of jobs where nothing is lost', async () => {
    const seen = { latest: null, anchors: [], unreadable: [], beat: 0 }
    expect(await evidenceOfRestore({ auditEvents }, seen, head, unasked)).toBeNull()
  })
})

it('a log is broken at the place where it is, and nowhere before', async () => {
  const { deps, events, auditEvents } = memoryLedger()
  for (const id of ['a', 'b', 'c', 'd']) {
    const event = eventBy(REQUEST, 'role.created', { type: 'role', id })
    await commitChange(deps, REQUEST, async () => ({ result: id, events: [event], writes: [] }))
  }
  const log = { ...deps, auditEvents }
  const broken = () => Promise.all([1, 2, 3, 4].map((seq) => isBrokenAt(log, seq)))
  expect(await broken()).toEqual([false, false, false, false])
  events.splice(2, 1, { ...events[2]!, requestId: 'another' })
  expect(await broken()).toEqual([false, false, true, false])
})
