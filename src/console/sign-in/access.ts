import { errors, type JWTPayload } from 'jose'
import { readAddress } from '../../domain/administrator.ts'
import type { AccessSettings } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'
import { contextOf } from '../../web/background.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { claimsByKeys } from './keys.ts'

const CLOCK_TOLERANCE: Seconds = 10

/**
 * The address that Cloudflare Access vouches for with this request, or null. It is proven by a
 * signed assertion, which must agree with `ctx.access` if that exists, or by `ctx.access` alone:
 * the platform sets it, and a request cannot forge it.
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
