import type { ConsoleContext, SessionCookie, Visitor } from '../kit/console-env.ts'
import type { Administrator } from '../../domain/administrator.ts'
import { openSession as commitSession } from '../../actions/administrators/open-session.ts'
import type { Principal } from '../../domain/authority.ts'
import { isOpen } from '../../domain/session.ts'
import { dropCookie, readCookie, writeCookie } from '../kit/cookie.ts'
import { assertedAddress, platformAgrees } from './access.ts'
import { administratorAt } from './find-administrator.ts'

const COOKIE = '__Host-portcullis'

export async function openSession(
  c: ConsoleContext,
  who: SessionCookie['who'],
): Promise<SessionCookie> {
  const { deps, requestId } = c.var
  const signedIn = who.type === 'bootstrap' ? ({ type: who.type, id: who.type } as const) : who
  const opened = await commitSession(deps, { who: signedIn, requestId })
  const { sessionId: id, createdAt, expiresAt } = opened
  const session = { id, who, expiresAt }
  writeCookie(c, COOKIE, await deps.sessionCookies.write(session), expiresAt - createdAt)
  return session
}

export function dropSessionCookie(c: ConsoleContext): void {
  dropCookie(c, COOKIE)
}

/** The visitor by a valid cookie or by Cloudflare Access; null if there is neither. */
export async function findVisitor(c: ConsoleContext): Promise<Visitor | null> {
  return (await visitorByCookie(c)) ?? visitorByAccess(c)
}

async function visitorByCookie(c: ConsoleContext): Promise<Visitor | null> {
  const text = readCookie(c, COOKIE)
  if (text === undefined) return null
  const session = (await c.var.deps.sessionCookies.read(text)) as SessionCookie | null
  if (!session || session.expiresAt <= c.var.deps.now()) return null
  return visitorOf(c, session)
}

/** Opens a session for the person that Access vouches for, if they are an administrator. */
async function visitorByAccess(c: ConsoleContext): Promise<Visitor | null> {
  const address = await assertedAddress(c)
  if (address === null || !(await platformAgrees(c, address))) return null
  const administrator = await administratorAt(c, address)
  if (!administrator) return null
  return visitorOf(c, await openSession(c, sessionFor(c, administrator, 'access')))
}

/** The content of a session for this administrator. */
export function sessionFor(
  c: ConsoleContext,
  { administratorId: id, email }: Administrator,
  via: 'oidc' | 'access',
): SessionCookie['who'] {
  return { type: 'administrator', id, email, via, issuer: issuerOf(c, via) }
}

/** The issuer that vouches for the person. A session ends if it is no longer configured. */
function issuerOf(c: ConsoleContext, via: 'oidc' | 'access'): string | null {
  return c.var.deps.signInBy[via]?.issuer ?? null
}

/** Asks the database each time, so that a sign-out or a removal works at once. */
export async function visitorOf(
  c: ConsoleContext,
  session: SessionCookie,
): Promise<Visitor | null> {
  const { deps } = c.var
  const { who } = session
  const found = await deps.sessions.find(session.id)
  if (!found || !isOpen(found.session, deps.now())) return null
  if (who.type === 'bootstrap') {
    if (!(await deps.bootstrapMarkHolds(who.mark))) return null
    const principal: Principal = { type: 'bootstrap', id: 'bootstrap' }
    return { session, principal, name: 'Bootstrap token' }
  }
  const { administrator } = found
  if (administrator?.administratorId !== who.id || administrator.email !== who.email) return null
  if (who.issuer !== issuerOf(c, who.via)) return null
  // The cookie alone does not suffice here: Access must vouch for each request.
  const isByAccess = who.via === 'access'
  if (isByAccess && (await assertedAddress(c)) !== administrator.email) return null
  const { access, email, administratorId: id } = administrator
  return { session, principal: { type: 'administrator', id, access }, name: email }
}
