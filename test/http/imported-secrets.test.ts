import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { hashedClient, HASHED, ID, importedClient, storedSecret, TEXT } from '../support/imports.ts'
import { observedServer } from '../support/observed-server.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const GRANT = { grant_type: 'client_credentials' }
const EXPIRY = Date.UTC(2026, 10, 30) / 1000

let server: TestServer

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
})
afterEach(() => void vi.restoreAllMocks())

const status = async (client: Client, at = server) => (await at.tokenRequest(client)).status
const wrong = (client: Client): Client => ({ ...client, secret: `${client.secret}!` })

describe.each([
  ['given as text', importedClient],
  ['given as a hash', hashedClient],
])('an imported secret, %s', (_how, make) => {
  it('gets tokens with the id and the secret of the other server, by both methods', async () => {
    const client = await make(server)
    expect(await status(client)).toBe(200)
    const posted = { ...GRANT, client_id: client.id, client_secret: client.secret }
    const response = await server.form('/oauth/token', posted)
    expect(await response.json()).toMatchObject({ scope: 'invoices:read' })
    expect(await status(wrong(client))).toBe(401)
  })

  it('is, after its first right use, kept as every other, and nowhere as it is', async () => {
    const client = await make(server)
    await server.tokenRequest(wrong(client))
    await server.tokenRequest(client)
    const row = await storedSecret(client.id)
    const verifiers = secretVerifiers(readKeyRing('PEPPER', env.PEPPER))
    const verifier = await verifiers.make(`imported:${client.id}`, client.secret)
    expect(row).toMatchObject({ digest: verifier.digest, pepper_version: verifier.pepperVersion })
    expect(row).toMatchObject({ first_used_at: NOW, last_used_at: NOW, material: null })
    expect(await status(client)).toBe(200)
    expect(await status(wrong(client))).toBe(401)
  })

  it('introspects and revokes as well', async () => {
    const client = await make(server)
    const token = await server.token(client)
    expect(await server.introspect(token, client)).toMatchObject({ active: true, sub: client.id })
    expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(200)
    expect(await server.introspect(token, client)).toEqual({ active: false })
  })

  it('INV-1, INV-2: stops with its client, which is told only with the right secret', async () => {
    const client = await make(server)
    const token = await server.token(client)
    const watcher = await server.client({ [API]: 'tokens:introspect' })
    await server.suspend(client, {})
    expect(await server.introspect(token, watcher)).toEqual({ active: false })
    const told = async (one: Client) =>
      (await (await server.tokenRequest(one)).json<Json>())['error_description']
    expect(await told(client)).toBe('The client is suspended.')
    expect(await told(wrong(client))).toBe('The client_id or the client_secret is wrong.')
    await server.resume(client)
    expect(await server.introspect(token, watcher)).toMatchObject({ active: true })
    expect(await status(client)).toBe(200)
  })

  it('INV-5: works until the end of its day, and not a second longer', async () => {
    const client = await make(server)
    const { secrets } = await server.adminOk('GET', `/clients/${client.id}`)
    await server.adminOk('PATCH', `/clients/${client.id}/secrets/${secrets[0].secret_id}`, {
      expires_on: '2026-11-29',
    })
    server.clock.now = EXPIRY - 2
    expect(await status(client)).toBe(200)
    server.clock.now = EXPIRY
    const response = await server.tokenRequest(client)
    const body = await response.json<Json>()
    expect([response.status, body['error_description']]).toEqual([
      401,
      'The client_secret expired.',
    ])
  })

  it('INV-6: is one of five, and ends by rotation or deletion alone', async () => {
    const client = await make(server)
    const made: Json[] = []
    for (const _ of [1, 2, 3, 4])
      made.push(await server.adminOk('POST', `/clients/${client.id}/secrets`, {}))
    expect((await server.admin('POST', `/clients/${client.id}/secrets`, {})).status).toBe(409)
    expect(await status(client)).toBe(200)
    const [first] = made
    const next = { ...client, secret: String(first?.['client_secret']) }
    expect(await status(next)).toBe(200)
    await server.adminOk('POST', `/clients/${client.id}/secrets`, { retire_others_in: 0 })
    expect(await status(client)).toBe(401)
    expect(await status(next)).toBe(401)
  })

  it('ends an hour after the first use of the secret that replaces it', async () => {
    const client = await make(server)
    const { client_secret } = await server.adminOk('POST', `/clients/${client.id}/secrets`, {
      activate: 'on_first_use',
      retire_others_in: 3600,
    })
    expect(await status(client)).toBe(200)
    expect(await status({ ...client, secret: client_secret })).toBe(200)
    server.clock.now += 3599
    expect(await status(client)).toBe(200)
    server.clock.now += 1
    expect(await status(client)).toBe(401)
  })
})

