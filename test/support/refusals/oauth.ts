import { env } from 'cloudflare:workers'
import type { Detail, Reason } from '../../../src/domain/refusal-reasons.ts'
import { assertionBy, askWith, clientWithKey, signerOf } from '../assertions-by-keys.ts'
import { proofKey, proofMaker } from '../proofs.ts'
import { API, type Client, ISSUER, testServer, type TestServer } from '../server.ts'
import { workloadOf } from '../workload-claims.ts'
import { DOORS, federated, workloadToken } from '../workloads.ts'

export const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400
const TOMORROW = '2026-11-23'
const GRANT = { grant_type: 'client_credentials' }

export type World = { server: TestServer; client: Client; other: Client }

/** How a request is refused: the line that it leaves, and how to send it. */
export type RefusedCase = {
  what: string
  reason: Reason
  detail?: Detail
  endpoint: string
  status: number
  send: (world: World) => Promise<Response>
}

const at = (now: number, options: Parameters<typeof testServer>[0] = {}) =>
  testServer({ now, ...options })

const token = (
  status: number,
  reason: Reason,
  what: string,
  send: RefusedCase['send'],
  detail?: Detail,
): RefusedCase => ({
  what,
  reason,
  ...(detail && { detail }),
  status,
  send,
  endpoint: 'POST /oauth/token',
})

/** A form with a proof in its header. */
async function withProof({ server, client }: World, proof: string) {
  return server.form('/oauth/token', GRANT, client, { DPoP: proof })
}

async function aProof() {
  const url = `${ISSUER}/oauth/token`
  const maker = await proofMaker(
    { method: 'POST', url, token: '', now: NOON },
    await proofKey('ES256'),
  )
  return maker.make()
}

async function withKey(server: TestServer, key: Record<string, unknown> = {}) {
  const signer = await signerOf('ES256')
  return { signer, ...(await clientWithKey(server, signer, { key })) }
}

/** The forms of requests, and what the client may have. */
const FORMS: RefusedCase[] = [
  token(400, 'invalid_request', 'a repeated parameter', ({ server, client }) =>
    server.form('/oauth/token', 'grant_type=client_credentials&scope=a&scope=b', client),
  ),
  token(413, 'body_too_large', 'a body over 16 KiB', ({ server, client }) =>
    server.form('/oauth/token', { ...GRANT, scope: 'x'.repeat(17_000) }, client),
  ),
  token(400, 'unsupported_grant_type', 'another grant', ({ server, client }) =>
    server.form('/oauth/token', { grant_type: 'password' }, client),
  ),
  token(400, 'invalid_scope', 'a scope that it lacks', ({ server, client }) =>
    server.tokenRequest(client, { scope: 'invoices:write' }),
  ),
  token(400, 'invalid_target', 'an API that it lacks', ({ server, client }) =>
    server.tokenRequest(client, { resource: 'https://nobody.example' }),
  ),
  {
    what: 'a rotation that is not allowed',
    reason: 'unauthorized_client',
    endpoint: 'POST /oauth/rotate',
    status: 400,
    send: ({ server, client }) => server.form('/oauth/rotate', {}, client),
  },
  {
    what: 'a token of another client',
    reason: 'invalid_request',
    endpoint: 'POST /oauth/revoke',
    status: 400,
    send: async ({ server, client, other }) =>
      server.form('/oauth/revoke', { token: await server.token(other) }, client),
  },
  {
    what: 'an introspection by a token without the right',
    reason: 'invalid_token',
    endpoint: 'POST /oauth/introspect',
    status: 401,
    send: async ({ server, client }) =>
      server.form('/oauth/introspect', { token: 'x' }, undefined, {
        Authorization: `Bearer ${await server.token(client)}`,
      }),
  },
  {
    what: 'a level of health that there is not',
    reason: 'invalid_request',
    endpoint: 'GET /health',
    status: 400,
    send: ({ server }) => server.send('/health?fail_on=never'),
  },
]

