/** The keys whose possession a token needs (`cnf`, RFC 7800 §3.1); all of those that are named. */
export type Confirmation = {
  /** The thumbprint of a key that signs proofs (RFC 9449 §6.1). */
  jkt?: string
  /** The thumbprint of a client's certificate (RFC 8705 §3.1). */
  'x5t#S256'?: string
}