describe('an imported id', () => {
  it('may have a colon, for clients that form-encode it as they must', async () => {
    const client = await importedClient(server, { client_id: 'urn:acme:orders' })
    expect(await status({ ...client, id: encodeURIComponent(client.id) })).toBe(200)
  })

  it('is answered like an unknown one where its secret is wrong, for the same one statement', async () => {
    const { server: watched, seen } = observedServer({ now: NOW })
    const client = await importedClient(server)
    const ask = async (id: string, secret: string) => {
      seen.texts.length = 0
      const response = await watched.form('/oauth/token', GRANT, { id, secret })
      return { status: response.status, body: await response.text(), cost: seen.texts.length }
    }
    // The first failure of an isolate looks at the keys.
    await ask('none', TEXT)
    const asked = [await ask(client.id, `${TEXT}!`), await ask('unknown', `${TEXT}!`)]
    expect(asked[0]).toEqual(asked[1])
    expect(asked[0]).toMatchObject({ status: 401, cost: 1 })
  })

  it('is in the log where its secret is wrong, and the id of nobody is not', async () => {
    const lines: string[] = []
    for (const name of ['log', 'warn', 'error'] as const) {
      vi.spyOn(console, name).mockImplementation((line: unknown) => void lines.push(String(line)))
    }
    await server.tokenRequest(wrong(await importedClient(server)))
    await server.form('/oauth/token', GRANT, { id: 'perhaps-a-secret', secret: TEXT })
    const told = lines.filter((line) => line.includes('wrong_secret'))
    expect(told).toHaveLength(2)
    expect(told[0]).toContain(`"client_id":"${ID}"`)
    expect(lines.join('\n')).not.toContain('perhaps-a-secret')
  })
})

describe('the hash of another server', () => {
  it('is verified once: after the first right use nothing costs more than with any secret', async () => {
    const spied = vi.spyOn(crypto.subtle, 'deriveBits')
    const client = await hashedClient(server)
    await server.tokenRequest(client)
    expect(spied).toHaveBeenCalledTimes(1)
    await server.tokenRequest(client)
    await server.tokenRequest(wrong(client))
    expect(spied).toHaveBeenCalledTimes(1)
  })

  it('is encrypted in the database until then', async () => {
    const client = await hashedClient(server)
    const row = JSON.stringify(await storedSecret(client.id))
    const [, , , salt, digest] = HASHED.hash.split('$')
    for (const part of [HASHED.hash, salt, digest]) expect(row).not.toContain(part)
  })

  it('outlives a rotation of PEPPER that comes before the first use', async () => {
    const client = await hashedClient(server)
    const PEPPER = `9:${'n'.repeat(40)},${env.PEPPER}`
    const rotated = testServer({ now: NOW, env: { PEPPER } })
    expect(await status(wrong(client), rotated)).toBe(401)
    expect(await status(client, rotated)).toBe(200)
    expect(await storedSecret(client.id)).toMatchObject({ pepper_version: '9' })
    expect(await status(client, rotated)).toBe(200)
  })
})
