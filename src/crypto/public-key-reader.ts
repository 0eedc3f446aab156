import { isCanonicalBase64url } from '../platform/base64.ts'
import { fromBase64url } from '../platform/bytes.ts'
import { hasPrivatePem, onlyPemBlock } from '../platform/pem.ts'
import { sha256 } from '../platform/sha256.ts'
import {
  type AssertionAlgorithm,
  type GivenKey,
  isSecretJwk,
  type PublicJwk,
  type PublicKeyReader,
  RSA_BYTES,
} from '../domain/public-key.ts'
import { VERIFICATION } from './assertion-algorithms.ts'

type Kind = {
  is: (jwk: Jwk) => boolean
  /** The members of a public key, in the order of its thumbprint (RFC 7638 §3.2). */
  members: string[]
  /** The first is taken where none is named. */
  algorithms: AssertionAlgorithm[]
}

export type Jwk = Record<string, unknown>

const KINDS: Kind[] = [
  { is: isCurve('EC', 'P-256'), members: ['crv', 'kty', 'x', 'y'], algorithms: ['ES256'] },
  { is: isCurve('EC', 'P-384'), members: ['crv', 'kty', 'x', 'y'], algorithms: ['ES384'] },
  { is: isCurve('OKP', 'Ed25519'), members: ['crv', 'kty', 'x'], algorithms: ['EdDSA'] },
  {
    is: ({ kty }) => kty === 'RSA',
    members: ['e', 'kty', 'n'],
    algorithms: ['RS256', 'PS256', 'RS384'],
  },
]

const KID_MAX = 200

export const publicKeyReader: PublicKeyReader = {
  async read(given, algorithm) {
    if ('jwk' in given) return judgeJwk(given.jwk as Jwk, algorithm)
    const jwk = await jwkOfPem(given.pem)
    return typeof jwk === 'string' ? jwk : judgeJwk(jwk, algorithm)
  },
}

/** The one judge of a JWK, whether an administrator gave it or a key set has it. */
export async function judgeJwk(jwk: Jwk, wanted?: AssertionAlgorithm): Promise<GivenKey | string> {
  const kind = KINDS.find(({ is }) => is(jwk))
  const problem =
    misuseOf(jwk) ??
    (kind ? null : 'must be an EC key (P-256 or P-384), an Ed25519 key or an RSA key')
  if (problem !== null || !kind) return problem ?? ''
  const algorithm = algorithmFor(kind, jwk, wanted)
  if (!algorithm.fits) return algorithm.problem
  const members = kind.members.map((name) => [name, jwk[name]] as const)
  if (!members.every(([, value]) => typeof value === 'string'))
    return `must have ${kind.members.join(', ')}`
  const own = Object.fromEntries(members) as unknown as PublicJwk
  const weakness = weaknessOf(own)
  if (weakness !== null) return weakness
  if (!(await isImportable(own, algorithm.name)))
    return 'is not a key that exists: one of its numbers is wrong'
  const thumbprint = await sha256(JSON.stringify(own))
  const kid = typeof jwk['kid'] === 'string' ? jwk['kid'] : thumbprint
  return { jwk: own, thumbprint, kid, algorithm: algorithm.name }
}

/** The algorithm of a judged key for which none is named. */
export function algorithmOf(jwk: PublicJwk): AssertionAlgorithm {
  const algorithm = KINDS.find(({ is }) => is(jwk))?.algorithms[0]
  if (!algorithm) throw new Error('a key of an unknown kind was judged to be good')
  return algorithm
}

function isCurve(kty: string, crv: string) {
  return (jwk: Jwk) => jwk['kty'] === kty && jwk['crv'] === crv
}

function misuseOf(jwk: Jwk): string | null {
  if (isSecretJwk(jwk)) {
    return 'must be a public key: this one has private members, so treat it as leaked and replace it'
  }
  const { use, key_ops: operations, kid } = jwk
  if (use !== undefined && use !== 'sig') return 'must be for signatures: its use is not sig'
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'must be for verifying: its key_ops do not have verify'
  }
  if (
    kid !== undefined &&
    !(typeof kid === 'string' && /^[\x21-\x7e]+$/.test(kid) && kid.length <= KID_MAX)
  ) {
    return `must have a kid of 1 to ${KID_MAX} printable ASCII characters without spaces, or none`
  }
  return null
}

type Fit = { fits: true; name: AssertionAlgorithm } | { fits: false; problem: string }

/** One algorithm for a key, whatever an assertion's header says later. */
function algorithmFor({ algorithms }: Kind, { alg }: Jwk, wanted?: AssertionAlgorithm): Fit {
  // RFC 9864 names the curve in the algorithm.
  const own = alg === 'Ed25519' ? 'EdDSA' : alg
  if (own !== undefined && wanted !== undefined && own !== wanted) {
    return { fits: false, problem: `has another alg than ${wanted}` }
  }
  const name = algorithms.find((one) => one === (own ?? wanted ?? algorithms[0]))
  if (name) return { fits: true, name }
  return { fits: false, problem: `must be for ${algorithms.join(', ')}` }
}

function weaknessOf(jwk: PublicJwk): string | null {
  if (
    !Object.entries(jwk).every(
      ([name, value]) => name === 'kty' || name === 'crv' || isCanonicalBase64url(value),
    )
  ) {
    return 'must have its numbers in base64url'
  }
  if (jwk.kty !== 'RSA') return null
  const bytes = fromBase64url(jwk.n ?? '').length
  if (bytes < RSA_BYTES.least || bytes > RSA_BYTES.most) {
    return `must have ${8 * RSA_BYTES.least} to ${8 * RSA_BYTES.most} bits`
  }
  return jwk.e === 'AQAB' ? null : 'must have the public exponent 65537'
}

async function isImportable(jwk: PublicJwk, algorithm: AssertionAlgorithm): Promise<boolean> {
  try {
    await crypto.subtle.importKey('jwk', jwk, VERIFICATION[algorithm], false, ['verify'])
    return true
  } catch (error) {
    if (isKeyError(error)) return false
    throw error
  }
}

/** The first kind of key that the bytes are: SPKI (RFC 5280 §4.1.2.7) names it inside. */
async function jwkOfPem(pem: string): Promise<Jwk | string> {
  if (hasPrivatePem(pem)) {
    return 'must be a public key: this one is private, so treat it as leaked and replace it'
  }
  const body = onlyPemBlock(pem, 'PUBLIC KEY')
  const bytes = body === null ? null : bytesOf(body)
  if (!bytes) return 'must be a PEM block that begins with -----BEGIN PUBLIC KEY-----'
  for (const { algorithms } of KINDS) {
    const jwk = await exported(bytes, algorithms[0] ?? 'ES256')
    if (jwk) return jwk
  }
  return 'must be an EC key (P-256 or P-384), an Ed25519 key or an RSA key'
}

async function exported(spki: Uint8Array<ArrayBuffer>, algorithm: AssertionAlgorithm) {
  try {
    const key = await crypto.subtle.importKey('spki', spki, VERIFICATION[algorithm], true, [
      'verify',
    ])
    const {
      alg: _ours,
      key_ops: _fromUs,
      ext: _either,
      ...jwk
    } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey
    // workerd names every member there is: those of a private key are undefined.
    return Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined))
  } catch (error) {
    if (isKeyError(error)) return null
    throw error
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(base64)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isKeyError(error: unknown): boolean {
  return error instanceof DOMException || error instanceof TypeError
}
