import { errors, type JWTPayload } from 'jose'
import { readAddress } from '../../domain/administrator.ts'
import type { AccessSettings, SignInBy } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'
import { contextOf } from '../../web/background.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Verified } from './admission.ts'
import { claimsByKeys } from './keys.ts'

const CLOCK_TOLERANCE: Seconds = 10

/** A person by the word of Cloudflare Access. */
export type AssertedIdentity = {
  address: string
  /** Null by the platform's word alone, which has no claims either. */
  subject: string | null
  /** The custom claims of the identity provider in the application token. */
  claims: Record<string, unknown>
}

/** The same, as the rules for who gets in take it. */
export function verifiedBy(
  { access }: Pick<SignInBy, 'access'>,
  { address: email, subject, claims: value }: AssertedIdentity,
): Verified {
  const claims = async () => ({ value, problem: null })
  return { email, issuer: access?.issuer ?? '', subject, claims }
}

/** The address that Cloudflare Access vouches for with this request, or null. */
export async function assertedAddress(c: ConsoleContext): Promise<string | null> {
  return (await assertedIdentity(c))?.address ?? null
}

/**
 * The person whom Cloudflare Access vouches for with this request, or null. It is proven by a
 * signed assertion, which must agree with `ctx.access` if that exists, or by `ctx.access` alone:
 * the platform sets it, and a request cannot forge it.
 */
export async function assertedIdentity(c: ConsoleContext): Promise<AssertedIdentity | null> {
  const { access } = c.var.deps.signInBy
  if (!access) return null
  const platform = contextOf(c)?.access
  if (platform && platform.aud !== access.audience) return null
  const assertion = c.req.header('cf-access-jwt-assertion')
  if (!assertion) return platform ? identityFrom(await addressOf(platform)) : null
  const payload = await verified(access, assertion, c.var.deps.now())
  const email = payload?.['email']
  return identityFrom(typeof email === 'string' ? readAddress(email) : null, payload ?? {})
}

function identityFrom(
  address: string | null,
  { sub, custom }: JWTPayload = {},
): AssertedIdentity | null {
  if (address === null) return null
  const isObject = typeof custom === 'object' && custom !== null
  const claims = isObject ? (custom as Record<string, unknown>) : {}
  return { address, subject: sub || null, claims }
}

/** Whether `ctx.access`, if it exists, has this address. Checked once per session. */
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
  { issuer, audience }: AccessSettings,
  assertion: string,
  now: Seconds,
): Promise<JWTPayload | null> {
  const url = `${issuer}/cdn-cgi/access/certs`
  try {
    return await claimsByKeys({ what: 'the keys of Cloudflare Access', url, now }, assertion, {
      issuer,
      audience,
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['exp', 'iat', 'email'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now * 1000),
    })
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
