import { compactVerify } from 'jose'
import {
  type Proof,
  PROOF_JTI_MAX,
  PROOF_SKEW,
  type ProofFault,
  type ProofRules,
  type ProvenRequest,
} from '../domain/dpop.ts'
import type { Seconds } from '../domain/time.ts'
import { sha256 } from '../platform/sha256.ts'
import { type ReadProof, readProof } from './read-proof.ts'
import { targetOf } from './target-url.ts'

type Claims = ReadProof['claims']

/**
 * Verifies the `DPoP` header of a request (RFC 9449 §4.3): whose key it proves, or what is wrong.
 * Whether its `jti` was used before, and its nonce is a current one, is for the caller to ask.
 */
export async function verifyProof(
  header: string | null,
  request: ProvenRequest,
  { algorithms, maxAge }: ProofRules,
  now: Seconds,
): Promise<Proof | { fault: ProofFault }> {
  const read = readProof(header, algorithms)
  if ('fault' in read) return read
  const { claims, key } = read
  const fault = requestFault(claims, request) ?? timeFault(claims, maxAge, now)
  if (fault) return { fault }
  const { accessToken } = request
  if (accessToken !== undefined && claims['ath'] !== (await sha256(accessToken))) {
    return { fault: 'wrong_token' }
  }
  if (!(await isSigned(read))) return { fault: 'wrong_signature' }
  return {
    // RFC 7638 §3: of the members in their order, without spaces.
    jkt: await sha256(JSON.stringify(key)),
    jti: String(claims['jti']),
    iat: Number(claims['iat']),
    algorithm: read.algorithm,
    nonce: typeof claims['nonce'] === 'string' ? claims['nonce'] : null,
  }
}

function requestFault(
  { jti, htm, htu, nonce }: Claims,
  { method, urls }: ProvenRequest,
): ProofFault | null {
  if (typeof jti !== 'string' || jti === '' || jti.length > PROOF_JTI_MAX) return 'no_jti'
  if (htm !== method) return 'wrong_method'
  const target = typeof htu === 'string' ? targetOf(htu) : null
  if (target === null || !urls.some((url) => targetOf(url) === target)) return 'wrong_url'
  return nonce === undefined || typeof nonce === 'string' ? null : 'malformed'
}

function timeFault({ iat, nbf, exp }: Claims, maxAge: Seconds, now: Seconds): ProofFault | null {
  const ahead = now + Math.max(maxAge, PROOF_SKEW)
  // JSON has 1e999, which is read as Infinity.
  if (typeof iat !== 'number' || iat < now - maxAge || iat > ahead) return 'wrong_time'
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + PROOF_SKEW))
    return 'wrong_time'
  return exp === undefined || (typeof exp === 'number' && exp > now) ? null : 'wrong_time'
}

async function isSigned({ text, key, algorithm }: ReadProof): Promise<boolean> {
  try {
    await compactVerify(text, key as { kty: string }, { algorithms: [algorithm] })
    return true
  } catch (error) {
    // A wrong signature, or a point that is on no curve, for which each platform throws another.
    if (error instanceof Error) return false
    throw error
  }
}
