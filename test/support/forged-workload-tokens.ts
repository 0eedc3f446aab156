import { generateKeyPair } from 'jose'
import { ISSUER } from '../world/names.ts'
import type { Signer } from './assertions-by-keys.ts'
import {
  base64url,
  type Forgery,
  json,
  read,
  withoutSignature,
  withSpoiltSignature,
  withSymmetricKeys,
} from './forged-signatures.ts'
import { withTruncation } from './forgeries.ts'
import {
  forgedAudiences,
  type ForgedClaims,
  forgedConditions,
  forgedIds,
  forgedIssuers,
  forgedSubjects,
  forgedTimes,
} from './forged-workload-claims.ts'
import type { Workload } from './workload-claims.ts'
import { workloadToken } from './workloads.ts'

type Part = Record<string, unknown>

/** A platform whose rule demands one of each kind of claim. */
export const PLATFORM: Workload = {
  preset: 'custom',
  issuer: 'https://platform.example',
  alg: 'ES256',
  claims: {
    sub: 'svc:payments:nightly-export',
    environment: 'prod',
    protected: true,
    tier: 3,
    workload: { uid: 'a1' },
  },
  rule: {
    subject: 'svc:payments:nightly-export',
    claims: { environment: 'prod', protected: true, tier: 3, '/workload/uid': 'a1' },
  },
}

/** Another trusted platform, whose key has the same kid. */
export const OTHER: Workload = { ...PLATFORM, issuer: 'https://other-platform.example' }

export type Target = {
  signer: Signer
  other: Signer
  clientId: string
  now: number
  /** An access token that this server issued to the client. */
  accessToken: string
}

/** Forged tokens of one platform: by strangers, by another platform, and by itself about others. */
export async function forgedWorkloadTokens(target: Target): Promise<Forgery[]> {
  const { signer, clientId, now } = target
  const [token, second] = await Promise.all([
    workloadToken(PLATFORM, signer, now),
    workloadToken(PLATFORM, signer, now),
  ])
  const loot = {
    token,
    second,
    jwk: { ...signer.jwk, kid: 'platform-1' },
    revokedKid: 'platform-0',
    pendingKid: 'platform-2',
    issuer: ISSUER,
    otherClient: clientId,
  }
  return [
    ...withoutSignature(loot),
    ...(await withSymmetricKeys(loot)),
    ...withSpoiltSignature(loot),
    ...withTruncation(loot),
    ...(await withClaims(target)),
    ...(await withHeaders(target)),
    ...(await byOtherKeys(target)),
    ...(await fromOthers(target)),
  ]
}

/** Signed by the platform itself: everything but what the kind names is in order. */
export async function withClaims({ signer, clientId, now }: Target): Promise<Forgery[]> {
  const kinds: ForgedClaims[] = [
    ...forgedIssuers(PLATFORM.issuer, OTHER.issuer, clientId),
    ...forgedAudiences(clientId),
    ...forgedTimes(now),
    ...forgedIds(),
    ...forgedSubjects(String(PLATFORM.claims['sub']), clientId),
    ...forgedConditions(),
  ]
  const sound = read(await workloadToken(PLATFORM, signer, now))
  return signedAll(kinds, (claims) => {
    const fresh = { ...sound.payload, jti: crypto.randomUUID() }
    return signedBy(signer, sound.header, { ...fresh, ...claims })
  })
}

async function withHeaders({ signer, other, now }: Target): Promise<Forgery[]> {
  const { header, payload } = read(await workloadToken(PLATFORM, signer, now))
  const kinds: [string, Part[]][] = [
    ['a kid that there is not', ['platform-2', 'x', '', 'PLATFORM-1', 'platform-1 '].map(kid)],
    [
      'a kid as a path or a query',
      ['../../dev/null', "' OR 1=1 --", '%', '/etc/passwd', '*'].map(kid),
    ],
    ['a kid that is not a text', [null, 1, true, ['platform-1'], { kid: 'platform-1' }].map(kid)],
    ['a kid from the prototype', ['__proto__', 'constructor', 'toString'].map(kid)],
    ['a jwk in the header', [{ jwk: signer.jwk }, { jwk: other.jwk }, { jwk: null }]],
    [
      'a jku in the header',
      ['https://evil.example/keys', PLATFORM.issuer, ''].map((jku) => ({ jku })),
    ],
    ['an x5u in the header', [{ x5u: 'https://evil.example/x' }]],
    ['an x5c in the header', [{ x5c: ['AAAA'] }, { x5c: [] }]],
    ['crit', [['exp'], ['x'], ['b64'], [], 'exp', null].map((crit) => ({ crit }))],
    ['b64', [{ b64: false }, { b64: true }, { b64: false, crit: ['b64'] }]],
    ['another algorithm of the list', [{ alg: 'RS256' }]],
    [
      'an algorithm that is not of the list',
      ['ES384', 'PS256', 'EdDSA', 'Ed25519', 'RS512'].map(alg),
    ],
    ['HS for the algorithm', ['HS256', 'HS384', 'HS512'].map(alg)],
    ['an algorithm in another case', ['es256', 'Es256', 'ES256 ', ' ES256'].map(alg)],
    ['an algorithm that is not a text', [null, 1, ['ES256'], { alg: 'ES256' }, undefined].map(alg)],
  ]
  return signedAll(kinds, (forged) =>
    signedBy(signer, { ...header, ...forged }, { ...payload, jti: crypto.randomUUID() }),
  )
}

