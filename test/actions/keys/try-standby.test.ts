import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { keyWrapping } from '../../../src/crypto/key-wrapping.ts'
import { DAY } from '../../../src/domain/time.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const STANDBY = 'activates_at > 9e10 AND revoked_at IS NULL'

async function started() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const active = decodeProtectedHeader(await server.token(client)).kid
  await server.cron()
  return { server, client, active, standby: await standby() }
}

const standby = async () =>
  env.DB.prepare(`SELECT kid FROM portcullis_signing_keys WHERE ${STANDBY}`).first<string>('kid')

/** Another private key under the name of the standby: wrapped by us, so that the row proves itself. */
async function spoil(kid: string): Promise<void> {
  const wrapping = keyWrapping(readKeyRing('WRAPPING_KEY', env.WRAPPING_KEY ?? ''))
  const how = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(how, true, ['sign', 'verify'])
  const wrapped = await wrapping.wrap((pair as CryptoKeyPair).privateKey, kid)
  await env.DB.prepare('UPDATE portcullis_signing_keys SET wrapped_key = ? WHERE kid = ?')
    .bind(wrapped, kid)
    .run()
}

async function health(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

describe('a standby that cannot be used', () => {
  it('is found within a day, told, and replaced long before it would sign', async () => {
    const { server, client, active, standby: bad } = await started()
    await spoil(bad ?? '')
    server.clock.now += DAY - 1
    await server.cron()
    expect(await standby()).toBe(bad)
    server.clock.now += 1
    await server.cron()
    const good = await standby()
    expect([good === bad, good === null]).toEqual([false, false])
    expect(log.mock.calls.flat().join()).toContain(`the key that would sign next cannot (${bad})`)
    const said = await health(server)
    expect(said['standby_key']).toMatchObject({ kid: good, discarded: [bad] })
    const { data } = await server.adminOk('GET', '/audit-events?action=signing_key.revoked')
    expect(data).toMatchObject([
      { target: { id: bad }, actor: { type: 'system' }, reason: expect.stringContaining('tried') },
    ])
    expect(decodeProtectedHeader(await server.token(client)).kid).toBe(active)
    server.clock.now += DAY + 300
    await server.adminOk('POST', '/signing-keys')
    expect(decodeProtectedHeader(await server.token(client)).kid).toBe(good)
    await server.cron()
    expect((await health(server))['standby_key'].discarded).toEqual([])
  })

  it('is replaced in the next minute where its row is garbled: it is none of ours', async () => {
    const { server, standby: bad } = await started()
    await env.DB.prepare("UPDATE portcullis_signing_keys SET wrapped_key = '1.a.b' WHERE kid = ?")
      .bind(bad)
      .run()
    server.clock.now += 60
    await server.cron()
    const said = await health(testServer({ now: server.clock.now }))
    expect(said['signing_keys_not_ours']).toEqual([bad])
    expect(said['standby_key'].kid).not.toBe(bad)
  })

  it('is left as it is where nobody can tell whether it is good, and tried again with the next run', async () => {
    const { server, standby: good } = await started()
    server.clock.now += DAY
    const { subtle } = crypto
    const unwrap = subtle.unwrapKey.bind(subtle)
    const unwrapKey = vi.spyOn(subtle, 'unwrapKey')
    unwrapKey.mockImplementation((...asked: Parameters<SubtleCrypto['unwrapKey']>) =>
      asked[0] === 'pkcs8' ? Promise.reject(new Error('out of memory')) : unwrap(...asked),
    )
    await expect(server.cron()).rejects.toThrow('signing_keys')
    unwrapKey.mockRestore()
    await server.cron()
    expect(await standby()).toBe(good)
  })

  it('is left where no other can be made, and the cron says that it failed', async () => {
    const { server, standby: bad } = await started()
    await spoil(bad ?? '')
    server.clock.now += DAY
    const wrapKey = vi.spyOn(crypto.subtle, 'wrapKey')
    wrapKey.mockRejectedValue(new Error('no key is wrapped'))
    await expect(server.cron()).rejects.toThrow('signing_keys')
    wrapKey.mockRestore()
    expect(await standby()).toBe(bad)
    await server.cron()
    expect(await standby()).not.toBe(bad)
  })
})
