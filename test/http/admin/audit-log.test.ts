import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { BEGINNING, verifyAuditLog } from '../../../src/actions/audit/verify-audit-log.ts'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { auditSeals, signedTexts } from '../../../src/crypto/seals.ts'
import { kvAnchors } from '../../../src/storage/ledger/anchors.ts'
import { d1AuditEvents } from '../../../src/storage/ledger/audit-events.ts'
import { d1JobStates } from '../../../src/storage/upkeep/job-states.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1Ledger } from '../../../src/storage/ledger/ledger.ts'
import { API, ISSUER, testServer } from '../../support/server.ts'
import { nameOfLog } from '../../support/log-name.ts'

async function setUp() {
  const server = testServer()
  await server.api()
  return { server, client: await server.client({ [API]: 'invoices:read' }) }
}

function verify() {
  const db = openDatabase(env.DB)
  const seals = auditSeals(readKeyRing('AUDIT_KEY', env.AUDIT_KEY))
  const texts = signedTexts(readKeyRing('AUDIT_KEY', env.AUDIT_KEY), 'anchor')
  const anchors = kvAnchors(env.DENYLIST, texts, nameOfLog())
  const ledger = d1Ledger(db, ISSUER, async () => [])
  const [auditEvents, jobStates] = [d1AuditEvents(db), d1JobStates(db)]
  const now = () => Math.floor(Date.now() / 1000)
  return verifyAuditLog({ auditEvents, ledger, seals, anchors, jobStates, now }, BEGINNING, 10)
}

describe('the audit log', () => {
  const EVENTS = 'portcullis_audit_events'
  const COLUMNS = `event_id, at, action, actor_type, actor_id, client_id, target_type, target_id, reason,
    changes, request_id, seal`
  const copyTo = (seq: string) =>
    `INSERT INTO ${EVENTS} (seq, ${COLUMNS}) SELECT ${seq}, 'evt_forged', ${COLUMNS.replace('event_id, ', '')}
     FROM ${EVENTS} WHERE seq = 3`

  it('is intact after a history, and as long as it', async () => {
    const { server, client } = await setUp()
    expect(await verify()).toMatchObject({ intact: true, complete: true, position: { seq: 2 } })
    await Promise.all([1, 2, 3, 4, 5].map((n) => server.suspend(client, { reason: `${n}` })))
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect(await verify()).toMatchObject({ intact: true, complete: true, position: { seq: 4 } })
  })

  it.each([
    ['an edited reason', [`UPDATE ${EVENTS} SET reason = 'other' WHERE seq = 3`]],
    ['an edited actor', [`UPDATE ${EVENTS} SET actor_id = 'other' WHERE seq = 2`]],
    ['an edited time', [`UPDATE ${EVENTS} SET at = at + 1 WHERE seq = 2`]],
    ['edited changes', [`UPDATE ${EVENTS} SET changes = '{}' WHERE seq = 3`]],
    ['an edited last event', [`UPDATE ${EVENTS} SET reason = 'other' WHERE seq = 6`]],
    [
      'another seal',
      [`UPDATE ${EVENTS} SET seal = (SELECT seal FROM ${EVENTS} WHERE seq = 2) WHERE seq = 3`],
    ],
    ['a deleted event', [`DELETE FROM ${EVENTS} WHERE seq = 3`]],
    ['a deleted first event', [`DELETE FROM ${EVENTS} WHERE seq = 1`]],
    [
      'a deleted event, its place closed',
      [`DELETE FROM ${EVENTS} WHERE seq = 3`, `UPDATE ${EVENTS} SET seq = seq - 1 WHERE seq > 3`],
    ],
    ['a truncated log', [`DELETE FROM ${EVENTS} WHERE seq > 4`]],
    ['an emptied log', [`DELETE FROM ${EVENTS}`]],
    [
      'two swapped events',
      [
        `UPDATE ${EVENTS} SET seq = 100 WHERE seq = 3`,
        `UPDATE ${EVENTS} SET seq = 3 WHERE seq = 4`,
        `UPDATE ${EVENTS} SET seq = 4 WHERE seq = 100`,
      ],
    ],
    [
      'an event put in between',
      [
        `UPDATE ${EVENTS} SET seq = -seq WHERE seq > 3`,
        `UPDATE ${EVENTS} SET seq = 1 - seq WHERE seq < 0`,
        copyTo('4'),
      ],
    ],
    ['an event put at the end', [copyTo('7')]],
    ['an event put far behind the end', [copyTo('1000')]],
    ['an event put before the first', [copyTo('0')]],
    ['a head that was moved', [`UPDATE portcullis_ledger_head SET seq = 4`]],
  ])('shows %s', async (_what, statements) => {
    const { server, client } = await setUp()
    for (let n = 0; n < 2; n++) {
      await server.suspend(client, { reason: 'leaked' })
      await server.resume(client)
    }
    expect(await verify()).toMatchObject({ intact: true, position: { seq: 6 } })
    for (const statement of statements) await env.DB.prepare(statement).run()
    expect(await verify()).toMatchObject({ intact: false })
  })
})
