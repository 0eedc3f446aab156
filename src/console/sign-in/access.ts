import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { readAddress } from '../../domain/administrator.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { AccessSettings } from '../../domain/sign-in.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { contextOf } from '../../web/behind.ts'
import type { ConsoleContext } from '../door.ts'
import { askForKeys } from './ask.ts'

const MAX_AGE: Seconds = 10 * MINUTE
/** No more often are keys fetched for a `kid` that is not among them. */
const COOLDOWN: Seconds = 30
const CLOCK_TOLERANCE: Seconds = 10

/** The keys of each team, as text and not as a promise: no request may wait for another's fetch. */
const known = new Map<string, { keys: JSONWebKeySet; fetchedAt: Seconds }>()

/** When they could not be fetched: whoever sends junk then causes no fetch for each of it. */
const unreachable = new Map<string, Seconds>()
const RETRY_AFTER: Seconds = 5

/**
 * The address for which Cloudflare Access vouches with this request; null for none. By the assertion's
 * signature, with which the platform, where it says who is there, must agree; or by the platform
 * alone: `ctx.access` is its own, and no request can bring one.
 */
export async function assertedAddress(c: ConsoleContext): Promise<string | null> {
  const { access } = c.var.deps.signInBy
  if (!access) return null
  const platform = contextOf(c)?.access
  if (platform && platform.aud !== access.audience) return null
  const assertion = c.req.header('cf-access-jwt-assertion')
  if (!assertion) return platform ? addressOf(platform) : null
  const payload = await verified(access, assertion, c.var.deps.now())
  const email = payload?.['email']
  return typeof email === 'string' ? readAddress(email) : null
}

/** Whether the platform, where it says who is there, says this address. Asked once a session. */
export async function platformAgrees(c: ConsoleContext, address: string): Promise<boolean> {
  const platform = contextOf(c)?.access
  if (!platform) return true
  return (await addressOf(platform)) === address
}

async function addressOf(platform: CloudflareAccessContext): Promise<string | null> {
  const identity = await platform.getIdentity()
  return readAddress(identity?.email ?? '')
}

async function verified(
  access: AccessSettings,
  assertion: string,
  now: Seconds,
): Promise<JWTPayload | null> {
  const keys = await keysOf(access.issuer, now, MAX_AGE)
  try {
    return await verifiedBy(keys, access, assertion, now)
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    if (!(error instanceof errors.JWKSNoMatchingKey)) return null
  }
  const fresh = await keysOf(access.issuer, now, COOLDOWN)
  if (fresh === keys) return null
  return verifiedBy(fresh, access, assertion, now).catch(nobody)
}

async function verifiedBy(
  keys: JSONWebKeySet,
  { issuer, audience }: AccessSettings,
  assertion: string,
  now: Seconds,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(assertion, createLocalJWKSet(keys), {
    issuer,
    audience,
    algorithms: ['RS256', 'ES256'],
    requiredClaims: ['exp', 'iat', 'email'],
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(now * 1000),
  })
  return payload
}

function nobody(error: unknown): null {
  if (error instanceof errors.JOSEError) return null
  throw error
}

async function keysOf(issuer: string, now: Seconds, maxAge: Seconds): Promise<JSONWebKeySet> {
  const found = known.get(issuer)
  if (found && now - found.fetchedAt < maxAge) return found.keys
  if ((unreachable.get(issuer) ?? 0) > now - RETRY_AFTER) {
    throw new Unavailable('identity_provider', 'Cloudflare Access did not answer a moment ago')
  }
  try {
    const keys = await askForKeys('the keys of Cloudflare Access', `${issuer}/cdn-cgi/access/certs`)
    known.set(issuer, { keys, fetchedAt: now })
    return keys
  } catch (error) {
    unreachable.set(issuer, now)
    throw error
  }
}
