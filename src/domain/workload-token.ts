import type { FederationAlgorithm, TrustedIssuer } from './federation.ts'
import type { RemoteKey } from './remote-keys.ts'
import type { Seconds } from './time.ts'

/** A workload's token as it describes itself, before anything of it is believed. */
export type WorkloadToken = {
  alg: string
  kid: string | null
  claims: Record<string, unknown>
}

export const WORKLOAD_CHECKS = [
  ...(['form', 'issuer', 'algorithm', 'key', 'signature', 'subject'] as const),
  ...(['audience', 'time', 'lifetime', 'jti'] as const),
]

/** One thing that was checked of a token, whatever the rules say. */
export type TokenCheck = {
  check: (typeof WORKLOAD_CHECKS)[number]
  holds: boolean
  /** The finding in words. */
  detail: string
}

/** A token with all that was found of it; `issuer` is null where none that is believed issued it. */
export type Judgement = {
  issuer: TrustedIssuer | null
  claims: Record<string, unknown>
  checks: TokenCheck[]
}

export interface WorkloadTokens {
  /** Null where the text is not a signed JWT of a form that could be accepted. */
  read(token: string): WorkloadToken | null
  isSignedBy(token: string, key: RemoteKey, algorithm: FederationAlgorithm): Promise<boolean>
  /** Tells one token from every other of its issuer; never by the signature, which has two forms. */
  idOf(issuer: string, jti: string): Promise<string>
}

/** How far the clock of an issuer may be off. */
export const WORKLOAD_SKEW: Seconds = 60
