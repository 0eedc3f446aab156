import { beforeEach, describe, expect, it } from 'vitest'
import { calculateJwkThumbprint, decodeJwt } from 'jose'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { makeClientKey } from '../../support/client-keys.ts'
import { ID, importedClient } from '../../support/imports.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

let server: TestServer
let client: Client

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Refund bot' })
})

const lookUp = (text: string) => server.adminOk('POST', '/credential-lookups', { text })
const secretOf = ({ body }: Client): Json => body['secrets'][0]

/** In short: what the text is, and of each match whose and whether it works. */
async function said(text: string) {
  const { text_is, matches, notes } = await lookUp(text)
  const each = (matches as Json[]).map((match) => ({
    kind: match['kind'],
    by: match['matched_by'],
    of: match['client']?.client_id ?? null,
    id: match['credential']?.id ?? null,
    works: match['works'],
    why: match['why'],
  }))
  return { text_is, matches: each, notes }
}

describe('a secret', () => {
  const match = (of: Client, by: string, more: Json = {}) => ({
    kind: 'secret',
    by,
    of: of.id,
    id: secretOf(of)['secret_id'],
    works: true,
    why: [],
    ...more,
  })

  it('is told from one that only begins like it, and neither comes back in the answer', async () => {
    const found = await lookUp(`password: ${client.secret}`)
    expect(found).toMatchObject({ text_is: 'secret', more: false, notes: [] })
    expect(found['matches']).toEqual([
      expect.objectContaining({
        matched_by: 'whole_secret',
        works: true,
        client: expect.objectContaining({ client_name: 'Refund bot', status: 'available' }),
        credential: expect.objectContaining({ key_id: secretOf(client)['key_id'] }),
      }),
    ])
    const other = formatSecret(String(secretOf(client)['key_id']), 'x'.repeat(43))
    const why = ['The text begins like this secret, but the rest of it is wrong: it does not work.']
    expect(await said(other)).toMatchObject({
      matches: [match(client, 'key_id', { works: false, why })],
    })
    for (const text of [client.secret, other]) {
      const answer = JSON.stringify(await lookUp(text))
      expect([answer.includes(text.slice(16, 50)), answer.includes(text)]).toEqual([false, false])
    }
  })

  it('is found by each part of it that may be shown, and by its id', async () => {
    const { key_id, hint, secret_id } = secretOf(client)
    const parts = { [`pc_${key_id}`]: 'key_id', [client.secret.slice(0, 30)]: 'key_id' }
    for (const [text, by] of Object.entries(parts)) {
      expect(await said(text)).toMatchObject({
        text_is: 'part_of_secret',
        matches: [match(client, by)],
      })
    }
    const names = {
      [key_id]: 'key_id',
      [`…${hint}`]: 'hint',
      [client.secret.slice(-9)]: 'hint',
      [secret_id]: 'credential_id',
    }
    for (const [text, by] of Object.entries(names)) {
      expect(await said(text)).toMatchObject({ text_is: 'name', matches: [match(client, by)] })
    }
  })

  it('that is mistyped or of nobody is said to be so', async () => {
    const mistyped = client.secret.slice(0, -1) + (client.secret.endsWith('x') ? 'y' : 'x')
    expect((await said(mistyped)).notes[0]).toContain('is mistyped')
    const nobodys = await said(formatSecret('AbCdEfGhIjKl', 'x'.repeat(43)))
    expect(nobodys).toMatchObject({ text_is: 'secret', matches: [] })
    expect(nobodys.notes).toEqual([
      'No secret begins like this one: it was deleted or replaced, or belongs to another server.',
    ])
  })

  it.each([
    ['the client is suspended', () => server.suspend(client), 'The client is suspended.'],
    [
      'it was replaced',
      () => server.adminOk('POST', `/clients/${client.id}/secrets`, { retire_others_in: 60 }),
      'This secret was ended at 2026-11-22T10:01:00Z.',
    ],
  ])('does not work once %s', async (_what, change, reason) => {
    await change()
    server.clock.now += 60
    expect(await said(client.secret)).toMatchObject({ matches: [{ works: false, why: [reason] }] })
  })
})

describe('a token', () => {
  it('is found with its client, whether it works, and each finding', async () => {
    const token = await server.token(client)
    const { matches } = await lookUp(`Bearer ${token}`)
    expect(matches).toMatchObject([
      {
        kind: 'access_token',
        matched_by: 'token',
        works: true,
        why: [],
        client: { client_id: client.id },
      },
    ])
    expect(matches[0].findings).toContainEqual({
      check: 'expiry',
      good: true,
      detail: 'Expires at 2026-11-22T22:00:00Z.',
    })
    await server.suspend(client)
    server.clock.now += 43_200
    expect((await said(token)).matches[0]).toMatchObject({
      works: false,
      why: [
        'Expired at 2026-11-22T22:00:00Z.',
        'The client is suspended. Once it is resumed, this token works again.',
      ],
    })
  })

  it('that is damaged names its client, and is said to be damaged', async () => {
    const token = await server.token(client)
    const [header = '', claims = ''] = token.split('.')
    for (const text of [`${header}.${claims}`, `${header}.${claims.slice(0, 200)}`]) {
      const found = await said(text)
      expect(found.matches).toMatchObject([{ of: client.id, works: false }])
      expect(found.notes).toEqual([expect.stringContaining('damaged or not complete')])
    }
    const forged = `${token.slice(0, -4)}AAAA`
    expect((await said(forged)).matches[0]).toMatchObject({
      of: client.id,
      works: false,
      why: ['Not valid: the token was changed, cut off or forged.'],
    })
  })

  it('of another issuer is of none of the clients here', async () => {
    const payload = { iss: 'https://elsewhere.example', client_id: client.id }
    const encode = (part: object) => btoa(JSON.stringify(part)).replaceAll('=', '')
    const found = await said(`${encode({ alg: 'ES256' })}.${encode(payload)}.c2ln`)
    expect(found.matches[0]).toMatchObject({ of: null, works: false })
    expect(found.matches[0]?.why).toContain('Another server: ask that one about this token.')
  })

  it('is known by its jti once it was revoked by itself, and the answer says that', async () => {
    const token = await server.token(client)
    const jti = String(decodeJwt(token).jti)
    expect(await said(jti)).toMatchObject({
      matches: [],
      notes: [
        expect.stringContaining('Nothing here'),
        expect.stringContaining('only a token that was revoked'),
      ],
    })
    await server.form('/oauth/revoke', { token }, client)
    expect(await said(jti)).toMatchObject({
      matches: [{ kind: 'access_token', by: 'jti', of: client.id, works: false }],
      notes: [],
    })
  })
})

