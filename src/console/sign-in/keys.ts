import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { askForKeys, sharedAsk } from './ask.ts'

const keysOf = sharedAsk<JSONWebKeySet>(10 * MINUTE)

/** The owner of the keys, and where they are published. */
export type KeyPlace = { what: string; url: string; now: Seconds }

/**
 * The claims of a token that one of these keys signed. If the token's key is missing, keys are
 * fetched anew, but at most once a cooldown, so that junk cannot cause a flood.
 * @throws Unavailable where there are no keys; JOSEError when the token does not hold
 */
export async function claimsByKeys(
  place: KeyPlace,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const { what, url, now } = place
  const ask = () => askForKeys(what, url)
  const keys = await keysOf(what, url, now, ask)
  try {
    return await claimsIn(token, keys, options)
  } catch (error) {
    if (!isOfAnotherKey(error)) throw error
    const fresh = await keysOf(what, url, now, ask, (others) => others !== keys)
    if (fresh === keys) throw error
    return claimsIn(token, fresh, options)
  }
}

async function claimsIn(
  token: string,
  keys: JSONWebKeySet,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options)
  return payload
}

/** Whether newer keys could help: some providers give a new key no `kid`, or the old one's. */
function isOfAnotherKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
}
