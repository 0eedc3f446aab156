import { Unavailable } from '../domain/errors.ts'
import type { Signing, SigningKeys } from '../domain/signing.ts'
import type { Seconds } from '../domain/time.ts'
import type { KeyRing } from './key-ring.ts'
import { tryKey } from './key-trial.ts'
import { keyWrapping } from './key-wrapping.ts'
import { ownKeyProof, ownSigningKeys, provenOrOutage, strangeSigningKeys } from './own-keys.ts'
import { tokenSigner, type TokenType } from './signer.ts'
import { signingKeyMaker } from './signing-key-maker.ts'
import { tokenVerifier } from './token-verifier.ts'

type Around = {
  issuer: string
  wrappingKey: KeyRing
  now: () => Seconds
  /** Logs a problem. */
  tell: (problem: Unavailable) => void
}

/** Signing and verifying with the keys in D1 that are ours. */
export function signingWith(
  stored: SigningKeys,
  { issuer, wrappingKey, now, tell }: Around,
  typ?: TokenType,
): Signing {
  const wrapping = keyWrapping(wrappingKey)
  const isOurs = ownKeyProof(wrapping)
  const keys = { stored, isOurs, now }
  // A foreign key's id can be any text.
  const tellOf = (kid: string) =>
    tell(
      new Unavailable('signing_key', `a row is not a key of this deployment (${kid.slice(0, 50)})`),
    )
  const signingKeys = ownSigningKeys(keys, tellOf)
  return {
    signingKeys,
    strangeKeys: strangeSigningKeys(keys),
    signingKeyMaker: signingKeyMaker(wrapping),
    keyTrial: { run: (key) => tryKey(wrapping, key) },
    signer: tokenSigner(stored, wrapping, typ),
    tokenVerifier: tokenVerifier(issuer, provenOrOutage(signingKeys, isOurs)),
  }
}
