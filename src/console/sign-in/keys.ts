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

/** The owner of the keys, and the URL at which they are published. */
export type KeyPlace = { what: string; url: string; now: Seconds }

/**
 * The cached keys, and a function that fetches newer ones, at most once per cooldown, so that
 * invalid tokens do not flood the provider. It returns the same keys if there are no newer ones.
 * @throws Unavailable if there are no keys
 */
export async function keysAt({ what, url, now }: KeyPlace) {
  const fetchSet = () => fetchKeys(what, url)
  const keys = await keysOf(what, url, now, fetchSet)
  return { keys, newer: () => keysOf(what, url, now, fetchSet, (others) => others !== keys) }
}

/**
 * The claims of a token that one of these keys signed.
 * @throws Unavailable if there are no keys; JOSEError if the token is not valid
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
    // Some providers publish a new key under the id of the old one.
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    await keys.reload()
    return (await jwtVerify(token, keys, options)).payload
  }
}

/** A key set for one request: in workerd, a request must not await another request's promise. */
async function remoteKeys(place: KeyPlace) {
  const { keys, newer } = await keysAt(place)
  return createRemoteJWKSet(new URL(place.url), {
    [jwksCache]: { jwks: keys, uat: Date.now() },
    [customFetch]: async () => Response.json(await newer()),
    // `newer` has the cooldown that all requests share.
    cooldownDuration: 0,
  })
}
