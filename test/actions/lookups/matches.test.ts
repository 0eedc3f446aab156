import { describe, expect, it } from 'vitest'
import { lookUpCredential } from '../../../src/actions/lookups/look-up-credential.ts'
import type { LookupDeps } from '../../../src/actions/lookups/match.ts'
import type { Client } from '../../../src/domain/client.ts'
import type { Found } from '../../../src/domain/lookup.ts'
import { importedKeyId, keptHash } from '../../../src/domain/imported-secret.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { aClient, aPublicKey, aSecret, NOW } from '../../domain/arbitraries.ts'
import { aKey } from '../memory-keys.ts'

const CLIENT = aClient({
  clientId: 'a',
  secrets: ['z', 'a', 'b'].map((name) =>
    aSecret({
      secretId: `secret_${name}`,
      verifier: { keyId: '0123456789AB', digest: name, pepperVersion: '1' },
    }),
  ),
  publicKeys: [aPublicKey({ keyId: 'key_a' })],
})
const found = (credentialId: string | null, by: Found['by'], client: Client = CLIENT): Found => ({
  client,
  credentialId,
  by,
})

/** Looks a name up on a server to whose database these matches are known. */
async function named(all: Found[], { closed = false, text = 'x'.repeat(22) } = {}) {
  const limits: number[] = []
  const compared: unknown[] = []
  const deps = {
    now: () => NOW,
    closed,
    lookups: {
      find: async (_keys: unknown, limit: number) => {
        limits.push(limit)
        return all
      },
    },
    signingKeys: { all: async () => [aKey('kid_1')] },
    verifiers: { matches: async (...of: unknown[]) => compared.push(of) > 0 },
  } as unknown as LookupDeps
  const lookup = await lookUpCredential(deps, text)
  const matches = lookup.matches.map(({ kind, by, credential, client, works, why }) => ({
    kind,
    by,
    works,
    id: credential?.id ?? null,
    client: client?.clientId,
    why,
  }))
  return { ...lookup, matches, limits, compared }
}

const NOTHING =
  'Nothing here has this text as its id, key id, kid or thumbprint, or as its last characters. What was deleted is not found.'
const JTI_UNKNOWN =
  'A jti finds only a token that was revoked individually, until it expires: search for the whole token.'

describe('a name that was looked up', () => {
  it('finds each credential of each client once', async () => {
    const other = { ...CLIENT, clientId: 'b' }
    const all = [
      found('key_a', 'kid'),
      found('key_a', 'thumbprint'),
      found('key_a', 'kid', other),
      found('secret_a', 'hint'),
      found('secret_b', 'hint'),
    ]
    const { matches, isCut, limits } = await named(all)
    expect(matches.map(({ id, client, by }) => [id, client, by])).toEqual([
      ['key_a', 'a', 'kid'],
      ['key_a', 'b', 'kid'],
      ['secret_a', 'a', 'hint'],
      ['secret_b', 'a', 'hint'],
    ])
    expect([isCut, limits]).toEqual([false, [21]])
  })

  it('tells twenty, and that there are more', async () => {
    const clients = Array.from({ length: 21 }, (_, i) =>
      found(null, 'client_id', { ...CLIENT, clientId: `client_${i}` }),
    )
    const { matches, isCut } = await named(clients)
    expect([matches.length, isCut]).toEqual([20, true])
    expect((await named(clients.slice(1))).isCut).toBe(false)
  })

  it('may be the jti of a token, which is known once it was revoked by itself', async () => {
    const revoked = await named([found(null, 'jti')])
    expect(revoked.matches).toEqual([
      {
        kind: 'access_token',
        by: 'jti',
        works: false,
        id: null,
        client: 'a',
        why: ['This token was revoked by its client.'],
      },
    ])
    expect(revoked.notes).toEqual([])
    expect((await named([found('key_a', 'kid')])).notes).toEqual([JTI_UNKNOWN])
    expect((await named([found('key_a', 'kid'), found(null, 'jti')])).notes).toEqual([])
    expect((await named([])).notes).toEqual([NOTHING, JTI_UNKNOWN])
    expect(await named([], { text: 'x'.repeat(21) })).toMatchObject({
      kind: 'name',
      notes: [NOTHING],
    })
  })

  it('may be the kid of a signing key, but for one that is too long to be anything', async () => {
    const { matches } = await named([found('key_a', 'kid')], { text: 'kid_1' })
    expect(matches.map(({ kind }) => kind)).toEqual(['signing_key', 'public_key'])
    expect((await named([], { text: 'kid_1'.padEnd(201, 'x') })).matches).toEqual([])
  })

  it('may be an imported secret: the hash tells whether it is the whole of it', async () => {
    const verifier = { keyId: importedKeyId('a'), digest: 'imported', pepperVersion: '1' }
    const secrets = [...CLIENT.secrets, aSecret({ secretId: 'secret_i', verifier })]
    const client = { ...CLIENT, secrets }
    const both = [found('secret_i', 'hint', client), found('secret_a', 'hint', client)]
    const { matches, compared } = await named(both)
    expect(matches.map(({ by, id }) => [by, id])).toEqual([
      ['whole_secret', 'secret_i'],
      ['hint', 'secret_a'],
    ])
    expect(compared).toEqual([['x'.repeat(22), verifier]])
    const kept = { ...verifier, digest: keptHash('sealed') }
    const costly = { ...CLIENT, secrets: [aSecret({ secretId: 'secret_i', verifier: kept })] }
    const sealed = await named([found('secret_i', 'hint', costly)])
    expect([sealed.matches[0]?.by, sealed.compared]).toEqual(['hint', []])
  })

  it('says of each why it does not work', async () => {
    const suspended = {
      ...CLIENT,
      suspension: { at: NOW, reason: null },
      secrets: [],
      publicKeys: [],
    }
    const { matches } = await named([found(null, 'client_id', suspended)], { closed: true })
    expect(matches).toMatchObject([
      {
        kind: 'client',
        why: [
          'The client is suspended.',
          'The server is closed for maintenance.',
          'None of its credentials works.',
        ],
      },
    ])
    expect((await named([found(null, 'client_id')])).matches).toMatchObject([
      { works: true, why: [] },
    ])
    const bare = { ...CLIENT, secrets: [], publicKeys: [] }
    const { matches: jti } = await named([found(null, 'jti', bare)])
    expect(jti[0]?.why).toEqual(['This token was revoked by its client.'])
  })
})

