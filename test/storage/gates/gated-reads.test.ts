import { env } from 'cloudflare:workers'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CredentialReads, Lookup } from '../../../src/domain/credential.ts'
import { DATABASE_RESTORED, SHUT } from '../../../src/domain/database-restore.ts'
import type { Algorithm } from '../../../src/domain/signing-key.ts'
import type { TokenReference } from '../../../src/domain/token.ts'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { readClientFacts } from '../../../src/storage/gates/client-facts.ts'
import { gatedReads, notedOnce } from '../../../src/storage/gates/gated-reads.ts'
import { API, type Client, ISSUER, testServer } from '../../support/server.ts'

type Question = {
  lookup: Lookup | null
  tokens: (TokenReference | null)[]
}

const d1 = d1CredentialReads(env.DB, ISSUER)

/** Gates over the database itself, and how often the database was asked in their place. */
function gated(facts = (id: string) => readClientFacts(env.DB, id)) {
  const asked: string[] = []
  const behind: CredentialReads = {
    ...d1,
    forToken(...question) {
      asked.push('forToken')
      return d1.forToken(...question)
    },
    withTokens(...question) {
      asked.push('withTokens')
      return d1.withTokens(...question)
    },
  }
  return { reads: gatedReads(behind, { facts }, ISSUER), asked }
}

const keyOf = ({ id, secret }: Client): Lookup => ({
  keyId: secret.split('_')[1] ?? '',
  spend: null,
  clientId: id,
})

async function world() {
  const server = testServer()
  await server.api()
  const [ada, bob] = [await server.client({ [API]: 'invoices:read' }), await server.client()]
  const [token, other] = [await server.token(ada), await server.token(ada)]
  const referenceOf = (text: string): TokenReference => ({
    clientId: ada.id,
    jti: String(decodeJwt(text).jti),
    kid: String(decodeProtectedHeader(text).kid),
  })
  return { server, ada, bob, token: referenceOf(token), other: referenceOf(other) }
}

let all: Awaited<ReturnType<typeof world>>
beforeEach(async () => {
  all = await world()
})

async function run(...statements: string[]): Promise<void> {
  await env.DB.batch(statements.map((sql) => env.DB.prepare(sql)))
}

/** Demands that gates say the same of tokens as the database, and without it. */
async function agreesOn({ lookup, tokens }: Question): Promise<void> {
  const { reads, asked } = gated()
  expect(await reads.withTokens(lookup, tokens)).toEqual(await d1.withTokens(lookup, tokens))
  expect(asked).toEqual([])
}

const ALGORITHMS: Algorithm[] = ['ES256', 'RS256']

/** The same of a token request, by each algorithm and around each time of a key. */
async function agreesOnKeys(lookup: Lookup, times: number[]): Promise<void> {
  const { reads, asked } = gated()
  for (const algorithm of ALGORITHMS) {
    for (const now of times) {
      const said = await reads.forToken(lookup, algorithm, now)
      expect([algorithm, now, said]).toEqual([
        algorithm,
        now,
        await d1.forToken(lookup, algorithm, now),
      ])
    }
  }
  expect(asked).toEqual([])
}

