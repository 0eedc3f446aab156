import { isSecretJwk } from '../domain/public-key.ts'
import { hasPrivatePem } from '../platform/pem.ts'

// Files with keys are judged here before anything of them is sent: a private key never leaves this machine.

/** Whether a text has a private or symmetric key: as PEM, or as a JWK however deep in JSON. */
export function hasPrivateKey(text: string): boolean {
  return hasPrivatePem(text) || isPrivate(jsonOf(text))
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
