import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { lookUpCredential } from '../../../src/actions/lookups/look-up-credential.ts'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import { tokenVerifier } from '../../../src/crypto/token-verifier.ts'
import type { LookupKey } from '../../../src/domain/lookup-text.ts'
import { d1Clients } from '../../../src/storage/clients/clients.ts'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { d1Lookups } from '../../../src/storage/clients/lookups.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1SigningKeys } from '../../../src/storage/keys/signing-keys.ts'
import { API, type Client, ISSUER, type TestServer, testServer } from '../../support/server.ts'

let server: TestServer
let client: Client
/** The keys that the database was asked for. */
let asked: LookupKey[]

beforeEach(async () => {
  server = testServer()
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
  asked = []
})

function lookUp(text: string, closed = false) {
  const db = openDatabase(env.DB)
  const lookups = d1Lookups(db, ISSUER)
  const deps = {
    issuer: ISSUER,
    now: () => server.clock.now,
    closed,
    credentials: d1CredentialReads(env.DB, ISSUER),
    signingKeys: d1SigningKeys(db),
    tokenVerifier: tokenVerifier(ISSUER, async () => true),
    clients: d1Clients(db, ISSUER),
    verifiers: secretVerifiers(readKeyRing('PEPPER', env.PEPPER)),
    lookups: {
      find(keys: LookupKey[], limit: number) {
        asked.push(...keys)
        return lookups.find(keys, limit)
      },
    },
  }
  return lookUpCredential(deps, text)
}

describe('the database', () => {
  it('is asked for what may be shown of a secret, whatever of it was found', async () => {
    const { secret } = client
    for (const text of [
      secret,
      `${secret}x`,
      `"${secret}`,
      secret.slice(0, 30),
      secret.slice(-12),
    ]) {
      const { matches } = await lookUp(text)
      expect(matches.map((match) => match.client?.clientId)).toEqual([client.id])
    }
    const values = new Set(asked.map(({ value }) => value))
    // All of the last text might be a key id, or the kid of a public key.
    expect(values).toEqual(new Set([secret.slice(3, 15), secret.slice(-4), secret.slice(-12)]))
  })

  it('is asked for nothing of a text that cannot be anything', async () => {
    const { matches, notes } = await lookUp('x'.repeat(201))
    expect([matches, asked, notes.length]).toEqual([[], [], 1])
  })
})

describe('while the server is closed', () => {
  it('nothing works, and each match says why', async () => {
    const token = await server.token(client)
    for (const text of [client.secret, client.id]) {
      expect((await lookUp(text, true)).matches).toMatchObject([
        { works: false, why: ['The server is closed for maintenance.'] },
      ])
    }
    const { matches } = await lookUp(token, true)
    expect(matches).toMatchObject([{ works: false, client: { clientId: client.id } }])
    expect(matches[0]?.why).toEqual(['The server is closed for maintenance: no token is active.'])
  })
})

it('says of a client without a credential that works that none does', async () => {
  const { id } = await server.client({ [API]: 'invoices:read' }, { secret: null })
  expect((await lookUp(id)).matches).toMatchObject([
    { kind: 'client', works: false, why: ['None of its credentials works.'] },
  ])
})
