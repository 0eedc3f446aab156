import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { ISSUER, testServer } from '../../support/server.ts'

const reads = d1CredentialReads(env.DB, ISSUER)

async function jwk(): Promise<object> {
  const { publicKey } = (await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )) as CryptoKeyPair
  return crypto.subtle.exportKey('jwk', publicKey)
}

it('a client has keys, or a place at which it publishes them, or neither', async () => {
  const server = testServer()
  const none = await server.client()
  expect(await reads.keysOf(none.id)).toBeNull()
  const own = await server.client({}, { secret: null })
  await server.adminOk('POST', `/clients/${own.id}/keys`, { jwk: await jwk() })
  expect(await reads.keysOf(own.id)).toMatchObject({ keys: [{}], published: null })
  const jwks_uri = 'https://client.example/jwks.json'
  const published = await server.client({}, { secret: null, jwks_uri })
  expect(await reads.keysOf(published.id)).toMatchObject({ keys: [], published: {} })
})
