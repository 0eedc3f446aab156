import { usageFailure } from '../failure.ts'

/** A private key never leaves this machine. */
export function readKeySet(text: string): object {
  const set = jsonIn(text)
  if (!Array.isArray(set?.['keys'])) throw usageFailure('The keys are not a JWKS: {"keys": [...]}.')
  const keys = set['keys'] as (Record<string, unknown> | null)[]
  if (keys.some((key) => key !== null && typeof key === 'object' && ('d' in key || 'k' in key))) {
    throw usageFailure('There is a private key in the JWKS. Nothing was sent.')
  }
  return set
}

function jsonIn(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown> | null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
