import { beforeEach, describe, expect, it } from 'vitest'
import { signerOf, type Signer } from '../../support/assertions-by-keys.ts'
import { withoutSignature, withSymmetricKeys } from '../../support/forged-signatures.ts'
import {
  forgedWorkloadTokens,
  OTHER,
  PLATFORM,
  withClaims,
} from '../../support/forged-workload-tokens.ts'
import { API, ISSUER, type Json, testServer, type TestServer } from '../../support/server.ts'
import type { Workload } from '../../support/workload-claims.ts'
import { clientFor, DOORS, federated, workloadToken } from '../../support/workloads.ts'

let server: TestServer
beforeEach(async () => {
  server = testServer({ failureLimits: { perClient: 1e6, perAddress: 1e6 } })
  await server.api()
})
const now = () => server.clock.now

type Platform = Awaited<ReturnType<typeof federated>>
const trust = (workload: Workload = PLATFORM, given: Parameters<typeof federated>[2] = {}) =>
  federated(server, workload, { ...given, issuer: { check_jti: true, ...given.issuer } })

async function answer(fields: Record<string, string>) {
  const response = await server.form('/oauth/token', fields)
  const { error, error_description: description } = await response.json<Json>()
  return [response.status, error, description]
}

const accepted = [200, undefined, undefined]
const atGrant = (assertion: string, clientId = '') =>
  answer({ ...DOORS.grant(assertion), ...(clientId && { client_id: clientId }) })
const atClient = (assertion: string, clientId: string) =>
  answer({ ...DOORS.client_assertion(assertion), client_id: clientId })

const DESCRIPTION = 'The assertion is not valid here.'
const INVALID_GRANT = [400, 'invalid_grant', DESCRIPTION]

/** Each is refused at the grant, with and without the client's name, in the very same words. */
async function expectRefused(tokens: string[], clientId: string): Promise<void> {
  for (const token of tokens) {
    expect(await atGrant(token, clientId)).toEqual(INVALID_GRANT)
    expect(await atGrant(token)).toEqual(INVALID_GRANT)
  }
}

async function target(platform: Platform) {
  const other = await trust(OTHER)
  const caller = await server.client({ [API]: 'invoices:read' })
  const accessToken = await server.token(caller)
  return {
    signer: platform.signer,
    other: other.signer,
    clientId: platform.id,
    now: now(),
    accessToken,
  }
}

describe('a forged token of a platform', () => {
  it('is accepted at neither door, and its sender is not told what was wrong', async () => {
    const platform = await trust()
    const forged = await forgedWorkloadTokens(await target(platform))
    expect(new Set(forged.map(({ kind }) => kind)).size).toBeGreaterThan(100)
    const wrong: unknown[] = []
    for (const { kind, token } of forged) {
      const [granted, asClient] = [
        await atGrant(token, platform.id),
        await atClient(token, platform.id),
      ]
      if (String(granted) !== String(INVALID_GRANT)) wrong.push([kind, ...granted])
      const [status, error, description] = asClient
      // A text that names no platform is taken for an assertion of the client's own.
      const isSilent = [DESCRIPTION, 'The client_assertion is not valid.'].includes(
        String(description),
      )
      if (status !== 401 || error !== 'invalid_client' || !isSilent) wrong.push([kind, ...asClient])
    }
    expect(wrong).toEqual([])
    for (const door of [atGrant, atClient]) {
      const sound = await workloadToken(PLATFORM, platform.signer, now())
      expect(await door(sound, platform.id)).toEqual(accepted)
    }
  })

  it('by the platform itself is wrong in what it is meant to be wrong in, and in nothing else', async () => {
    const platform = await trust()
    const wrong: unknown[] = []
    for (const { kind, token } of await withClaims(await target(platform))) {
      const faults = await faultsOf(token, platform.id)
      // Without an end that is a number, how long it lives is unknown, too; no rule fits a subject that
      // is not a text.
      const isOne = faults.length === 1 || ['time,lifetime', 'subject,sub'].includes(String(faults))
      if (!isOne) wrong.push([kind, ...faults])
    }
    expect(wrong).toEqual([])
  })

  it('causes no write', async () => {
    const platform = await trust()
    const count = async () => {
      const sql = 'SELECT count(*) AS n FROM portcullis_used_assertions'
      return (await server.bindings.DB.prepare(sql).first<{ n: number }>())?.n
    }
    const before = await count()
    const stranger = await signerOf('ES256')
    for (let time = 0; time < 5; time++) {
      await atGrant(await workloadToken(PLATFORM, stranger, now()), platform.id)
      await atGrant(await workloadToken(OTHER, stranger, now()), platform.id)
    }
    expect(await count()).toBe(before)
  })

  it('is a sound one, too, that names a client whose rule is another', async () => {
    const platform = await trust()
    const second = await clientFor(server, platform.issuerId, { subject: 'svc:payments:other' })
    const without = await server.client({ [API]: 'invoices:read' })
    for (const clientId of [second.id, without.id, 'client_ofAnother', `${platform.id} `, '*']) {
      const token = await workloadToken(PLATFORM, platform.signer, now())
      expect(await atGrant(token, clientId)).toEqual(INVALID_GRANT)
    }
  })

  it('is a sound one, too, when it comes again, at whichever door', async () => {
    const platform = await trust()
    const token = await workloadToken(PLATFORM, platform.signer, now())
    expect(await atClient(token, platform.id)).toEqual(accepted)
    expect(await atGrant(token, platform.id)).toEqual(INVALID_GRANT)
    const claims = { jti: 'the-same' }
    const [first, again] = [
      await workloadToken(PLATFORM, platform.signer, now(), { claims }),
      await workloadToken(PLATFORM, platform.signer, now() - 1, { claims }),
    ]
    expect(await atGrant(first, platform.id)).toEqual(accepted)
    expect(await atClient(again, platform.id)).toEqual([401, 'invalid_client', DESCRIPTION])
  })
})