describe('INV-20: from what gates know, a token request is answered as by the database', () => {
  it('whichever credential it names', async () => {
    const { ada, bob, server } = all
    const now = server.clock.now
    await agreesOnKeys(keyOf(ada), [now])
    await agreesOnKeys({ ...keyOf(ada), keyId: 'unknown' }, [now])
    const { reads } = gated()
    const mixed = { ...keyOf(bob), clientId: ada.id }
    expect((await reads.forToken(mixed, 'ES256', now)).credential).toBeNull()
    const known = await reads.forToken(keyOf(ada), 'ES256', now)
    expect(known).toMatchObject({ credential: { clientId: ada.id }, shut: false })
    expect(known.activeKid).toBe(all.token.kid)
  })

  it('whatever keys there are: revoked, retired, of another algorithm or not to sign yet', async () => {
    const key = (kid: string, algorithm: string, dates: string) =>
      `INSERT INTO portcullis_signing_keys (kid, algorithm, public_jwk, wrapped_key, created_at,
        activates_at, retires_at, revoked_at) VALUES ('${kid}', '${algorithm}', '{}', '', ${dates})`
    await run('DELETE FROM portcullis_signing_keys')
    await agreesOnKeys(keyOf(all.ada), [100])
    await run(
      key('revoked', 'ES256', '50, 60, NULL, 70'),
      key('retired', 'ES256', '10, 20, 90, NULL'),
      key('other', 'RS256', '11, 30, NULL, NULL'),
      key('next', 'ES256', '12, 110, NULL, NULL'),
    )
    await agreesOnKeys(keyOf(all.ada), [0, 19, 20, 29, 30, 89, 90, 109, 110, 111])
    const { reads } = gated()
    const signs = async (algorithm: Algorithm, now: number) => {
      const { activeKid, lacksKey } = await reads.forToken(keyOf(all.ada), algorithm, now)
      return [activeKid, lacksKey]
    }
    expect(await signs('ES256', 89)).toEqual(['retired', false])
    expect(await signs('ES256', 90)).toEqual(['other', true])
    expect(await signs('RS256', 89)).toEqual(['other', true])
    expect(await signs('ES256', 19)).toEqual([null, true])
  })

  it('while the server is shut', async () => {
    await run(`INSERT INTO portcullis_chores (name, ran_at, position)
      VALUES ('${DATABASE_RESTORED}', 0, '${JSON.stringify(SHUT)}')`)
    await agreesOnKeys(keyOf(all.ada), [all.server.clock.now])
    await agreesOn({ lookup: keyOf(all.bob), tokens: [all.token, null] })
    await agreesOn({ lookup: null, tokens: [all.token] })
    const { reads } = gated()
    expect((await reads.withTokens(null, [all.token])).shut).toBe(true)
    expect((await reads.forToken(keyOf(all.ada), 'ES256', 0)).shut).toBe(true)
  })

  it('by the database where a gate is out of reach, none is named, or something is to be spent', async () => {
    const { ada, server } = all
    const lost = gated(() => Promise.reject(new Error('out of reach')))
    const { keyId } = keyOf(ada)
    const said = await lost.reads.forToken(keyOf(ada), 'ES256', server.clock.now)
    expect(said).toEqual(await d1.forToken(keyOf(ada), 'ES256', server.clock.now))
    expect(lost.asked).toEqual(['forToken'])
    const { reads, asked } = gated()
    const spend = { id: 'assertion', expiresAt: server.clock.now + 60 }
    for (const lookup of [
      { keyId, spend: null },
      { keyId, spend: null, clientId: '' },
      { keyId, spend, clientId: ada.id },
    ]) {
      expect((await reads.forToken(lookup, 'ES256', 0)).credential?.clientId).toBe(ada.id)
    }
    expect(asked).toEqual(['forToken', 'forToken', 'forToken'])
  })
})

