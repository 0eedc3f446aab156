/** Why a request does not pass (RFC 6750 §3.1, RFC 9449 §7.1), or `unreachable` if that is unknown. */
export type RefusedCode =
  | 'no_token'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  | 'unreachable'

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: RefusedCode
  /** Whether the token needs a proof, of which the client may not know. */
  readonly isBound: boolean

  constructor(code: RefusedCode, description: string, { isBound = false } = {}) {
    super(description)
    this.code = code
    this.isBound = isBound
  }
}
