import { isSecretJwk } from '../domain/public-key.ts'

// Files with keys are judged here before anything of them is sent: a private key never leaves this machine.

/** As OpenSSL, OpenSSH, PGP and SSH2 begin and end one. */
const ARMOUR = /PRIVATE KEY[A-Z ]*-{4}/

/** Whether a text has a private or symmetric key: as PEM, or as a JWK however deep in JSON. */
export function hasPrivateKey(text: string): boolean {
  return ARMOUR.test(text) || isPrivate(jsonOf(text))
}

function isPrivate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return isSecretJwk(value) || Object.values(value).some(isPrivate)
}

/** Undefined for a text that is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * Whether a text is one PEM block and nothing else, as the server demands: `openssl pkey -text`
 * writes the numbers of a private key beside the block of its public key.
 */
export function isPem(text: string, label: 'PUBLIC KEY' | 'CERTIFICATE'): boolean {
  return new RegExp(`^-----BEGIN ${label}-----[^-]+-----END ${label}-----$`).test(text)
}