describe('INV-20: from what gates know, tokens are judged as by the database', () => {
  it('of a caller, of others and of nobody', async () => {
    const { ada, bob, token, other } = all
    await agreesOn({ lookup: keyOf(bob), tokens: [token, null, other] })
    await agreesOn({ lookup: null, tokens: [token] })
    await agreesOn({ lookup: keyOf(bob), tokens: [null] })
    await agreesOn({ lookup: { ...keyOf(bob), keyId: 'unknown' }, tokens: [token] })
    await agreesOn({ lookup: keyOf(bob), tokens: [{ ...token, clientId: bob.id }] })
    const { reads } = gated()
    const { credential, tokens, shut } = await reads.withTokens(keyOf(bob), [token])
    expect([credential?.clientId, tokens[0]?.key?.kid, shut]).toEqual([bob.id, token.kid, false])
    expect(tokens[0]).toMatchObject({ client: { suspended: false }, revoked: false })
    expect(ada.id).not.toBe(bob.id)
  })

  it('of a client that is suspended, of a token that is revoked, and of a key that is', async () => {
    const { ada, token, other } = all
    await run(
      `UPDATE portcullis_clients SET suspended_at = 7, generation = 3 WHERE client_id = '${ada.id}'`,
      `INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
        VALUES ('${token.jti}', '${ada.id}', 9)`,
      `UPDATE portcullis_signing_keys SET revoked_at = 8 WHERE kid = '${token.kid}'`,
    )
    await agreesOn({ lookup: keyOf(ada), tokens: [token, other] })
    const { tokens } = await gated().reads.withTokens(null, [token, other])
    const judged = tokens.map(({ client, key, revoked }) => [
      client?.suspended,
      client?.generation,
      key?.revoked,
      revoked,
    ])
    expect(judged).toEqual([
      [true, 3, true, true],
      [true, 3, true, false],
    ])
  })

  it('as of a server that is shut as soon as one of the gates knows it', async () => {
    const { ada, bob, token } = all
    const { reads } = gated(async (id) => {
      const facts = await readClientFacts(env.DB, id)
      return id === ada.id ? { ...facts, shut: 1 } : facts
    })
    const { tokens, shut } = await reads.withTokens(keyOf(bob), [token])
    expect([tokens[0]?.shut, shut]).toEqual([true, true])
  })

  it('and of a client that there is not, without its key', async () => {
    const unknown = { ...all.token, clientId: 'client_unknown' }
    const { reads, asked } = gated()
    const { tokens } = await reads.withTokens(null, [unknown])
    expect(tokens).toEqual([{ client: null, key: null, revoked: false, shut: false }])
    expect(asked).toEqual([])
  })

  it('by the database where a gate is out of reach, lacks the key, or none is named', async () => {
    const { ada, bob, token } = all
    const cases: [Lookup | null, TokenReference[]][] = [
      [keyOf(bob), [{ ...token, kid: 'unknown' }]],
      [{ keyId: keyOf(bob).keyId, spend: null }, [token]],
      [null, []],
    ]
    for (const [lookup, tokens] of cases) {
      const { reads, asked } = gated()
      expect(await reads.withTokens(lookup, tokens)).toEqual(await d1.withTokens(lookup, tokens))
      expect(asked).toEqual(['withTokens'])
    }
    const lost = gated((id) =>
      id === ada.id ? Promise.reject(new Error('out of reach')) : readClientFacts(env.DB, id),
    )
    await lost.reads.withTokens(keyOf(bob), [token])
    expect(lost.asked).toEqual(['withTokens'])
  })
})

it('what a gate reads of a database that is out of reach is told as that', async () => {
  const failing = {
    prepare() {
      throw new Error('down')
    },
  } as unknown as D1Database
  await expect(readClientFacts(failing, 'client_1')).rejects.toMatchObject({
    what: 'd1',
    message: 'd1 is out of reach: down',
  })
})

describe('behind gates, which do not show what was just noted', () => {
  type Call = [string, ...unknown[]]

  function noting() {
    const calls: Call[] = []
    const note =
      (name: string) =>
      async (...what: unknown[]) =>
        void calls.push([name, ...what])
    const behind = { noteUse: note('use'), noteToken: note('token'), rehash: note('rehash') }
    return { calls, reads: notedOnce({ ...d1, ...behind }) }
  }

  it('a use and a token are noted once a minute for each', async () => {
    const { calls, reads } = noting()
    await reads.noteUse('a', 1000, true)
    await reads.noteUse('a', 1059, false)
    await reads.noteUse('b', 1059, false)
    await reads.noteUse('a', 1060, false)
    await reads.noteToken('a', 1059, false)
    await reads.noteToken('a', 1060, false)
    expect(calls).toEqual([
      ['use', 'a', 1000, true],
      ['use', 'b', 1059, false],
      ['use', 'a', 1060, false],
      ['token', 'a', 1059, false],
    ])
  })

  it('a hash is replaced once by the same one', async () => {
    const { calls, reads } = noting()
    const by = (digest: string) => ({ keyId: 'a', digest, pepperVersion: '1' })
    for (const digest of ['x', 'x', 'y', 'x']) await reads.rehash('a', by(digest))
    await reads.rehash('b', by('x'))
    expect(calls.map(([, id, verifier]) => [id, (verifier as { digest: string }).digest])).toEqual([
      ['a', 'x'],
      ['a', 'y'],
      ['a', 'x'],
      ['b', 'x'],
    ])
  })
})
