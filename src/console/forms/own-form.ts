import { Refusal } from '../../domain/errors.ts'
import { hasMediaType, utf8Text } from '../../web/body.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/**
 * Whether a page of this console posted the form, by headers that browsers send and no page can
 * choose. Under `Referrer-Policy: no-referrer`, which a host's middleware may set on every answer,
 * the Origin is `null` (Fetch, "append a request `Origin` header"), as for a sandboxed frame.
 * `Sec-Fetch-Site` tells the two apart.
 */
function isOfOurPage(c: ConsoleContext): boolean {
  const origin = c.req.header('origin')
  if (origin === 'null') return c.req.header('sec-fetch-site') === 'same-origin'
  return origin === new URL(c.var.deps.issuer).origin
}

/** The fields of a form; null for any other content type, and for a form of another site. */
export function formOfOurs(c: ConsoleContext): URLSearchParams | null {
  return isOfOurPage(c) && isForm(c) ? new URLSearchParams(utf8Text(c.var.body)) : null
}

export function requireFormOfOurs(c: ConsoleContext): URLSearchParams {
  if (!isOfOurPage(c)) refuseOrigin(c)
  if (!isForm(c)) throw new Refusal('unsupported_media_type', 'Send a form.')
  return new URLSearchParams(utf8Text(c.var.body))
}

/** Another address of this server, such as 127.0.0.1 for localhost, has cookies of its own. */
function refuseOrigin(c: ConsoleContext): never {
  const here = new URL(c.req.url)
  const issuer = new URL(c.var.deps.issuer)
  if (c.req.header('origin') !== here.origin || here.origin === issuer.origin) refuseForeign()
  throw new Refusal(
    'forbidden',
    `The console works at ${issuer.origin} only. Open ${issuer.origin}${c.var.base} and try again.`,
  )
}

export function refuseForeign(): never {
  throw new Refusal(
    'forbidden',
    'This form is not from a page of this session. Reload the form and try again.',
  )
}

function isForm(c: ConsoleContext): boolean {
  return hasMediaType(c.req.raw, 'application/x-www-form-urlencoded')
}
