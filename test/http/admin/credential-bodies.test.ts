import { exportSPKI, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { PUBLIC_JWK } from '../../support/client-keys.ts'
import { type Json, testServer, type TestServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

async function refusalOf(response: Response) {
  const { detail, errors } = await response.json<Json>()
  return [response.status, detail, errors]
}

describe('a credential is sent in one way', () => {
  const KEY = 'Send the key as jwk or as pem: one of them.'
  const KEY_FIELD = {
    field: 'jwk',
    detail: 'must be sent if pem is not, and not with it',
  }
  const CERTIFICATE = 'Send the certificate as pem, or one of its names.'
  const CERTIFICATE_FIELD = {
    field: 'pem',
    detail: 'must be sent, or one of subject_dn, san_dns, san_uri, san_ip, san_email',
  }

  it.each([
    ['keys', {}, KEY, KEY_FIELD],
    ['keys', { jwk: PUBLIC_JWK, pem: 'PEM' }, KEY, KEY_FIELD],
    ['certificates', {}, CERTIFICATE, CERTIFICATE_FIELD],
    ['certificates', { pem: 'PEM', san_dns: 'a.example' }, CERTIFICATE, CERTIFICATE_FIELD],
    ['certificates', { san_ip: '192.0.2.1', san_dns: 'a.example' }, CERTIFICATE, CERTIFICATE_FIELD],
  ])('%s %#', async (kind, body, says, field) => {
    const server = testServer()
    const client = await server.client()
    const response = await server.admin('POST', `/clients/${client.id}/${kind}`, body)
    expect(await refusalOf(response)).toEqual([400, says, [field]])
  })

  it('with each of its fields', async () => {
    const server = testServer({ now: NOON })
    const client = await server.client()
    const fields = { label: 'Old', expires_on: '2027-01-31', remind: false }
    const ends = { label: 'Old', expires_at: '2027-01-31T23:59:59Z', remind: false }
    const key = await server.adminOk('POST', `/clients/${client.id}/keys`, {
      jwk: PUBLIC_JWK,
      algorithm: 'ES256',
      replay: 'until_exp',
      ...fields,
    })
    expect(key).toMatchObject({ ...ends, algorithm: 'ES256', replay: 'until_exp' })
    const pem = await exportSPKI((await generateKeyPair('RS256')).publicKey)
    const path = `/clients/${client.id}/keys`
    const fromPem = await server.adminOk('POST', path, { pem, algorithm: 'PS256', ...fields })
    expect(fromPem).toMatchObject({ ...ends, algorithm: 'PS256', replay: 'once' })
    const certificate = await server.adminOk('POST', `/clients/${client.id}/certificates`, {
      san_dns: 'a.example',
      ...fields,
    })
    expect(certificate).toMatchObject({ ...ends, san_dns: 'a.example' })
  })
})

it('the client of a credential that was found is told in brief, with why it is suspended', async () => {
  const server = testServer({ now: NOON })
  const client = await server.client()
  const find = () => server.adminOk('POST', '/credential-lookups', { text: client.id })
  const told = '"suspended_at":null,"suspended_reason":null'
  expect(JSON.stringify(await find())).toContain(told)
  await server.suspend(client, { reason: 'Leaked.' })
  const since = '"suspended_at":"2026-11-22T12:00:00Z","suspended_reason":"Leaked."'
  expect(JSON.stringify(await find())).toContain(since)
})

async function withTree(): Promise<{ server: TestServer; event: Json }> {
  const server = testServer()
  await server.cron()
  await server.client()
  await server.cron()
  const { data } = await server.adminOk('GET', '/audit-events?limit=1&order=asc')
  return { server, event: (data as [Json])[0] }
}

describe('the proof of one event', () => {
  it('is that of the page of proofs', async () => {
    const { server, event } = await withTree()
    const { data: page } = await server.adminOk('GET', '/audit-events/proofs')
    const all = page as Json[]
    const path = `/audit-events/proofs?event_id=${event['event_id']}`
    expect(await server.adminOk('GET', path)).toEqual({ data: [all[0]], next_cursor: null })
    const first = await server.adminOk('GET', '/audit-events/proofs?limit=1')
    expect(first['next_cursor']).not.toBeNull()
    const rest = await server.adminOk('GET', `/audit-events/proofs?cursor=${first['next_cursor']}`)
    expect([...(first['data'] as Json[]), ...(rest['data'] as Json[])]).toEqual(all)
  })

  it('is none of an event that is not in the tree', async () => {
    const { server } = await withTree()
    await server.client()
    const { data } = await server.adminOk('GET', '/audit-events?limit=1')
    const [{ event_id: later }] = data as [Json]
    for (const id of ['event_none', String(later)]) {
      const response = await server.admin('GET', `/audit-events/proofs?event_id=${id}`)
      const says = 'This event is not in the tree of this checkpoint.'
      expect(await refusalOf(response)).toEqual([404, says, undefined])
    }
  })
})
