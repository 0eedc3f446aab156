import { expect, it } from 'vitest'
import { API, type Json, type TestServer } from '../../support/server.ts'
import { eventIn, receiverAt, serverWithStreams, type Set } from '../../support/set-receiver.ts'

type Case = [what: string, make: (server: TestServer) => Promise<() => Promise<unknown>>, Json[]]

/** A client that is there before, and what is done with it. */
const about =
  (act: (server: TestServer, id: string) => Promise<unknown>) => async (server: TestServer) => {
    const { id } = await server.client()
    return () => act(server, id)
  }

const change = (type: string, kind: string) => ({
  type: 'credential-change',
  change_type: type,
  credential_type: kind,
})

const CASES: Case[] = [
  [
    'a suspension',
    about((server, id) => server.admin('PUT', `/clients/${id}/suspension`)),
    [{ type: 'account-disabled' }, { type: 'session-revoked' }],
  ],
  [
    'a deletion',
    about((server, id) => server.admin('DELETE', `/clients/${id}`)),
    [{ type: 'account-purged' }, { type: 'session-revoked' }],
  ],
  [
    'the revocation of all tokens',
    about((server, id) => server.adminOk('DELETE', `/clients/${id}/tokens`)),
    [{ type: 'session-revoked' }],
  ],
  [
    'a new secret',
    about((server, id) => server.adminOk('POST', `/clients/${id}/secrets`)),
    [change('create', 'password')],
  ],
  [
    'the end of a secret',
    about(async (server, id) => {
      const { data } = await server.adminOk('GET', `/clients/${id}/secrets`)
      await server.adminOk('DELETE', `/clients/${id}/secrets/${data[0].secret_id}`)
    }),
    [change('delete', 'password')],
  ],
  [
    'a new certificate',
    about((server, id) =>
      server.adminOk('POST', `/clients/${id}/certificates`, { san_dns: 'a.example' }),
    ),
    [change('create', 'x509')],
  ],
  [
    'a leak',
    about((server, id) =>
      server.adminOk('POST', '/incidents', {
        client_ids: [id],
        reason: 'In a log',
        suspend: true,
        end_secrets: true,
        revoke_tokens: false,
      }),
    ),
    [
      { type: 'account-disabled' },
      { type: 'session-revoked', reason_admin: { en: 'In a log' } },
      change('update', 'password'),
      { type: 'credential-compromise', credential_type: 'password' },
    ],
  ],
]

it.each(CASES)('tells receivers of %s', async (_, make, expected) => {
  const server = await serverWithStreams()
  const act = await make(server)
  const receiver = await receiverAt(server)
  const id = await receiver.polled()
  await act()
  const sets = await receiver.drain(id)
  const seen = sets.map(flat)
  expect(seen).toMatchObject(expected)
  expect(seen).toHaveLength(expected.length)
  for (const { reason_admin: reason, initiating_entity: by, event_timestamp: at } of seen) {
    expect(reason.en).toMatch(/\w/)
    expect([by, at]).toEqual(['admin', server.clock.now])
  }
})

function flat(set: Set): Json {
  const [type, content] = eventIn(set)
  return { type, ...content }
}

it('tells of one token by its id, and of new access by its claims', async () => {
  const server = await serverWithStreams()
  const { api_id: api } = await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const receiver = await receiverAt(server)
  const id = await receiver.polled()
  const token = await server.token(client)
  await server.form('/oauth/revoke', { token }, client)
  await server.adminOk('PUT', `/clients/${client.id}/permissions/${api}/invoices:write`)
  const [revoked, changed] = await receiver.drain(id)
  const { jti } = JSON.parse(atob(token.split('.')[1] ?? '')) as Json
  expect(revoked?.sub_id).toEqual({ format: 'jwt_id', iss: revoked?.iss, jti })
  expect(revoked && flat(revoked)).toMatchObject({
    type: 'session-revoked',
    initiating_entity: 'user',
  })
  expect(changed && flat(changed)).toMatchObject({
    type: 'token-claims-change',
    initiating_entity: 'admin',
    claims: { scope: 'invoices:read invoices:write', aud: [API] },
  })
})