const kid = (value: unknown): Part => ({ kid: value })
const alg = (value: unknown): Part => ({ alg: value })

async function byOtherKeys({ signer, other, now }: Target): Promise<Forgery[]> {
  const sound = read(await workloadToken(PLATFORM, signer, now))
  const { kid: _named, ...unnamed } = sound.header
  const algorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256', 'RS384', 'RS512']
  const strangers = await Promise.all(
    algorithms.map(async (name): Promise<Forgery[]> => {
      const { privateKey } = await generateKeyPair(name)
      const key = { alg: name, privateKey }
      const made = [{}, { kid: undefined }].map((header) =>
        workloadToken(PLATFORM, key, now, { header }),
      )
      const [named = '', without = ''] = await Promise.all(made)
      const [, p = '', s = ''] = named.split('.')
      return [
        { kind: 'signed by a stranger', token: named },
        { kind: 'signed by a stranger, without a kid', token: without },
        // Under the platform's algorithm: the key must count.
        {
          kind: "a stranger's signature under the right algorithm",
          token: `${json(sound.header)}.${p}.${s}`,
        },
      ]
    }),
  )
  return [
    ...strangers.flat(),
    {
      kind: 'signed by another platform, whose key has the same kid',
      token: await signedBy(other, sound.header, sound.payload),
    },
    {
      kind: 'signed by another platform, without a kid',
      token: await signedBy(other, unnamed, sound.payload),
    },
  ]
}

/** Sound tokens, but of others: about the same subject, or about this client. */
async function fromOthers({
  signer,
  other,
  clientId,
  now,
  accessToken,
}: Target): Promise<Forgery[]> {
  const asClient = { claims: { iss: clientId, sub: clientId } }
  const theirs: [string, Promise<string>][] = [
    ['another platform about the same subject', workloadToken(OTHER, other, now)],
    [
      'an ID token of another platform',
      workloadToken(OTHER, other, now, { claims: { nonce: 'n', azp: clientId } }),
    ],
    ["another platform's token, signed by this one", workloadToken(OTHER, signer, now)],
    [
      'an access token of another platform',
      workloadToken(OTHER, other, now, { header: { typ: 'at+jwt' } }),
    ],
    [
      "an assertion of the client's own, by the platform",
      workloadToken(PLATFORM, signer, now, asClient),
    ],
    [
      "an assertion of the client's own, by another platform",
      workloadToken(OTHER, other, now, asClient),
    ],
  ]
  const made = theirs.map(async ([kind, token]) => ({ kind, token: await token }))
  const own = read(accessToken)
  return [
    ...(await Promise.all(made)),
    { kind: 'an access token of this server', token: accessToken },
    {
      kind: 'an access token of this server, signed by the platform',
      token: await signedBy(signer, { ...own.header, kid: 'platform-1' }, own.payload),
    },
    {
      kind: 'an access token of this server about the subject, signed by the platform',
      token: await signedBy(
        signer,
        { alg: 'ES256' },
        { ...own.payload, sub: PLATFORM.claims['sub'] },
      ),
    },
  ]
}

function signedAll<T extends Part>(
  kinds: [string, T[]][],
  sign: (one: T) => Promise<string>,
): Promise<Forgery[]> {
  const all = kinds.flatMap(([kind, ones]) =>
    ones.map(async (one) => ({ kind, token: await sign(one) })),
  )
  return Promise.all(all)
}

/** With ES256, whatever the header says: a library would refuse to write most of this. */
async function signedBy({ privateKey }: Signer, header: Part, payload: Part): Promise<string> {
  const text = `${json(header)}.${json(payload)}`
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(how, privateKey, new TextEncoder().encode(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}