/** Credentials that are wrong by themselves. */
const CREDENTIALS: RefusedCase[] = [
  token(401, 'no_credentials', 'no credentials', ({ server }) =>
    server.form('/oauth/token', GRANT),
  ),
  token(401, 'malformed_credentials', 'a header that is no Basic header', ({ server }) =>
    server.form('/oauth/token', GRANT, undefined, { Authorization: 'Basic !' }),
  ),
  token(401, 'wrong_secret', 'the secret of another client', ({ server, client, other }) =>
    server.tokenRequest({ ...client, secret: other.secret }),
  ),
  token(
    401,
    'wrong_secret',
    'a mistyped secret',
    ({ server, client }) =>
      server.tokenRequest({
        ...client,
        secret: client.secret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      }),
    'mistyped',
  ),
  token(401, 'suspended', 'a suspended client', async ({ server, client }) => {
    await server.suspend(client)
    return server.tokenRequest(client)
  }),
  token(401, 'expired_secret', 'an expired secret', async ({ server }) => {
    const client = await server.client({}, { secret: { expires_on: TOMORROW } })
    return at(NOON + 3 * DAY).tokenRequest(client)
  }),
  token(401, 'future_secret', 'a secret of tomorrow', async () =>
    at(NOON - 2 * DAY).tokenRequest(await at(NOON).client()),
  ),
  token(401, 'outside_profile', 'a secret of a client that may have none', async (world) => {
    await env.DB.prepare("UPDATE portcullis_clients SET profile = 'fapi2' WHERE client_id = ?")
      .bind(world.client.id)
      .run()
    return world.server.tokenRequest(world.client)
  }),
  token(
    401,
    'wrong_assertion',
    'an assertion past its time',
    async ({ server }) => {
      const { signer, id } = await withKey(server)
      return askWith(server, await assertionBy(signer, id, NOON - 3600))
    },
    'expired',
  ),
  token(
    401,
    'expired_key',
    'an expired key',
    async ({ server }) => {
      const { signer, id } = await withKey(server, { expires_on: TOMORROW })
      const later = NOON + 3 * DAY
      return askWith(at(later), await assertionBy(signer, id, later))
    },
    'expired_key',
  ),
  token(
    400,
    'wrong_assertion',
    'a token of a platform for somebody else',
    async ({ server }) => {
      const github = workloadOf('GitHub Actions')
      const { signer } = await federated(server, github)
      const sent = await workloadToken(github, signer, NOON, { claims: { aud: 'somebody' } })
      return server.form('/oauth/token', DOORS.grant(sent))
    },
    'federated: audience',
  ),
]

/** Tokens that are bound to a key. */
const BINDINGS: RefusedCase[] = [
  token(
    400,
    'invalid_dpop_proof',
    'a proof that is none',
    (world) => withProof(world, 'x'),
    'malformed',
  ),
  token(400, 'use_dpop_nonce', 'a proof without a nonce', async (world) => {
    const server = at(NOON, { dpopNonce: true })
    return withProof({ ...world, server }, await aProof())
  }),
  token(400, 'no_proof', 'a client that has to prove a key', async ({ server }) =>
    server.tokenRequest(await server.client({ [API]: 'invoices:read' }, { require_dpop: true })),
  ),
  token(400, 'no_certificate', 'a client that has to present one', async ({ server }) => {
    const bound = { tls_client_certificate_bound_access_tokens: true }
    return server.tokenRequest(await server.client({ [API]: 'invoices:read' }, bound))
  }),
  {
    what: 'a bound token as a bearer token',
    reason: 'bound_token',
    endpoint: 'GET /admin/v1/clients',
    status: 401,
    send: async ({ server }) => {
      const client = await server.client({ [ISSUER]: 'clients:read' })
      const response = await withProof({ server, client, other: client }, await aProof())
      const { access_token } = await response.json<{ access_token: string }>()
      return server.admin('GET', '/clients', undefined, access_token)
    },
  },
]

export const OAUTH_REFUSALS = [...FORMS, ...CREDENTIALS, ...BINDINGS]
