import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwksCache,
  jwtVerify,
} from 'jose'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { fetchKeys, sharedProviderFetch } from './fetch-provider.ts'

const keysOf = sharedProviderFetch<JSONWebKeySet>(10 * MINUTE)

/** The owner of the keys, and where they are published. */
export type KeyPlace = { what: string; url: string; now: Seconds }

/**
 * The keys known, and a way to newer ones: at most once a cooldown, so that junk cannot cause a
 * flood. It gives the same again where there are none.
 * @throws Unavailable where there are no keys
 */
export async function keysAt({ what, url, now }: KeyPlace) {
  const fetchSet = () => fetchKeys(what, url)
  const keys = await keysOf(what, url, now, fetchSet)
  return { keys, newer: () => keysOf(what, url, now, fetchSet, (others) => others !== keys) }
}

/**
 * The claims of a token that one of these keys signed.
 * @throws Unavailable where there are no keys; JOSEError when the token does not hold
 */
export async function claimsByKeys(
  place: KeyPlace,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const keys = await remoteKeys(place)
  try {
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    // Some put a new key in the place of the old one, under its name.
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    await keys.reload()
    return (await jwtVerify(token, keys, options)).payload
  }
}

/** A set for one request, on plain data: in workerd none may wait for the promise of another. */
async function remoteKeys(place: KeyPlace) {
  const { keys, newer } = await keysAt(place)
  return createRemoteJWKSet(new URL(place.url), {
    [jwksCache]: { jwks: keys, uat: Date.now() },
    [customFetch]: async () => Response.json(await newer()),
    // The cooldown of all requests together is in `newer`.
    cooldownDuration: 0,
  })
}
