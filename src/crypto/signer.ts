import { Unavailable } from '../domain/errors.ts'
import type { Signer, SigningKeys } from '../domain/signing.ts'
import type { Algorithm } from '../domain/signing-key.ts'
import { toBase64url, utf8 } from '../platform/bytes.ts'
import { SIGNATURES, unwrapped } from './key-trial.ts'
import type { KeyWrapping } from './key-wrapping.ts'
import { isNamedByThumbprint } from './own-keys.ts'

/** RFC 9068 §2.1, RFC 8417 §2.3: neither is ever taken for the other. */
export type TokenType = 'at+jwt' | 'secevent+jwt'

/** `head` is the token's first part (RFC 7515 §7.1), identical in every token of a key. */
type UsableKey = { kid: string; key: CryptoKey; algorithm: Algorithm; head: string }

/**
 * Signs tokens of one type with keys that are unwrapped once per isolate; a status list, which few
 * requests sign, unwraps its key each time. Uses Web Crypto directly: the signature is most of the
 * work of a token request, and through a library it takes half as long again.
 */
export function tokenSigner(
  signingKeys: SigningKeys,
  wrapping: KeyWrapping,
  typ: TokenType = 'at+jwt',
): Signer {
  const usable = new Map<string, UsableKey>()
  const load = async (kid: string): Promise<UsableKey> => {
    const stored = (await signingKeys.all()).find((key) => key.kid === kid)
    if (!stored) throw new Unavailable('signing_key', 'the active key is not in D1')
    if (!(await isNamedByThumbprint(stored))) {
      throw new Unavailable(
        'signing_key',
        'the kid of the active key does not match its public key',
      )
    }
    const { algorithm, wrappedKey } = stored
    const key = await unwrapped(wrapping, wrappedKey, kid, algorithm)
    const fresh = { kid, key, algorithm, head: headOf({ algorithm, kid }, typ) }
    usable.set(kid, fresh)
    return fresh
  }
  return {
    async load(kid) {
      if (!usable.has(kid)) await load(kid)
    },
    async sign(claims, kid) {
      const known = usable.get(kid) ?? (await load(kid))
      return signedText(known, known.head, claims)
    },
    async signList(claims, kid) {
      const known = await load(kid)
      return signedText(known, headOf(known, 'statuslist+jwt'), claims)
    },
  }
}

function headOf({ algorithm, kid }: Pick<UsableKey, 'algorithm' | 'kid'>, typ: string): string {
  return toBase64url(utf8(JSON.stringify({ alg: algorithm, typ, kid })))
}

async function signedText({ key, algorithm }: UsableKey, head: string, claims: object) {
  const input = `${head}.${toBase64url(utf8(JSON.stringify(claims)))}`
  const signature = await crypto.subtle.sign(SIGNATURES[algorithm], key, utf8(input))
  return `${input}.${toBase64url(signature)}`
}
