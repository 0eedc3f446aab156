import { expect, it } from 'vitest'
import type { AuditEvent } from '../../../src/domain/audit.ts'
import type { Ledger } from '../../../src/domain/ledger.ts'
import type { Point } from '../../../src/domain/metrics.ts'
import { measuredLedger } from '../../../src/storage/ledger/measured-ledger.ts'

const event = (fields: Partial<AuditEvent>): AuditEvent => ({
  eventId: 'evt_1',
  seq: 1,
  at: 0,
  seal: 'seal',
  action: 'client.suspended',
  actor: { type: 'administrator', id: 'administrator_1' },
  clientId: 'client_1',
  target: { type: 'client', id: 'client_1' },
  requestId: 'a-request',
  ...fields,
})

/** Commits these events to a ledger that takes them, or does not. */
async function committed(isCommitted: boolean, events: AuditEvent[]) {
  const points: Point[] = []
  const ledger: Ledger = {
    head: async () => ({ seq: 0, seal: '' }),
    commit: async () => isCommitted,
    lease: async () => {},
  }
  const measured = measuredLedger(ledger, { clock: () => 0, write: (p) => void points.push(p) })
  const answer = await measured.commit({ seq: 0, seal: '' }, events, [], null)
  return { answer, points }
}

it('measures each event of a commit, by what was done, who did it, and to which client', async () => {
  const key = event({ action: 'signing_key.created', clientId: null })
  const { answer, points } = await committed(true, [event({}), key])
  expect(answer).toBe(true)
  expect(points).toEqual([
    { kind: 'change', name: 'client.suspended', caller: 'administrator', clientId: 'client_1' },
    { kind: 'change', name: 'signing_key.created', caller: 'administrator', clientId: undefined },
  ])
})

it('measures nothing where another change came first', async () => {
  expect(await committed(false, [event({})])).toEqual({ answer: false, points: [] })
})
