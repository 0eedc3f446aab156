import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseKeySet } from '../../src/crypto/key-set-parser.ts'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { Refusal, Unavailable } from '../../src/domain/errors.ts'
import type { JsonAnswer, KeySource } from '../../src/domain/remote-keys.ts'
import { remoteKeys } from '../../src/outbound/remote-keys.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1KeySets } from '../../src/storage/keys/key-sets.ts'

const NOW = 1_800_000_000
const HOUR = 3600
const DAY = 24 * HOUR
const ISSUER = 'https://issuer.example/tenant'
const METADATA = `${ISSUER}/.well-known/openid-configuration`
const URL_OF_KEYS = 'https://keys.example/jwks'
const SOURCE = { jwksUri: URL_OF_KEYS }
const DOWN = 'it answered with status 500'

let jwk: object
beforeAll(async () => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  jwk = await exportJWK(publicKey)
})

/** Several isolates on one database, and somebody who publishes `pages`. */
function world() {
  const pages: Record<string, unknown> = { [URL_OF_KEYS]: keySet('first') }
  const seen = {
    asked: [] as string[],
    warnings: [] as object[],
    freshFor: 300,
    finds: 0,
    reason: DOWN,
  }
  const database: { problem: Error | null } = { problem: null }
  const stored = d1KeySets(openDatabase(env.DB))
  const find: typeof stored.find = (name) => {
    seen.finds++
    return database.problem ? Promise.reject(database.problem) : stored.find(name)
  }
  async function readJson(url: string): Promise<JsonAnswer> {
    seen.asked.push(url)
    if (!(url in pages)) throw new Error(seen.reason)
    return { json: pages[url], freshFor: seen.freshFor }
  }
  const isolate = () =>
    remoteKeys({
      readJson,
      parseKeySet,
      keySets: { ...stored, find },
      verifiers: secretVerifiers(readKeyRing('PEPPER', env.PEPPER)),
      logWarning: (warning) => void seen.warnings.push(warning),
    })
  return { pages, seen, database, isolate }
}

const keySet = (...kids: string[]) => ({ keys: kids.map((kid) => ({ ...jwk, kid })) })

async function kidsOf(
  isolate: ReturnType<ReturnType<typeof world>['isolate']>,
  now: number,
  lacking?: 'lacking',
  source: KeySource = SOURCE,
) {
  const keys = await isolate.of(source, now, lacking)
  return keys.map(({ kid }) => kid)
}

const refused = (reading: Promise<unknown>) =>
  expect(reading).rejects.toSatisfy(
    (error) => error instanceof Refusal && error.code === 'invalid_client',
  )

describe('the keys that others publish', () => {
  it('are read once, and known to every isolate for as long as they are fresh', async () => {
    const { seen, isolate } = world()
    const first = isolate()
    expect(await kidsOf(first, NOW)).toEqual(['first'])
    expect(await kidsOf(first, NOW + 299)).toEqual(['first'])
    expect(await kidsOf(isolate(), NOW + 299)).toEqual(['first'])
    expect(seen.asked).toHaveLength(1)
    expect(await kidsOf(isolate(), NOW + 300)).toEqual(['first'])
    expect(seen.asked).toHaveLength(2)
  })

  it('are read once for all who ask at the same time', async () => {
    const { seen, isolate } = world()
    const one = isolate()
    const all = await Promise.all(Array.from({ length: 20 }, () => kidsOf(one, NOW)))
    expect(all.flat()).toEqual(Array.from({ length: 20 }, () => 'first'))
    expect(seen.asked).toHaveLength(1)
  })

  it('lose one that is withdrawn as soon as they are read again', async () => {
    const { pages, isolate } = world()
    const [first, second] = [isolate(), isolate()]
    await kidsOf(first, NOW)
    await kidsOf(second, NOW)
    pages[URL_OF_KEYS] = keySet()
    expect(await kidsOf(first, NOW + 300)).toEqual([])
    expect(await kidsOf(second, NOW + 300)).toEqual([])
  })

  it('are read again for an unknown key, at most once in 30 seconds and for all isolates', async () => {
    const { pages, seen, isolate } = world()
    const [first, second] = [isolate(), isolate()]
    await kidsOf(first, NOW)
    pages[URL_OF_KEYS] = keySet('second')
    expect(await kidsOf(first, NOW + 29, 'lacking')).toEqual(['first'])
    expect(await kidsOf(second, NOW + 29, 'lacking')).toEqual(['first'])
    expect(seen.asked).toHaveLength(1)
    expect(await kidsOf(first, NOW + 30, 'lacking')).toEqual(['second'])
    expect(await kidsOf(first, NOW + 31, 'lacking')).toEqual(['second'])
    expect(await kidsOf(second, NOW + 31, 'lacking')).toEqual(['second'])
    expect(seen.asked).toHaveLength(2)
  })

  it('are read at once for an unknown key by an isolate that knows the stored ones alone', async () => {
    const { pages, isolate } = world()
    await kidsOf(isolate(), NOW)
    pages[URL_OF_KEYS] = keySet('second')
    const cold = isolate()
    expect(await kidsOf(cold, NOW + 100)).toEqual(['first'])
    expect(await kidsOf(cold, NOW + 100, 'lacking')).toEqual(['second'])
  })
})

