import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../support/node/harness.ts'
import { client as openidClient5 } from './by-key/openid-client5.ts'
import { KEY_ROWS, type KeyRow, OAUTH4WEBAPI } from './key-rows.ts'
import { type Keyed, keyed, keyPair, outcomeOf, type Settings } from './support/keyed.ts'
import { checkTable } from './support/matrix.ts'
import { AUDIENCE, isActive, openPlace, type Place } from './support/place.ts'
import { closeServers } from './support/served.ts'

// Each library signs with each algorithm that it has, over HTTPS: without a setting, and with what it needs.

let place: Place
let api: Client

beforeAll(async () => {
  place = await openPlace()
  api = await place.register(AUDIENCE)
})

afterAll(async () => {
  closeServers()
  await place.close()
})

for (const { library, version } of KEY_ROWS) {
  if (version === null) console.log(`${library} is not on this machine, and not run`)
}
const rows = KEY_ROWS.filter(({ version }) => version !== null).flatMap((row) =>
  row.algorithms.map((alg) => ({ name: `${row.library}, ${alg}`, row, alg })),
)

async function hereFor({ here }: KeyRow, alg: string, settings: Settings): Promise<Keyed> {
  const own = await (here ? here(place) : place.newcomer(AUDIENCE, api))
  return keyed(place, own, await keyPair(alg), settings)
}

/** Asks twice, and says what came back each time. */
async function asked(row: KeyRow, alg: string, settings: Settings): Promise<string[]> {
  const here = await hereFor(row, alg, settings)
  const getToken = await row.client(here)
  return [await outcomeOf(here, getToken), await outcomeOf(here, getToken)]
}

/** The settings with each of them left out once. */
function lessOf(needs: Settings): Settings[] {
  const all = Object.entries(needs)
  return all.map((one) => Object.fromEntries(all.filter((other) => other !== one)))
}

const withoutSettings = new Map<string, string>()

describe('a library that signs for its client', () => {
  it.concurrent.each(rows)('gets tokens, but none while suspended: $name', async (each) => {
    const { row, alg } = each
    const here = await hereFor(row, alg, row.needs ?? {})
    const getToken = await row.client(here)
    expect(await isActive(here, await getToken())).toBe(true)
    expect(await isActive(here, await getToken())).toBe(true)
    await place.suspend(here)
    expect(await outcomeOf(here, getToken)).not.toContain('a token')
    await place.resume(here)
    expect(await isActive(here, await getToken())).toBe(true)
  })

  it.concurrent.each(rows)('needs each setting that it is said to need: $name', async (each) => {
    const { row, alg } = each
    const first = await asked(row, alg, {})
    expect(first.every((one) => one === 'a token')).toBe(row.needs === undefined)
    withoutSettings.set(row.library, first[0] === 'a token' ? saidOf(first[1] ?? '') : 'refused')
    for (const less of lessOf(row.needs ?? {})) {
      expect([less, await asked(row, alg, less)]).not.toEqual([less, ['a token', 'a token']])
    }
  })
})

const saidOf = (second: string): string => (second === 'a token' ? 'a token' : 'one token')

describe('oauth4webapi with a key', () => {
  async function server({ issuer }: Keyed) {
    const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2' })
    return oauth.processDiscoveryResponse(new URL(issuer), response)
  }

  async function tokenOf(here: Keyed, authentication: oauth.ClientAuth): Promise<string> {
    const as = { client_id: here.client.id }
    const found = await server(here)
    const response = await oauth.clientCredentialsGrantRequest(found, as, authentication, {})
    return (await oauth.processClientCredentialsResponse(found, as, response)).access_token
  }

  it.each(['ES256', 'PS256', 'Ed25519'])(
    'names it by its kid, and introspects and revokes: %s',
    async (alg) => {
      const here = await hereFor(OAUTH4WEBAPI, alg, {})
      const [found, as] = [await server(here), { client_id: here.client.id }]
      const { privateKey, kid } = here.key
      const own = oauth.PrivateKeyJwt({ key: privateKey, kid })
      const token = await tokenOf(here, own)
      const asked = async () => {
        const response = await oauth.introspectionRequest(found, as, own, token)
        return oauth.processIntrospectionResponse(found, as, response)
      }
      expect(await asked()).toMatchObject({ active: true, client_id: here.client.id })
      const ended = await oauth.revocationRequest(found, as, own, token)
      await oauth.processRevocationResponse(ended)
      expect(await asked()).toEqual({ active: false })
      await expect(
        tokenOf(here, oauth.PrivateKeyJwt({ key: privateKey, kid: 'other' })),
      ).rejects.toThrow()
    },
  )

  it.each(['ES384', 'RS384'])(
    'signs as SMART Backend Services does, for the token endpoint: %s',
    async (alg) => {
      const here = await hereFor(OAUTH4WEBAPI, alg, {})
      const old = await hereFor(OAUTH4WEBAPI, alg, {
        assertion_audience: 'issuer_or_token_endpoint',
      })
      const smart = ({ issuer, key: { privateKey, kid } }: Keyed) =>
        oauth.PrivateKeyJwt(
          { key: privateKey, kid },
          {
            [oauth.modifyAssertion](header, payload) {
              Object.assign(header, { typ: 'JWT' })
              Object.assign(payload, {
                aud: `${issuer}/oauth/token`,
                exp: Math.floor(Date.now() / 1000) + 300,
              })
            },
          },
        )
      await expect(tokenOf(here, smart(here))).rejects.toThrow()
      expect(await isActive(old, await tokenOf(old, smart(old)))).toBe(true)
    },
  )
})

it('openid-client 5 is refused with both audiences that it wrote before 5.7.1, whatever is set', async () => {
  const settings = { assertion_audience: 'issuer_or_token_endpoint' } as const
  const here = await hereFor(OAUTH4WEBAPI, 'ES256', settings)
  const endpoint = `${here.issuer}/oauth/token`
  const both = await openidClient5(here, [here.issuer, endpoint])
  expect(await outcomeOf(here, both)).toBe(
    'OPError: invalid_client (The client_assertion is not valid.)',
  )
  for (const aud of [here.issuer, endpoint]) {
    expect(await outcomeOf(here, await openidClient5(here, aud))).toBe('a token')
  }
})

it('docs/interop.md says what was seen', () => {
  const head = ['library', 'version', 'signs with', 'without a setting', 'needs']
  const seen = KEY_ROWS.map(({ library, version, of, algorithms, needs = {} }) => ({
    name: library,
    version,
    of,
    cells: [algorithms.join(', '), withoutSettings.get(library) ?? '', said(needs)],
  }))
  checkTable('keys', head, seen)
})

const said = (needs: Settings): string =>
  Object.entries(needs)
    .map(([name, value]) => `\`${name}\`: \`${value}\``)
    .join(', ')
