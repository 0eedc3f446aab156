import type { Reason } from '../../../src/domain/refusal-reasons.ts'
import { type Json, testServer } from '../server.ts'
import { NOON, type RefusedCase, type World } from './oauth.ts'

type Send = (world: World) => Promise<Response>

const admin = (status: number, reason: Reason, endpoint: string, send: Send): RefusedCase => ({
  what: `${endpoint}: ${reason}`,
  reason,
  status,
  endpoint: endpoint.replace(' /', ' /admin/v1/'),
  send,
})

/** A creation by a key, or what is sent by the same key again. */
function create({ server }: World, key: string, body: Json): Promise<Response> {
  return server.send('/admin/v1/clients', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify(body),
  })
}

function ifMatch({ server, client }: World, tag: string): Promise<Response> {
  return server.send(`/admin/v1/clients/${client.id}`, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      'If-Match': tag,
    },
    body: '{"description":"x"}',
  })
}

/** A refusal for each status that the admin API gives. */
export const ADMIN_REFUSALS: RefusedCase[] = [
  admin(401, 'unauthenticated', 'GET /clients', ({ server }) => server.send('/admin/v1/clients')),
  admin(401, 'bootstrap_token_guess', 'GET /clients', ({ server }) =>
    server.admin('GET', '/clients', undefined, 'a-guess'),
  ),
  admin(401, 'invalid_token', 'GET /clients', async ({ server, client }) =>
    server.admin('GET', '/clients', undefined, await server.token(client)),
  ),
  admin(403, 'insufficient_scope', 'POST /clients', async ({ server }) => {
    const reader = await server.client({ [server.bindings.ISSUER ?? '']: 'clients:read' })
    const bearer = await server.token(reader)
    return server.admin('POST', '/clients', { client_name: 'a' }, bearer)
  }),
  admin(403, 'forbidden', 'PATCH /clients/:client_id', async ({ server }) => {
    const manager = await server.client({ [server.bindings.ISSUER ?? '']: 'clients:manage' })
    const bearer = await server.token(manager)
    return server.admin('PATCH', `/clients/${manager.id}`, { description: 'x' }, bearer)
  }),
  admin(404, 'not_found', 'GET /clients/:client_id', ({ server }) =>
    server.admin('GET', '/clients/client_nobody'),
  ),
  admin(409, 'conflict', 'POST /apis', async ({ server }) => {
    await server.api('https://twice.example')
    return server.admin('POST', '/apis', {
      audience: 'https://twice.example',
      name: 'Twice',
      permissions: [],
    })
  }),
  admin(412, 'stale', 'PATCH /clients/:client_id', (world) => ifMatch(world, '"999"')),
  admin(428, 'precondition_required', 'PATCH /clients/:client_id', ({ client }) =>
    testServer({ now: NOON, requireIfMatch: true }).admin('PATCH', `/clients/${client.id}`, {
      description: 'x',
    }),
  ),
  admin(400, 'invalid_fields', 'POST /clients', ({ server }) =>
    server.admin('POST', '/clients', { no_such_field: 1 }),
  ),
  admin(400, 'invalid_request', 'POST /clients', ({ server }) =>
    server.send('/admin/v1/clients', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
      },
      body: '{',
    }),
  ),
  admin(415, 'unsupported_media_type', 'POST /clients', ({ server }) =>
    server.send('/admin/v1/clients', {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}` },
      body: 'text',
    }),
  ),
  admin(409, 'made_before', 'POST /clients', async (world) => {
    await create(world, 'twice', { client_name: 'a' })
    return create(world, 'twice', { client_name: 'a' })
  }),
  admin(422, 'key_reused', 'POST /clients', async (world) => {
    await create(world, 'reused', { client_name: 'a' })
    return create(world, 'reused', { client_name: 'b' })
  }),
  admin(410, 'gone', 'POST /clients', async (world) => {
    const made = await create(world, 'gone', { client_name: 'a' })
    const { client_id } = await made.json<{ client_id: string }>()
    await world.server.admin('DELETE', `/clients/${client_id}`)
    return create(world, 'gone', { client_name: 'a' })
  }),
]
