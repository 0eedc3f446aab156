import { expect, it } from 'vitest'
import { bootstrapMarker } from '../../src/crypto/bootstrap-token.ts'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { auditSeals, signedTexts } from '../../src/crypto/seals.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { rings } from './rings.ts'

// Made with OpenSSL and not with this code. What D1, a page or a session keeps of an earlier release
// must be recognised by every later one: if one of these changes, no stored secret, seal or key works.

it('recognises the verifier of a secret that is stored', async () => {
  const digest = 'KCI2IRC81jj9OaZgdA4cruj_dVvIa4HGAIdZF5YjIhE'
  const made = await secretVerifiers(rings.before).make('0123456789AB', 'text')
  expect(made).toEqual({ keyId: '0123456789AB', digest, pepperVersion: '1' })
})

it('recognises a secret of another server by its hash that is stored', async () => {
  const digest =
    '$1.AAECAwQFBgcICQoL.w__iPYrheUjFnIjU_LeHBR_qO4_KSW1UWbuuF6oQX0itbO6opuE6vsoeYYNHDK8s8DKsD_YgBgw7ucnUpYlzFIkJeovqoa7C-AZH3peL6t5hivq7hxiWtbnX87KTF3YA7WzbA7PT6qt45-X8ramwN_Tz8ykLhseTjU2kvHTBIkxuvGroc58_'
  const verifier = { keyId: 'imported:client_1', digest, pepperVersion: '1' }
  const verifiers = secretVerifiers(rings.before)
  expect(await verifiers.matches('a secret of another server', verifier)).toBe(true)
  expect(await verifiers.matches('another secret', verifier)).toBe(false)
  const moved = { ...verifier, keyId: 'imported:client_2' }
  expect(await verifiers.matches('a secret of another server', moved)).toBe(false)
})

it('continues the audit log that is stored', async () => {
  const seal = '1.S9DhWF0p13tUfDztWKzZQ_bwZCqbC-Pq1CYe-GDR6xU'
  expect(await auditSeals(rings.before).seal('text')).toBe(seal)
})

it('reads the cursor of a page that is open', async () => {
  const cursor = 'WzFd.utAh7tBFeDOPtvdrD3oCl2QeSrZ3KINoeUTBGCU2UMQ'
  expect(await signedTexts(rings.before, 'cursor').read(cursor)).toEqual([1])
})

it('knows a session by the mark of the bootstrap token', async () => {
  const marker = bootstrapMarker('bootstrap-token-of-the-tests-0123456789', rings.before)
  expect(await marker()).toBe('UcjzugLmIlzZM3p9yCXZ5bGUWhEYOJ7nvmn9GLVqGzA')
})

it('unwraps the signing key that is stored', async () => {
  const wrapped =
    '1.AAECAwQFBgcICQoL.RXOtVlr8IfCn9EyXIZJSz6jpx8yKW5vxY1ptktuONDLotIzCxcUymhElaGxF8UjKUqmFa_DLWN5SLJ1fnZSMPenai9V2fl5pUZ2INA47x9CzGGAu6XDMu55v-TW4JEqEZWK0-9ujUpUE7cGj43yaw1re64r4f5dKcKw1YvGXZa7HVYzefnaVTYylDMEEmv8Wx18aoiR4Y8GSLA'
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: '1F17Dqe-At49CXU1kewDbc7x1vCHCw4HhhzwUb2ZtFY',
    y: 'S7nnCSPPLz8ARNx6mERMFGHl3xA9UTFR-DQM7SUEtcM',
  }
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const data = new TextEncoder().encode('signed')
  const privateKey = await keyWrapping(rings.before).unwrap(wrapped, 'kid_1', 'ES256')
  const publicKey = await crypto.subtle.importKey('jwk', jwk, curve, false, ['verify'])
  const signature = await crypto.subtle.sign(how, privateKey, data)
  expect(await crypto.subtle.verify(how, publicKey, signature, data)).toBe(true)
})