describe('other credentials and clients', () => {
  it('finds a public key by its id, its kid and its thumbprint, once', async () => {
    const { jwk } = await makeClientKey()
    const thumbprint = await calculateJwkThumbprint(jwk)
    const path = `/clients/${client.id}/keys`
    const { key_id } = await server.adminOk('POST', path, { jwk: { ...jwk, kid: 'deploy-1' } })
    const of = { kind: 'public_key', of: client.id, id: key_id, works: true }
    for (const [text, by] of [
      [key_id, 'credential_id'],
      ['deploy-1', 'kid'],
      [thumbprint, 'thumbprint'],
    ]) {
      expect((await said(String(text))).matches).toMatchObject([{ ...of, by }])
    }
    const plain = await makeClientKey()
    const { kid } = await server.adminOk('POST', path, { jwk: plain.jwk })
    expect((await said(String(kid))).matches).toHaveLength(1)
  })

  it('finds a client, a certificate, a rule and a key of the server by their ids', async () => {
    const at = `/clients/${client.id}`
    const { certificate_id } = await server.adminOk('POST', `${at}/certificates`, {
      san_dns: 'a.example',
    })
    const { issuer_id } = await server.adminOk('POST', '/issuers', { issuer: 'https://ci.example' })
    const rule = { issuer_id, subject: 'repo' }
    const { credential_id } = await server.adminOk('POST', `${at}/federated-credentials`, rule)
    const { kid } = await server.adminOk('POST', '/signing-keys', {})
    const kinds = {
      [client.id]: 'client',
      [certificate_id]: 'certificate',
      [credential_id]: 'federated_credential',
      [kid]: 'signing_key',
    }
    for (const [text, kind] of Object.entries(kinds)) {
      expect((await said(text)).matches).toMatchObject([{ kind, works: true }])
    }
  })

  it('finds a revoked key of the server, and says that it accepts no token of it', async () => {
    const { kid } = await server.adminOk('POST', '/signing-keys', {})
    expect((await server.admin('DELETE', `/signing-keys/${kid}`)).ok).toBe(true)
    const { matches } = await said(String(kid))
    expect(matches).toMatchObject([{ kind: 'signing_key', by: 'kid', works: false }])
    expect(matches[0]?.['why']).toEqual([expect.stringContaining('revoked')])
  })

  it('tells several apart that share a kid, and says when there are more than it shows', async () => {
    for (let n = 0; n < 21; n++) {
      const { jwk } = await makeClientKey()
      const { id } = await server.client({ [API]: 'invoices:read' })
      await server.adminOk('POST', `/clients/${id}/keys`, { jwk: { ...jwk, kid: 'same' } })
    }
    const { matches, more } = await lookUp('same')
    expect([matches.length, more]).toEqual([20, true])
    expect(new Set(matches.map((match: Json) => match['client'].client_id)).size).toBe(20)
  })
})

it.each([
  [{}, 'text'],
  [{ text: ' \n' }, 'text'],
  [{ text: 'x'.repeat(20_001) }, 'text'],
  [{ text: 'x', q: 'y' }, 'q'],
])('refuses %j', async (body, field) => {
  const response = await server.admin('POST', '/credential-lookups', body)
  expect(response.status).toBe(400)
  expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
})

it('is for those who may read the clients', async () => {
  const auditor = await server.token(await server.client({ [ISSUER]: 'audit:read' }))
  const response = await server.admin('POST', '/credential-lookups', { text: 'x' }, auditor)
  expect(response.status).toBe(403)
})

describe('what was imported', () => {
  it('is found by the id of its client, by its end, and whole', async () => {
    const text = 'a-secret/of another+server~1'.replace(' ', '-')
    await importedClient(server, { secret: { text } }, text)
    for (const [pasted, matched_by] of [
      [ID, 'client_id'],
      [`…${text.slice(-4)}`, 'hint'],
      [text, 'whole_secret'],
      [`${text.slice(0, -5)}-${text.slice(-4)}`, 'hint'],
    ] as const) {
      const { matches } = await lookUp(pasted)
      expect(matches).toMatchObject([{ matched_by, works: true, client: { client_id: ID } }])
    }
  })

  it('has a client that its tokens name, whole or cut off', async () => {
    const token = await server.token(await importedClient(server))
    for (const text of [token, token.slice(0, -50)]) {
      expect((await lookUp(text)).matches).toMatchObject([{ client: { client_id: ID } }])
    }
  })
})
