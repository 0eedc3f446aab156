import type { ApiSettings } from './options.ts'
import type { Scheme } from './presented.ts'

type Parameter = [name: string, value: string]

/**
 * A challenge for each scheme that is accepted. First, and alone with the error, is that of the
 * scheme that was used: some clients read no further than the first.
 */
export function challenges(
  error: string | null,
  api: ApiSettings,
  used: Scheme,
  isBound: boolean,
): string[] {
  const { isOffered, required } = api.dpop
  if (required) return [dpop(error, api)]
  if (used === 'DPoP') return [dpop(error, api), bearer(null, api)]
  return isOffered || isBound ? [bearer(error, api), dpop(null, api)] : [bearer(error, api)]
}

/** RFC 6750 §3. */
function bearer(error: string | null, api: ApiSettings): string {
  return challenge('Bearer', [['realm', api.audience]], error, api)
}

/** RFC 9449 §7.1. */
function dpop(error: string | null, api: ApiSettings): string {
  return challenge('DPoP', [['algs', api.dpop.algorithms.join(' ')]], error, api)
}

/** Names the scope in each challenge, so that a client can ask for exactly that. */
function challenge(
  scheme: Scheme,
  own: Parameter[],
  error: string | null,
  { scopes, resourceMetadata }: ApiSettings,
): string {
  const parts = own
  if (error !== null) parts.push(['error', error])
  if (scopes.length > 0) parts.push(['scope', scopes.join(' ')])
  // RFC 9728 §5.1.
  if (resourceMetadata !== null) parts.push(['resource_metadata', resourceMetadata])
  return `${scheme} ${parts.map(([name, value]) => `${name}="${quotable(value)}"`).join(', ')}`
}

/** RFC 9110 §5.6.4: an audience may have quotation marks in it. */
function quotable(value: string): string {
  return value.replaceAll(/["\\]/g, String.raw`\$&`)
}
