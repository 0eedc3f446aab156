import { readFileSync } from 'node:fs'
import { usageFailure } from '../failure.ts'
import { readStdin } from '../secret-input.ts'

/** The text of a file with a key, or of standard input. */
export async function readKeyText(file: string): Promise<string> {
  return file === '-' ? readStdin() : textOf(file)
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw usageFailure(`${file} cannot be read (${String(error.code)}).`)
  }
}

/** A JWK, or null for a text that does not begin like one. */
export function jwkIn(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    // The parser's own message would quote the text, and a private key in it.
    if (error instanceof SyntaxError)
      throw usageFailure('The key begins like a JWK, but is not JSON.')
    throw error
  }
}

/** The fields of a request for the key. A private key never leaves this machine. */
export function readPublicKey(text: string): { jwk: object } | { pem: string } {
  const jwk = jwkIn(text)
  if (jwk ? 'd' in jwk || 'k' in jwk : text.includes('PRIVATE KEY-----')) {
    throw usageFailure('That is a private key, which stays with its client. Nothing was sent.')
  }
  return jwk ? { jwk } : { pem: text }
}
