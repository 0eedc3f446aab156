import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { assertedBy, makeClientKey } from '../support/client-keys.ts'
import { type Costs, countingServer } from '../support/counting.ts'
import {
  assertionBy,
  ASSERTION_TYPE,
  clientWithKey,
  signerOf,
} from '../support/assertions-by-keys.ts'
import { API, type Client, ISSUER, testServer } from '../support/server.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'
import { DOORS, federated, workloadToken } from '../support/workloads.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const GRANT = { grant_type: 'client_credentials' }
const NOBODYS_SECRET = formatSecret('AbCdEfGhIjKl', 'x'.repeat(43))

const basic = ({ id, secret }: Pick<Client, 'id' | 'secret'>) => `Basic ${btoa(`${id}:${secret}`)}`

const cost = (costs: Partial<Costs>): Costs => ({
  reads: 0,
  writes: 0,
  kv: 0,
  signatures: 0,
  verifications: 0,
  ...costs,
})

let client: Client
let caller: Client
let counting: ReturnType<typeof countingServer>

beforeEach(async () => {
  const server = testServer({ now: NOON })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
  caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  counting = countingServer(NOON)
  // The isolate unwraps its signing key with the first token.
  await counting.form('/oauth/token', GRANT, basic(caller))
})

async function issued(to: Client): Promise<string> {
  const { response } = await counting.form('/oauth/token', GRANT, basic(to))
  return (await response.json<{ access_token: string }>()).access_token
}

it('issues a token for one statement that reads and one signature', async () => {
  await issued(client)
  const { response, before, inAll } = await counting.form('/oauth/token', GRANT, basic(client))
  expect(response.status).toBe(200)
  expect(before).toEqual(cost({ reads: 1, signatures: 1 }))
  expect(inAll).toEqual(before)
})

it('issues a token for an assertion by the statement that spends it, once the keys are known', async () => {
  const key = await makeClientKey()
  const { jwk } = key
  await testServer({ now: NOON }).adminOk('POST', `/clients/${client.id}/keys`, { jwk })
  const ask = async () => {
    const fields = { ...GRANT, ...(await assertedBy(key, client.id, NOON)) }
    const { response, before } = await counting.send('/oauth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
    expect(response.status).toBe(200)
    return before
  }
  const all = { writes: 1, signatures: 1, verifications: 1 }
  expect(await ask()).toEqual(cost({ ...all, reads: 1 }))
  expect(await ask()).toEqual(cost(all))
})

it('notes the use of a secret and what it counted behind the answer, and once a minute', async () => {
  const writes: [number, number][] = []
  for (const at of [NOON, NOON + 1, NOON + 59, NOON + 60, NOON + 61]) {
    counting.clock.now = at
    const { before, inAll } = await counting.form('/oauth/token', GRANT, basic(client))
    expect(before.reads).toBe(1)
    writes.push([before.writes, inAll.writes])
  }
  // The secret and the client; a minute after the first token of the isolate its counts too.
  expect(writes).toEqual([
    [0, 2],
    [0, 0],
    [0, 0],
    [0, 3],
    [0, 0],
  ])
})

it('answers without waiting for the note of the use', async () => {
  const gate = Promise.withResolvers<void>()
  const slow = countingServer(NOON + 60, (sql) =>
    sql.startsWith('UPDATE') ? gate.promise : undefined,
  )
  // The note is let through by nothing but the answer.
  const { response, inAll } = await slow.form('/oauth/token', GRANT, basic(caller), gate.resolve)
  expect(response.status).toBe(200)
  expect(inAll.writes).toBe(3)
})

it('introspects by secret for one statement about caller and token together', async () => {
  const token = await issued(client)
  const { response, before, inAll } = await counting.form(
    '/oauth/introspect',
    { token },
    basic(caller),
  )
  expect(await response.json()).toMatchObject({ active: true })
  expect(before).toEqual(cost({ reads: 1, verifications: 1 }))
  expect(inAll).toEqual(before)
})

it('introspects by Bearer token for two statements at most', async () => {
  const token = await issued(client)
  const bearer = `Bearer ${await issued(caller)}`
  const { response, before, inAll } = await counting.form('/oauth/introspect', { token }, bearer)
  expect(await response.json()).toMatchObject({ active: true })
  expect(before.reads).toBeLessThanOrEqual(2)
  expect(before).toEqual(cost({ reads: before.reads, verifications: 2 }))
  expect(inAll).toEqual(before)
})

it('does the same work for an unknown client as for a wrong secret, and writes nothing', async () => {
  const keyId = client.secret.slice(3, 15)
  const strangers = [
    { id: 'nobody', secret: NOBODYS_SECRET },
    { id: client.id, secret: NOBODYS_SECRET },
    { id: client.id, secret: formatSecret(keyId, 'y'.repeat(43)) },
    { id: 'nobody', secret: client.secret },
    { id: client.id, secret: caller.secret },
    { id: client.id, secret: 'not one of ours' },
  ]
  // An isolate's first failure makes it check that its keys are those of the database.
  await counting.form('/oauth/token', GRANT, basic({ id: 'nobody', secret: NOBODYS_SECRET }))
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    for (const stranger of strangers) {
      const fields = { ...GRANT, token: 'x' }
      const { response, before, inAll } = await counting.form(path, fields, basic(stranger))
      expect(response.status).toBe(401)
      expect(before, `${path} ${stranger.id}`).toEqual(cost({ reads: 1 }))
      expect(inAll).toEqual(before)
    }
  }
})

