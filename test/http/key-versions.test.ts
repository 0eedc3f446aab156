import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR } from '../../src/domain/time.ts'
import { faultyD1 } from '../doubles/faults.ts'
import { assertedBy, makeClientKey } from '../support/client-keys.ts'
import { signIn } from '../support/console.ts'
import { fillClients } from '../support/many-clients.ts'
import { API, type Json, type TestServer, testServer } from '../support/server.ts'

const NEW = '2:the-newer-key-of-this-rotation-0123456789'

type Name = 'PEPPER' | 'WRAPPING_KEY' | 'AUDIT_KEY'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const logged = () => log.mock.calls.flat().join('\n')

const having = (name: Name, key: string, more: Json = {}) =>
  testServer({ ...more, env: { [name]: key, ...more['env'] } })
const rotated = (name: Name) => `${NEW},${env[name]}`

async function detailOf(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

/** The versions of a key in /health, each with how much depends on it. */
async function versionsOf(server: TestServer, name: Name): Promise<Record<string, string>> {
  const { keys } = await detailOf(server)
  const ofIt = (keys as Json[]).filter((key) => key['name'] === name)
  return Object.fromEntries(
    ofIt.map(({ version, in_use, or_more, configured, current }) => [
      version,
      `${in_use}${or_more ? '+' : ''}${current ? ' current' : ''}${configured ? '' : ' missing'}`,
    ]),
  )
}

describe('a pepper that is rotated', () => {
  it('is counted by the secrets that each version hashed, exactly', async () => {
    const before = testServer()
    await before.api()
    const [one, two] = [await before.client({ [API]: 'invoices:read' }), await before.client({})]
    await before.client({})
    expect(await versionsOf(before, 'PEPPER')).toEqual({ '1': '3 current' })
    const after = having('PEPPER', rotated('PEPPER'))
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '3' })
    await after.token(one)
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '1 current', '1': '2' })
    await after.client({})
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '2 current', '1': '2' })
    await after.adminOk('DELETE', `/clients/${two.id}`)
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '2 current', '1': '1' })
  })

  it('hashes anew by the cron what is no secret, which then needs the old version no longer', async () => {
    const before = testServer()
    const key = await withOneOfEach(before)
    const tokenFrom = async (server: TestServer) => {
      const assertion = await assertedBy(key, key.client.id, server.clock.now)
      const fields = { grant_type: 'client_credentials', ...assertion }
      return (await server.form('/oauth/token', fields)).status
    }
    const after = having('PEPPER', rotated('PEPPER'))
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '5' })
    expect(await tokenFrom(after)).toBe(200)
    await after.cron()
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '5 current', '1': '0' })
    expect(await tokenFrom(having('PEPPER', NEW))).toBe(200)
    const audit = await having('PEPPER', NEW).adminOk('GET', '/issuers')
    expect(audit['data']).toHaveLength(1)
  })

  it('proves no row that somebody else wrote or changed', async () => {
    const before = testServer()
    await withOneOfEach(before)
    await run("UPDATE portcullis_secrets SET material = '{}' WHERE kind = 'certificate'")
    await run(
      "UPDATE portcullis_secrets SET material = '{\"garbled\":1}' WHERE kind = 'public_key'",
    )
    await run(`UPDATE portcullis_issuers SET trust = json_set(trust, '$.issuer', 'https://evil')`)
    const after = having('PEPPER', rotated('PEPPER'))
    await after.cron()
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '2 current', '1': '3' })
  })

  it('hashes anew in portions, version by version', async () => {
    const before = testServer()
    const { client } = await withOneOfEach(before)
    await run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
      INSERT INTO portcullis_secrets (secret_id, client_id, kind, key_id, digest, pepper_version,
        hint, material, created_at, expires_at, remind)
      SELECT 'cert_' || i, '${client.id}', 'certificate', 'cert_' || i, 'forged', '1', '', '{}', 1,
        9999999999, 0 FROM n`,
    )
    await run("UPDATE portcullis_secrets SET id = id + 1000 WHERE kind = 'jwks_uri'")
    const after = having('PEPPER', rotated('PEPPER'))
    await after.cron()
    expect(await versionsOf(after, 'PEPPER')).toMatchObject({ '2': '4 current' })
    await after.cron()
    expect(await versionsOf(after, 'PEPPER')).toMatchObject({ '2': '5 current' })
  })

  it('is not counted by when secrets were used: a use whose rehash was lost hashed nothing', async () => {
    const before = testServer()
    await before.api()
    const client = await before.client({ [API]: 'invoices:read' })
    const DB = faultyD1(env.DB, ({ texts: [text] }) =>
      text?.startsWith('UPDATE portcullis_secrets SET digest') ? 'throws' : null,
    )
    const after = having('PEPPER', rotated('PEPPER'), { env: { DB } })
    await after.token(client)
    const [secret] = (await after.adminOk('GET', `/clients/${client.id}/secrets`))['data']
    expect(secret.last_used_at).not.toBeNull()
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '1' })
  })

  it('is needed by no secret that has ended', async () => {
    const before = testServer()
    const client = await before.client({}, { secret: { expires_on: dateIn(before, 1) } })
    await before.adminOk('POST', `/clients/${client.id}/secrets`, { retire_others_in: 60 })
    const after = having('PEPPER', rotated('PEPPER'), { now: before.clock.now })
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '2' })
    after.clock.now += 61
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '1' })
    after.clock.now += 400 * DAY
    expect(await versionsOf(after, 'PEPPER')).toEqual({ '2': '0 current', '1': '0' })
  })

  it('is told, where its old version was dropped too early, before a client finds out', async () => {
    const before = testServer()
    await before.api()
    const client = await before.client({ [API]: 'invoices:read' })
    const dropped = having('PEPPER', NEW)
    expect(await versionsOf(dropped, 'PEPPER')).toEqual({ '2': '0 current', '1': '1 missing' })
    expect(await (await dropped.send('/health')).json()).toEqual({ status: 'ok' })
    await expect(dropped.cron()).rejects.toThrow('The cron failed at keys')
    expect(logged()).toContain(
      'a version that is needed is not there (PEPPER 1: 1 live credential or issuer)',
    )
    expect(logged()).toContain('"settings":["PEPPER"]')
    expect((await detailOf(dropped))['cron'].failed).toEqual(['keys'])
    const setup = await (await signIn(dropped)).html('/setup')
    expect(setup).toContain(
      'Still needed, but not configured: PEPPER 1: 1 live credential or issuer.',
    )
    expect((await dropped.tokenRequest(client)).status).toBe(503)
    const back = having('PEPPER', rotated('PEPPER'), { now: dropped.clock.now + HOUR })
    await back.cron()
    expect((await detailOf(back))['cron'].failed).toEqual([])
    expect((await back.tokenRequest(client)).status).toBe(200)
    expect(await (await signIn(back)).html('/setup')).toContain(
      'All versions that are needed are configured.',
    )
  })

  it('is counted to a hundred, and said to be more, however many there are', async () => {
    const server = testServer()
    await fillClients(0, 150, server.clock.now)
    await env.DB.prepare("UPDATE portcullis_secrets SET pepper_version = '1'").run()
    expect(await versionsOf(having('PEPPER', rotated('PEPPER')), 'PEPPER')).toEqual({
      '2': '0 current',
      '1': '100+',
    })
  })
})

const run = (statement: string) => env.DB.prepare(statement).run()

/** A key, published keys, a certificate, a rule and its issuer; returns the key and its client. */
async function withOneOfEach(server: TestServer) {
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { secret: null })
  await server.client({}, { secret: null, jwks_uri: 'https://keys.example/jwks.json' })
  const key = await makeClientKey()
  await server.adminOk('POST', `/clients/${client.id}/keys`, { jwk: key.jwk })
  await server.adminOk('POST', `/clients/${client.id}/certificates`, { san_dns: 'a.example' })
  const { issuer_id } = await server.adminOk('POST', '/issuers', { issuer: 'https://ci.example' })
  const rule = { issuer_id, subject: 'workload-1' }
  await server.adminOk('POST', `/clients/${client.id}/federated-credentials`, rule)
  return { ...key, client }
}

const dateIn = (server: TestServer, days: number) =>
  new Date((server.clock.now + days * DAY) * 1000).toISOString().slice(0, 10)

describe('another key that is rotated', () => {
  it('WRAPPING_KEY: is counted by the signing keys that are published', async () => {
    const before = testServer()
    await before.cron()
    const after = having('WRAPPING_KEY', rotated('WRAPPING_KEY'), { now: before.clock.now })
    await after.adminOk('POST', '/signing-keys', {})
    // The active key and the one that follows it, which was published before.
    expect(await versionsOf(after, 'WRAPPING_KEY')).toEqual({ '2': '1 current', '1': '2' })
    const dropped = having('WRAPPING_KEY', NEW, { now: before.clock.now })
    const versions = { '2': '1 current', '1': '2 missing' }
    expect(await versionsOf(dropped, 'WRAPPING_KEY')).toEqual(versions)
    after.clock.now += 2 * DAY
    expect(await versionsOf(after, 'WRAPPING_KEY')).toEqual({ '2': '1 current', '1': '1' })
    await after.adminOk('POST', '/signing-keys', {})
    after.clock.now += 2 * DAY
    expect(await versionsOf(after, 'WRAPPING_KEY')).toEqual({ '2': '2 current', '1': '0' })
  })

  it('AUDIT_KEY: is needed for good by the events that it sealed', async () => {
    const before = testServer()
    await before.api()
    const after = having('AUDIT_KEY', rotated('AUDIT_KEY'))
    expect(await versionsOf(after, 'AUDIT_KEY')).toEqual({ '2': '0 current', '1': '1+' })
    await after.client({})
    expect(await versionsOf(after, 'AUDIT_KEY')).toEqual({ '2': '1+ current', '1': '1+' })
    const dropped = having('AUDIT_KEY', NEW)
    expect(await versionsOf(dropped, 'AUDIT_KEY')).toEqual({ '2': '1+ current', '1': '1+ missing' })
    await expect(dropped.cron()).rejects.toThrow('keys')
    expect(logged()).toContain('AUDIT_KEY 1: 1 or more audit events')
  })

  it('is told of what somebody wrote into the database only where it could be a version', async () => {
    const server = testServer()
    await server.client({})
    await server.client({})
    const rows = env.DB.prepare('UPDATE portcullis_secrets SET pepper_version = ? WHERE id = ?')
    await env.DB.batch([rows.bind('<b>', 1), rows.bind('x'.repeat(17), 2)])
    await env.DB.prepare("INSERT INTO portcullis_seal_versions VALUES ('', 1)").run()
    expect(await versionsOf(server, 'PEPPER')).toEqual({ '1': '0 current' })
    expect(await versionsOf(server, 'AUDIT_KEY')).toEqual({ '1': '1+ current' })
  })
})
