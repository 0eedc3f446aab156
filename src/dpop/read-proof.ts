import {
  DPOP_ALGORITHMS,
  type DpopAlgorithm,
  PROOF_LENGTH_MAX,
  type ProofFault,
} from '../domain/dpop.ts'
import { isCanonicalBase64url, textFromBase64url } from '../platform/base64.ts'
import { hasRepeatedNames } from '../platform/json-members.ts'
import { type EmbeddedKey, embeddedKey } from './embedded-key.ts'

type Members = Record<string, unknown>

/** A proof whose signature was not verified yet, nor its claims judged. */
export type ReadProof = {
  text: string
  algorithm: DpopAlgorithm
  key: EmbeddedKey
  claims: Members
}

/** RFC 7515 §4: what would have to be understood, and keys that are elsewhere. */
const REFUSED_MEMBERS = ['crit', 'b64', 'jku', 'x5u', 'x5c']

/** Reads the `DPoP` header; `Headers` joins several of them with commas. */
export function readProof(
  text: string | null,
  algorithms: readonly DpopAlgorithm[],
): ReadProof | { fault: ProofFault } {
  if (!text) return { fault: 'no_proof' }
  if (text.includes(',')) return { fault: 'several_proofs' }
  const parts = text.length > PROOF_LENGTH_MAX ? [] : text.split('.')
  const [header, claims] = parts.slice(0, 2).map(objectIn)
  if (parts.length !== 3 || !parts.every(isCanonicalBase64url) || !header || !claims) {
    return { fault: 'malformed' }
  }
  if (REFUSED_MEMBERS.some((name) => name in header)) return { fault: 'malformed' }
  if (header['typ'] !== 'dpop+jwt') return { fault: 'wrong_type' }
  const algorithm = DPOP_ALGORITHMS.find((name) => name === header['alg'])
  if (!algorithm || !algorithms.includes(algorithm)) return { fault: 'wrong_algorithm' }
  const key = embeddedKey(header['jwk'], algorithm)
  return key ? { text, algorithm, key, claims } : { fault: 'wrong_key' }
}

function objectIn(part: string): Members | null {
  try {
    const text = textFromBase64url(part)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !hasRepeatedNames(text, value) ? (value as Members) : null
  } catch (error) {
    // Not base64, not UTF-8, not JSON.
    if (error instanceof Error) return null
    throw error
  }
}