it('writes no count for a stranger, and its refusals with those of the next known caller', async () => {
  counting.clock.now = NOON + 60
  await counting.form(
    '/oauth/introspect',
    { token: 'x' },
    basic({ id: 'nobody', secret: NOBODYS_SECRET }),
  )
  for (const id of [client.id, 'nobody']) {
    const stranger = basic({ id, secret: NOBODYS_SECRET })
    const { inAll } = await counting.form('/oauth/token', GRANT, stranger)
    expect(inAll).toEqual(cost({ reads: 1 }))
  }
  const fields = { ...GRANT, scope: 'not:held' }
  const { response, before, inAll } = await counting.form('/oauth/token', fields, basic(client))
  expect(response.status).toBe(400)
  expect(before).toEqual(cost({ reads: 1 }))
  expect(inAll.writes).toBe(2)
  const { results } = await env.DB.prepare(
    'SELECT client_id, outcome, count FROM portcullis_token_counts ORDER BY client_id, outcome',
  ).all()
  expect(results).toEqual([
    { client_id: '', outcome: 'wrong_secret', count: 1 },
    { client_id: '*', outcome: 'invalid_scope', count: 1 },
    { client_id: '*', outcome: 'issued', count: 1 },
    { client_id: '*', outcome: 'wrong_secret', count: 2 },
    ...[
      { client_id: client.id, outcome: 'invalid_scope', count: 1 },
      { client_id: client.id, outcome: 'wrong_secret', count: 1 },
      { client_id: caller.id, outcome: 'issued', count: 1 },
    ].sort((a, b) => (a.client_id + a.outcome < b.client_id + b.outcome ? -1 : 1)),
  ])
})

it('asks nothing of D1 for a mistyped secret, or a request that is malformed', async () => {
  const last = client.secret.endsWith('0') ? '1' : '0'
  const mistyped = { id: client.id, secret: client.secret.slice(0, -1) + last }
  const answers = [
    await counting.form('/oauth/token', GRANT, basic(mistyped)),
    await counting.form('/oauth/token', {}, basic(client)),
    await counting.form('/oauth/token', GRANT, 'Basic nonsense'),
  ]
  expect(answers.map(({ response }) => response.status)).toEqual([401, 400, 401])
  for (const { inAll } of answers) expect(inAll).toEqual(cost({}))
})

it('verifies nothing of what is no token, or names a key that is not ours', async () => {
  const token = await issued(client)
  const stranger = `${btoa('{"alg":"ES256","typ":"at+jwt","kid":"x"}').replaceAll('=', '')}.${token.split('.').slice(1).join('.')}`
  for (const text of ['nonsense', 'a.b.c', stranger]) {
    const { response, inAll } = await counting.form(
      '/oauth/introspect',
      { token: text },
      basic(caller),
    )
    expect(await response.json()).toEqual({ active: false })
    expect(inAll).toEqual(cost({ reads: 1 }))
  }
})

it('writes nothing for a revocation that has nothing to revoke', async () => {
  await counting.form('/oauth/revoke', { token: 'x' }, basic(client))
  const { response, inAll } = await counting.form('/oauth/revoke', { token: 'x' }, basic(client))
  expect(response.status).toBe(200)
  expect(inAll).toEqual(cost({ reads: 1 }))
})

it('rotates a secret for four reads and one commit', async () => {
  const server = testServer({ now: NOON })
  const rotating = await server.client({}, { allow_self_rotation: true })
  const { response, before, inAll } = await counting.form('/oauth/rotate', {}, basic(rotating))
  expect(response.status).toBe(201)
  // The credential, the head, the client, and its secrets of the last day.
  expect(before).toEqual(cost({ reads: 4, writes: before.writes }))
  // The event, the head, the client, the old and the new secret, and the index of lists.
  expect(before.writes).toBe(6)
  expect(inAll).toEqual({ ...before, writes: before.writes + 1 })
})

it('refuses a rotation that is not allowed for three reads', async () => {
  const { response, before } = await counting.form('/oauth/rotate', {}, basic(client))
  expect(response.status).toBe(400)
  expect(before).toEqual(cost({ reads: 3 }))
})

it('keeps the time of the last use in D1', async () => {
  await issued(client)
  const row = await env.DB.prepare(
    'SELECT last_token_at FROM portcullis_clients WHERE client_id = ?',
  )
    .bind(client.id)
    .first()
  expect(row).toEqual({ last_token_at: NOON })
})

it('issues a token for an assertion with one statement, which writes its use; a cold isolate reads the key before', async () => {
  const signer = await signerOf('ES256')
  const keyed = await clientWithKey(testServer({ now: NOON }), signer)
  const ask = async () =>
    counting.send('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({
        ...GRANT,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await assertionBy(signer, keyed.id, NOON),
      }),
    })
  const cold = await ask()
  expect(cold.response.status).toBe(200)
  expect(cold.before).toEqual(cost({ reads: 1, writes: 1, signatures: 1, verifications: 1 }))
  const warm = await ask()
  expect(warm.before).toEqual(cost({ writes: 1, signatures: 1, verifications: 1 }))
})

it('issues a token for a workload with one statement, which only reads where its jti is not checked', async () => {
  const workload = WORKLOADS['Kubernetes'] as Workload
  const { signer, id } = await federated(testServer({ now: NOON }), workload)
  const ask = async () => {
    const body = DOORS.client_assertion(await workloadToken(workload, signer, NOON))
    return counting.send('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({ ...body, client_id: id }),
    })
  }
  const cold = await ask()
  expect(cold.response.status).toBe(200)
  // The issuers and the rules of the client.
  expect(cold.before).toEqual(cost({ reads: 3, signatures: 1, verifications: 1 }))
  expect((await ask()).before).toEqual(cost({ reads: 1, signatures: 1, verifications: 1 }))
})
