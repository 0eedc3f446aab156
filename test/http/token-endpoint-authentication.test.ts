import { expect, it } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400

// Has the right shape and checksum, but is unknown.
const NOBODYS_SECRET = formatSecret('AbCdEfGhIjKl', 'x'.repeat(43))
const NOBODYS_ID = 'AAAAAAAAAAAAAAAAAAAAAAAA'

async function started(fields = {}) {
  const server = testServer({ now: NOON, failureLimits: { perClient: 10_000, perAddress: 10_000 } })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  return { server, client }
}

/** All that a caller can see of an answer. */
async function seen(response: Response) {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  }
}

async function attempt(server: TestServer, client: Pick<Client, 'id' | 'secret'>) {
  return seen(await server.form('/oauth/token', { grant_type: 'client_credentials' }, client))
}

/** The answer that a stranger gets. */
function strangersAnswer(server: TestServer) {
  return attempt(server, { id: NOBODYS_ID, secret: NOBODYS_SECRET })
}

const newSecret = async (server: TestServer, { id }: Client, fields = {}) => {
  const made = await server.adminOk('POST', `/clients/${id}/secrets`, fields)
  return { secretId: String(made['secret_id']), id, secret: String(made['client_secret']) }
}

it('refuses a stranger with invalid_client and a Basic challenge', async () => {
  const { server } = await started()
  const { status, headers, body } = await strangersAnswer(server)
  expect(status).toBe(401)
  expect(JSON.parse(body)).toMatchObject({ error: 'invalid_client' })
  expect(headers['www-authenticate']).toMatch(/^Basic realm="/)
})

it('answers the same bytes for an unknown client, a wrong secret and a secret of another client', async () => {
  const { server, client } = await started()
  const other = await server.client({ [API]: 'invoices:read' })
  const strangers = await strangersAnswer(server)
  expect(await attempt(server, { id: client.id, secret: NOBODYS_SECRET })).toEqual(strangers)
  expect(await attempt(server, { id: client.id, secret: other.secret })).toEqual(strangers)
  expect(await attempt(server, { id: NOBODYS_ID, secret: client.secret })).toEqual(strangers)
  expect(await attempt(server, { id: client.id, secret: 'password' })).toEqual(strangers)
})

it('refuses the right key id with other random characters as any wrong secret', async () => {
  const { server, client } = await started()
  const keyId = client.secret.slice(3, 15)
  const guess = { id: client.id, secret: formatSecret(keyId, 'y'.repeat(43)) }
  expect(await attempt(server, guess)).toEqual(await strangersAnswer(server))
})

it('refuses a client id in another case, or with a space around it', async () => {
  const { server, client } = await started()
  const swapped = client.id.replace(/[a-z]/i, (char) =>
    char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase(),
  )
  for (const id of [swapped, ` ${client.id}`, `${client.id} `, `${client.id}\u0000`]) {
    expect((await attempt(server, { id, secret: client.secret })).status, id).toBe(401)
  }
})

it('calls a secret with a wrong checksum mistyped, whoever the client is', async () => {
  const { server, client } = await started()
  const [head, last] = [client.secret.slice(0, -1), client.secret.at(-1)]
  const mistyped = head + (last === '0' ? '1' : '0')
  const answer = await attempt(server, { id: client.id, secret: mistyped })
  expect(answer.status).toBe(401)
  expect(JSON.parse(answer.body)).toMatchObject({
    error: 'invalid_client',
    error_description: expect.stringContaining('mistyped'),
  })
  expect(await attempt(server, { id: NOBODYS_ID, secret: mistyped })).toEqual(answer)
})

it('refuses every proper prefix of a secret, whoever the client is, and says where it was cut off', async () => {
  const { server, client } = await started()
  const strangers = await strangersAnswer(server)
  const prefixes = Array.from({ length: client.secret.length - 1 }, (_, i) =>
    client.secret.slice(0, i + 1),
  )
  expect(prefixes).toHaveLength(64)
  for (const secret of prefixes) {
    const answer = await attempt(server, { id: client.id, secret })
    if (secret.length <= 16) expect(answer, secret).toEqual(strangers)
    else expect(answer.body).toContain('was cut off')
    expect(await attempt(server, { id: NOBODYS_ID, secret })).toEqual(answer)
  }
})

it.each([
  ['more behind it', (secret: string) => `${secret}0`, 'something after it'],
  ['a line break behind it', (secret: string) => `${secret}\n`, 'a line break'],
  ['quotation marks', (secret: string) => `"${secret}"`, 'a quotation mark'],
  [
    'a zero-width space in it',
    (secret: string) => secret.replace('_', '_\u200b'),
    'an invisible character',
  ],
])('says how a secret is damaged, by its form alone: %s', async (_, damaged, said) => {
  const { server, client } = await started()
  const secret = damaged(client.secret)
  const answer = await attempt(server, { id: client.id, secret })
  expect([answer.status, answer.body]).toEqual([401, expect.stringContaining(said)])
  expect(await attempt(server, { id: NOBODYS_ID, secret })).toEqual(answer)
  const nobodys = damaged(formatSecret('0'.repeat(12), 'y'.repeat(43)))
  expect(await attempt(server, { id: client.id, secret: nobodys })).toEqual(answer)
})

it('INV-5: takes a secret from its creation until the second before it expires', async () => {
  const { server, client } = await started({ secret: { expires_on: '2026-11-30' } })
  const expiresAt = Date.UTC(2026, 10, 30, 23, 59, 59) / 1000
  const statuses: number[] = []
  for (const at of [NOON - 1, NOON, expiresAt - 1, expiresAt, expiresAt + DAY]) {
    server.clock.now = at
    statuses.push((await attempt(server, client)).status)
  }
  expect(statuses).toEqual([401, 200, 200, 401, 401])
})

it('tells why a client is refused to nobody but the holder of the right secret', async () => {
  const { server, client } = await started()
  const suspended = await server.client({ [API]: 'invoices:read' })
  await server.suspend(suspended)
  server.clock.now = NOON + 91 * DAY
  const answerTo = async (c: Client) => JSON.parse((await attempt(server, c)).body) as object
  expect(await answerTo(client)).toEqual({
    error: 'invalid_client',
    error_description: expect.stringContaining('expired'),
  })
  expect(await answerTo(suspended)).toEqual({
    error: 'invalid_client',
    error_description: expect.stringContaining('suspended'),
  })
  const strangers = await strangersAnswer(server)
  for (const { id } of [client, suspended]) {
    expect(await attempt(server, { id, secret: NOBODYS_SECRET })).toEqual(strangers)
  }
})

it('INV-2: issues nothing to a suspended client, and issues again once it is resumed', async () => {
  const { server, client } = await started()
  await server.suspend(client)
  expect((await attempt(server, client)).status).toBe(401)
  await server.resume(client)
  expect((await attempt(server, client)).status).toBe(200)
})

it('INV-4: takes a deleted client for a stranger', async () => {
  const { server, client } = await started()
  await server.adminOk('DELETE', `/clients/${client.id}`)
  expect(await attempt(server, client)).toEqual(await strangersAnswer(server))
})

it('INV-6: takes a deleted secret for a wrong one at once, and leaves the other secrets alone', async () => {
  const { server, client } = await started()
  const second = await newSecret(server, client)
  expect((await attempt(server, second)).status).toBe(200)
  await server.adminOk('DELETE', `/clients/${client.id}/secrets/${second.secretId}`)
  expect(await attempt(server, second)).toEqual(await strangersAnswer(server))
  expect((await attempt(server, client)).status).toBe(200)
})

it('lets a retired secret work until its end comes, and takes it for a wrong one after', async () => {
  const { server, client } = await started()
  const successor = await newSecret(server, client, { retire_others_in: 3600 })
  server.clock.now = NOON + 3599
  expect((await attempt(server, client)).status).toBe(200)
  server.clock.now = NOON + 3600
  expect(await attempt(server, client)).toEqual(await strangersAnswer(server))
  expect((await attempt(server, successor)).status).toBe(200)
})

it('ends the other secrets at once when they are retired in 0 seconds', async () => {
  const { server, client } = await started()
  const successor = await newSecret(server, client, { retire_others_in: 0 })
  expect(await attempt(server, client)).toEqual(await strangersAnswer(server))
  expect((await attempt(server, successor)).status).toBe(200)
})

it('ends a retired secret at its own expiry where that is sooner', async () => {
  const { server, client } = await started({ secret: { expires_on: '2026-11-22' } })
  await newSecret(server, client, { retire_others_in: 604_800 })
  server.clock.now = Date.UTC(2026, 10, 22, 23, 59, 59) / 1000 - 1
  expect((await attempt(server, client)).status).toBe(200)
  server.clock.now += 1
  expect((await attempt(server, client)).status).toBe(401)
})

it('keeps a secret that was hashed under an older pepper working, and hashes it anew', async () => {
  const { client } = await started()
  const old = 'a-key-of-the-tests-that-protects-nothing'
  const fresh = 'another-key-of-the-tests-that-protects-nothing'
  const rotating = testServer({ now: NOON, env: { PEPPER: `2:${fresh},1:${old}` } })
  expect((await attempt(rotating, client)).status).toBe(200)
  const rotated = testServer({ now: NOON, env: { PEPPER: `2:${fresh}` } })
  expect((await attempt(rotated, client)).status).toBe(200)
})