describe('the keys that an isolate remembers', () => {
  it('are asked of the database again when they are no longer fresh, and not before', async () => {
    const { seen, isolate } = world()
    const one = isolate()
    for (const [now, finds] of [
      [NOW, 1],
      [NOW + 31, 1],
      [NOW + 299, 1],
      [NOW + 300, 2],
    ] as const) {
      await kidsOf(one, now)
      expect(seen.finds).toBe(finds)
    }
  })

  it('are fresh as long as they are, though somebody looked for another', async () => {
    const { seen, isolate } = world()
    await kidsOf(isolate(), NOW)
    const one = isolate()
    await kidsOf(one, NOW + 1, 'lacking')
    seen.finds = 0
    await kidsOf(one, NOW + 299)
    expect(seen.finds).toBe(0)
    await kidsOf(one, NOW + 301)
    expect([seen.finds, seen.asked.length]).toEqual([1, 2])
  })

  it('are used while the database is out of reach, which is asked again in a second', async () => {
    const { pages, database, isolate } = world()
    const one = isolate()
    await kidsOf(one, NOW)
    pages[URL_OF_KEYS] = keySet('second')
    database.problem = new Unavailable('d1', 'down')
    expect(await kidsOf(one, NOW + 300)).toEqual(['first'])
    database.problem = null
    expect(await kidsOf(one, NOW + 301)).toEqual(['second'])
  })

  it('are none while the database is out of reach: whoever asks is told so', async () => {
    const { database, isolate } = world()
    database.problem = new Unavailable('d1', 'down')
    await expect(isolate().of(SOURCE, NOW)).rejects.toBe(database.problem)
    database.problem = new Error('a bug')
    await refused(kidsOf(isolate(), NOW))
  })

  it('are read again by whoever wants that, fresh or not', async () => {
    const { pages, seen, isolate } = world()
    await kidsOf(isolate(), NOW)
    pages[URL_OF_KEYS] = keySet('second')
    await isolate().readAgain(SOURCE, NOW + 1)
    expect(await kidsOf(isolate(), NOW + 1)).toEqual(['second'])
    expect(seen.asked).toHaveLength(2)
  })
})

