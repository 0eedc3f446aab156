import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { base64url, bytesOf, type Part } from './forged-signatures.ts'

export type ProofKey = { alg: string; jwk: JWK; privateKey: CryptoKey; jkt: string }

export async function proofKey(alg = 'ES256', modulusLength = 2048): Promise<ProofKey> {
  const given = { extractable: true, modulusLength }
  const { publicKey, privateKey } = await generateKeyPair(alg, given)
  const jwk = await exportJWK(publicKey)
  return { alg, jwk, privateKey, jkt: await calculateJwkThumbprint(jwk) }
}

const SIGNING: Record<string, Parameters<SubtleCrypto['sign']>[0]> = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
}

/** Signs whatever it is given, which no library for proofs would. */
export async function signed(
  { alg, privateKey }: Pick<ProofKey, 'alg' | 'privateKey'>,
  header: Part | string,
  claims: Part | string,
): Promise<string> {
  const text = [header, claims]
    .map((part) => base64url(typeof part === 'string' ? part : JSON.stringify(part)))
    .join('.')
  const bytes = new TextEncoder().encode(text)
  const signature = await crypto.subtle.sign(SIGNING[alg] ?? '', privateKey, bytes)
  return `${text}.${base64url(new Uint8Array(signature))}`
}

/** The digest of a token, as a proof has it (`ath`). */
export async function digestOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return base64url(new Uint8Array(digest))
}

export type Request = { method: string; url: string; token: string; now: number }

/** Replaces members, or with `undefined` takes them away; a text replaces the whole part. */
export type Changes = { header?: Part | string; claims?: Part | string; key?: ProofKey }

export type ProofMaker = Request & {
  key: ProofKey
  /** The parts of a proof that is right in everything. */
  header: Part
  claims: Part
  make: (changes?: Changes) => Promise<string>
}

let made = 0

/** Makes proofs for one request, right ones unless it is told otherwise. */
export async function proofMaker(request: Request, key: ProofKey): Promise<ProofMaker> {
  const { method, url, token, now } = request
  const header = { typ: 'dpop+jwt', alg: key.alg, jwk: key.jwk }
  const claims = { htm: method, htu: url, iat: now, ath: await digestOf(token) }
  const changed = (part: Part, changes: Part | string = {}) =>
    typeof changes === 'string' ? changes : { ...part, ...changes }
  return {
    ...request,
    key,
    header,
    claims: { ...claims, jti: 'a-proof' },
    make: async ({ header: head, claims: body, key: signer = key } = {}) =>
      signed(signer, changed(header, head), changed({ ...claims, jti: `proof-${++made}` }, body)),
  }
}

/** The same proof with another signature in place of its own. */
export function resigned(proof: string, signature: (was: Uint8Array) => Uint8Array): string {
  const [header = '', claims = '', was = ''] = proof.split('.')
  return `${header}.${claims}.${base64url(signature(bytesOf(was)))}`
}
