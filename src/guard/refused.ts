/** Why a request does not pass (RFC 6750 §3.1), or `unreachable` if that is unknown. */
export type RefusedCode = 'no_token' | 'invalid_token' | 'insufficient_scope' | 'unreachable'

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: RefusedCode

  constructor(code: RefusedCode, description: string) {
    super(description)
    this.code = code
  }
}