it('an issuer that names one algorithm accepts no other that its keys could sign with', async () => {
  const rsa = await trust({ ...PLATFORM, alg: 'RS256' }, { issuer: { algorithms: ['RS256'] } })
  const jwk = { ...rsa.signer, alg: 'PS256' }
  const key = await crypto.subtle.importKey(
    'pkcs8',
    await crypto.subtle.exportKey('pkcs8', rsa.signer.privateKey),
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  await expectRefused([await workloadToken(PLATFORM, { ...jwk, privateKey: key }, now())], rsa.id)
  expect(await atGrant(await workloadToken(PLATFORM, rsa.signer, now()), rsa.id)).toEqual(accepted)
})

it('a key of Ed25519 is known by both names of its algorithm, in the key set and in a token', async () => {
  for (const [alg, issuer] of [
    ['EdDSA', 'https://old.example'],
    ['Ed25519', 'https://new.example'],
  ] as const) {
    const workload = { ...PLATFORM, alg, issuer }
    const { signer, id } = await trust(workload, { issuer: { algorithms: ['EdDSA'] } })
    for (const name of ['EdDSA', 'Ed25519']) {
      const token = await workloadToken(workload, { ...signer, alg: name }, now())
      expect(await atGrant(token, id)).toEqual(accepted)
    }
  }
})

describe('what went wrong elsewhere', () => {
  it("CVE-2026-11800: the platform's public key is not a secret for the JWT grant", async () => {
    const platform = await trust()
    const loot = await lootOf(platform.signer)
    const forged = [...(await withSymmetricKeys(loot)), ...withoutSignature(loot)]
    await expectRefused(
      forged.map(({ token }) => token),
      platform.id,
    )
    const rsa = await trust({ ...OTHER, alg: 'RS256' })
    await expectRefused(await withPublicKeyAsSecret(rsa.signer), rsa.id)
  })

  it('CVE-2026-33322: a key that is trusted signs for no issuer but its own', async () => {
    const platform = await trust()
    const stranger = await signerOf('ES256')
    const issuers = ['https://evil.example', ISSUER, `${PLATFORM.issuer}/`, OTHER.issuer, '', null]
    const claims = issuers.map((iss) => ({ iss }))
    const made = claims.map((one) =>
      workloadToken(PLATFORM, platform.signer, now(), { claims: one }),
    )
    const without = workloadToken(PLATFORM, platform.signer, now(), { without: ['iss'] })
    const evil = workloadToken({ ...PLATFORM, issuer: 'https://evil.example' }, stranger, now())
    await expectRefused(await Promise.all([...made, without, evil]), platform.id)
  })

  it('pyjwt 1169: two issuers whose keys have one kid do not sign for each other', async () => {
    const [first, second] = [await trust(), await trust(OTHER)]
    const [mine, theirs] = [PLATFORM, OTHER]
    await expectRefused([await workloadToken(mine, second.signer, now())], first.id)
    await expectRefused([await workloadToken(theirs, first.signer, now())], second.id)
    // Each in the other order, too: what was found for one kid is not remembered for the other.
    expect(await atGrant(await workloadToken(theirs, second.signer, now()), second.id)).toEqual(
      accepted,
    )
    await expectRefused([await workloadToken(mine, second.signer, now())], first.id)
    expect(await atGrant(await workloadToken(mine, first.signer, now()), first.id)).toEqual(
      accepted,
    )
    // Nor does either stand for the client of the other.
    expect(await atGrant(await workloadToken(theirs, second.signer, now()), first.id)).toEqual(
      INVALID_GRANT,
    )
  })

  it.each([
    '.*',
    '.+',
    '^svc:.*$',
    'svc:payments:.*',
    '*',
    'svc:payments:*',
    '%',
    'svc:[a-z]+',
    '(svc|x)',
  ])('octo-sts 1643: a rule is no pattern, anchored or not: %s', async (pattern) => {
    const { signer, id } = await trust(PLATFORM, { rule: { subject: pattern, claims: {} } })
    const about = (sub: string) => workloadToken(PLATFORM, signer, now(), { claims: { sub } })
    const subjects = [
      'svc:payments:nightly-export',
      `x${pattern}`,
      `${pattern}x`,
      `evil\n${pattern}`,
    ]
    await expectRefused(await Promise.all(subjects.map(about)), id)
    expect(await atGrant(await about(pattern), id)).toEqual(accepted)
  })

  it('octo-sts 1643: nor is a claim of a rule', async () => {
    const claims = { repository: 'octo-org/.*', environment: '*' }
    const { signer, id } = await trust(PLATFORM, { rule: { claims } })
    const sent = [
      { repository: 'octo-org/octo-repo', environment: 'prod' },
      { repository: 'evil/octo-org/.*', environment: '*' },
      { repository: 'octo-org/.*', environment: '' },
    ]
    const made = sent.map((one) => workloadToken(PLATFORM, signer, now(), { claims: one }))
    await expectRefused(await Promise.all(made), id)
    expect(await atGrant(await workloadToken(PLATFORM, signer, now(), { claims }), id)).toEqual(
      accepted,
    )
  })
})

/** The checks that fail and the conditions that do not hold, as an administrator is told them. */
async function faultsOf(assertion: string, clientId: string): Promise<string[]> {
  const asked = { assertion, client_id: clientId }
  const { checks, rules } = await server.adminOk('POST', '/federation/diagnoses', asked)
  const all = [...checks, ...rules.flatMap(({ conditions }: Json) => conditions)] as Json[]
  return all.filter(({ holds }) => holds !== true).map(({ check, claim }) => String(check ?? claim))
}

async function lootOf(signer: Signer) {
  return {
    token: await workloadToken(PLATFORM, signer, now()),
    second: await workloadToken(PLATFORM, signer, now()),
    jwk: { ...signer.jwk, kid: 'platform-1' },
    revokedKid: '',
    pendingKid: '',
    issuer: ISSUER,
    otherClient: '',
  }
}

/** HMACs whose key is the published key of an RSA platform, as text. */
function withPublicKeyAsSecret({ pem, jwk }: Signer): Promise<string[]> {
  const texts = [pem, pem.trim(), pem.replaceAll('\n', ''), JSON.stringify(jwk), String(jwk['n'])]
  return Promise.all(
    texts.map(async (text) => {
      const how = { name: 'HMAC', hash: 'SHA-256' }
      const secret = new TextEncoder().encode(text)
      const privateKey = await crypto.subtle.importKey('raw', secret, how, false, ['sign'])
      return workloadToken(OTHER, { alg: 'HS256', privateKey }, now())
    }),
  )
}