describe('a secret that was looked up', () => {
  const text = formatSecret('0123456789AB', 'x'.repeat(43))

  async function ofSecret(pasted: string, all: Found[], isRight = true) {
    const compared: unknown[] = []
    const deps = {
      now: () => NOW,
      closed: false,
      lookups: { find: async () => all },
      verifiers: {
        matches: async (...of: unknown[]) => {
          compared.push(of)
          return isRight
        },
      },
    } as unknown as LookupDeps
    const { matches, ...lookup } = await lookUpCredential(deps, pasted)
    const told = matches.map(({ by, works, why, credential }) => [by, works, why, credential?.id])
    return { ...lookup, told, compared }
  }
  const NO_SECRET =
    'No secret begins like this one: it was deleted or replaced, or belongs to another server.'
  const ONLY_A_PART =
    'The text is only a part of a secret, and that part is right. Whether the rest was right cannot be said.'
  const WRONG_REST =
    'The text begins like this secret, but the rest of it is wrong: it does not work.'
  const [, held] = CLIENT.secrets

  it('is compared whole with the hash of that secret', async () => {
    const all = [found('secret_a', 'key_id')]
    expect(await ofSecret(text, all)).toEqual({
      kind: 'secret',
      isCut: false,
      notes: [],
      told: [['whole_secret', true, [], 'secret_a']],
      compared: [[text, held?.verifier]],
    })
    const wrong = await ofSecret(text, all, false)
    expect(wrong.told).toEqual([['key_id', false, [WRONG_REST], 'secret_a']])
    const deleted = { ...CLIENT, secrets: [] }
    const gone = await ofSecret(text, [found('secret_a', 'key_id', deleted)])
    expect(gone).toMatchObject({ told: [['key_id', false, [WRONG_REST], undefined]], compared: [] })
  })

  it('is found by a part of it, of which the rest cannot be said', async () => {
    const part = await ofSecret(text.slice(0, 12), [found('secret_a', 'key_id')])
    expect(part).toMatchObject({
      kind: 'part_of_secret',
      notes: [ONLY_A_PART],
      told: [['key_id', true, [], 'secret_a']],
      compared: [],
    })
    expect((await ofSecret(text.slice(0, 12), [])).notes).toEqual([NO_SECRET])
    expect((await ofSecret(text, [])).notes).toEqual([NO_SECRET])
  })

  it('that is damaged is told so', async () => {
    const damaged = await ofSecret(text.slice(0, -1), [found('secret_a', 'key_id')])
    expect(damaged.kind).toBe('part_of_secret')
    expect(damaged.notes).toEqual([expect.stringMatching(/^This text .+\.$/), ONLY_A_PART])
  })
})
