import type { ApiSettings } from './options.ts'

/** The nonce for a client's next proofs (RFC 9449 §9); null where none is asked for. */
export async function nonceNow({ dpop, now }: ApiSettings): Promise<string | null> {
  return dpop.nonces && dpop.nonces.current(now())
}