describe('the keys of a publisher that is down', () => {
  it('are in the log with 200 characters of the reason', async () => {
    const { pages, seen, isolate } = world()
    delete pages[URL_OF_KEYS]
    seen.reason = 'x'.repeat(201)
    await refused(kidsOf(isolate(), NOW))
    expect(seen.warnings).toMatchObject([{ reason: 'x'.repeat(200) }])
  })

  it('are the last good ones for a day, then none', async () => {
    const { pages, seen, isolate } = world()
    const warm = isolate()
    await kidsOf(warm, NOW)
    delete pages[URL_OF_KEYS]
    expect(await kidsOf(warm, NOW + HOUR)).toEqual(['first'])
    expect(await kidsOf(isolate(), NOW + DAY - 1)).toEqual(['first'])
    await refused(kidsOf(warm, NOW + DAY))
    await refused(kidsOf(isolate(), NOW + DAY))
    const warning = { event: 'keys_unreachable', source: `jwks_uri ${URL_OF_KEYS}`, reason: DOWN }
    expect(seen.warnings[0]).toEqual(warning)
    pages[URL_OF_KEYS] = keySet('second')
    expect(await kidsOf(warm, NOW + DAY + 30)).toEqual(['second'])
  })

  it('are asked for once in 30 seconds, by all isolates together', async () => {
    const { pages, seen, isolate } = world()
    delete pages[URL_OF_KEYS]
    const warm = isolate()
    for (const [now, asked] of [
      [NOW, 1],
      [NOW + 29, 1],
      [NOW + 30, 2],
    ] as const) {
      await refused(kidsOf(warm, now))
      await refused(kidsOf(isolate(), now))
      expect(seen.asked).toHaveLength(asked)
    }
  })

  it('say nothing of the reason to whoever asks', async () => {
    const { pages, isolate } = world()
    delete pages[URL_OF_KEYS]
    const message = 'The keys that would verify this are out of reach.'
    await expect(isolate().of(SOURCE, NOW)).rejects.toThrow(message)
  })

  it('are none where the set has a private key or is none', async () => {
    const { pages, isolate } = world()
    for (const [n, bad] of [
      { keys: [{ ...jwk, d: 'AQAB' }] },
      { keys: 'none' },
      [],
      null,
    ].entries()) {
      pages[URL_OF_KEYS] = bad
      await refused(kidsOf(isolate(), NOW + 30 * n))
    }
  })
})

describe('a key set in the database', () => {
  const planted = (column: string, value: unknown) =>
    env.DB.prepare(`UPDATE portcullis_key_sets SET ${column} = ?`).bind(value).run()

  it.each([
    ['keys', () => JSON.stringify([{ kid: 'planted', alg: null, jwk }])],
    ['read_at', () => NOW + HOUR],
    ['fresh_until', () => NOW + DAY],
    ['source', () => 'jwks_uri https://other.example/jwks'],
    ['digest', () => 'A'.repeat(43)],
    ['pepper_version', () => '9'],
  ])('with another %s counts for nothing: no key is planted there', async (column, value) => {
    const { pages, isolate } = world()
    await kidsOf(isolate(), NOW)
    await planted(column, value())
    delete pages[URL_OF_KEYS]
    const other = { jwksUri: 'https://other.example/jwks' }
    for (const source of [SOURCE, other]) {
      if (column === 'source' || source === SOURCE) {
        await refused(kidsOf(isolate(), NOW + 31, undefined, source))
      }
    }
  })
})

describe('the keys of an issuer', () => {
  const metadata = { issuer: ISSUER, jwks_uri: URL_OF_KEYS }

  it.each([ISSUER, `${ISSUER}/`])('are those that its own metadata names: %s', async (issuer) => {
    const { pages, seen, isolate } = world()
    pages[METADATA] = { issuer, jwks_uri: URL_OF_KEYS }
    expect(await kidsOf(isolate(), NOW, undefined, { issuer })).toEqual(['first'])
    expect(seen.asked).toEqual([METADATA, URL_OF_KEYS])
  })

  it.each([
    ['of another issuer', { ...metadata, issuer: 'https://other.example' }],
    ['with a slash more', { ...metadata, issuer: `${ISSUER}/` }],
    ['without an issuer', { jwks_uri: URL_OF_KEYS }],
    ['without a key set', { issuer: ISSUER }],
    ['that is null', null],
  ])('are none where the metadata is one %s', async (_, document) => {
    const { pages, seen, isolate } = world()
    pages[METADATA] = document
    await refused(kidsOf(isolate(), NOW, undefined, { issuer: ISSUER }))
    expect(seen.asked).toEqual([METADATA])
  })

  it('are none where a query would swallow the path of the metadata', async () => {
    const { seen, isolate } = world()
    await refused(kidsOf(isolate(), NOW, undefined, { issuer: `${ISSUER}?a=` }))
    expect(seen.asked).toEqual([])
  })
})
