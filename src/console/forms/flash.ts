import { type Flash, BANNERS } from './banners.ts'
import { cut } from '../../domain/text.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { dropCookie, readCookie, writeCookie } from '../kit/cookie.ts'
import { type Banner, type ConsoleContext, goTo } from '../kit/console-env.ts'

type Sent = Flash & { session: string; path: string; until: Seconds }

const COOKIE = '__Host-portcullis-flash'
const PERIOD: Seconds = MINUTE
const NAME_SHOWN = 200

/**
 * Redirects after a change, so that a reload does not repeat it (RFC 9110 §15.4.4). The next page
 * shows the flash message once.
 */
export async function redirectWithFlash(
  c: ConsoleContext,
  path: string,
  flash: Flash,
): Promise<Response> {
  const { deps, base, visitor } = c.var
  const sent: Sent = {
    ...flash,
    name: cut(flash.name, NAME_SHOWN),
    session: visitor.session.id,
    path: base + path,
    until: deps.now() + PERIOD,
  }
  writeCookie(c, COOKIE, await deps.flashes.write(sent), PERIOD)
  return goTo(c, path)
}

/** Takes the flash message for this page and session, if it is still true. */
export async function takeBanner(c: ConsoleContext): Promise<Banner | null> {
  const text = c.req.method === 'GET' ? readCookie(c, COOKIE) : undefined
  if (text === undefined) return null
  const sent = (await c.var.deps.flashes.read(text)) as Sent | null
  const isValid = sent?.session === c.var.visitor.session.id && sent.until > c.var.deps.now()
  if (isValid && sent.path !== c.req.path) return null
  const banner = isValid ? await BANNERS[sent.kind](c, sent) : null
  dropCookie(c, COOKIE)
  return banner
}
