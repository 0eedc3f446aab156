import type { Administrator } from '../domain/administrator.ts'
import type { Principal } from '../domain/authority.ts'
import { HOUR, type Seconds } from '../domain/time.ts'
import { dropCookie, readCookie, writeCookie } from './cookie.ts'
import type { ConsoleContext, Visitor } from './door.ts'
import { assertedAddress, platformAgrees } from './sign-in/access.ts'
import { administratorAt } from './sign-in/find-administrator.ts'

/** What the cookie says, signed: who it is, and until when. What they may do is asked each time. */
export type Session = {
  id: string
  who:
    | { type: 'bootstrap'; mark: string }
    | {
        type: 'administrator'
        id: string
        /** The address that was vouched for: a record that is another person's now opens nothing. */
        email: string
        via: 'oidc' | 'access'
        /** Of the provider; null where there is none to ask. */
        issuer: string | null
      }
  expiresAt: Seconds
}

const SESSION_LIFETIME: Seconds = 8 * HOUR

const COOKIE = '__Host-portcullis'
const ID_LENGTH = 22

export async function openSession(c: ConsoleContext, who: Session['who']): Promise<Session> {
  const { deps } = c.var
  const id = deps.random(ID_LENGTH)
  const session = { id, who, expiresAt: deps.now() + SESSION_LIFETIME }
  const text = await deps.sessions.write(session)
  writeCookie(c, COOKIE, text, SESSION_LIFETIME)
  return session
}

export function closeSession(c: ConsoleContext): void {
  dropCookie(c, COOKIE)
}

/** Who the cookie says is there, if that still holds, or Cloudflare Access; null for nobody. */
export async function findVisitor(c: ConsoleContext): Promise<Visitor | null> {
  return (await visitorByCookie(c)) ?? visitorByAccess(c)
}

async function visitorByCookie(c: ConsoleContext): Promise<Visitor | null> {
  const text = readCookie(c, COOKIE)
  if (text === undefined) return null
  const session = (await c.var.deps.sessions.read(text)) as Session | null
  if (!session || session.expiresAt <= c.var.deps.now()) return null
  return visitorOf(c, session)
}

/** Opens a session for whom Access vouches, if it is an administrator. */
async function visitorByAccess(c: ConsoleContext): Promise<Visitor | null> {
  const address = await assertedAddress(c)
  if (address === null || !(await platformAgrees(c, address))) return null
  const administrator = await administratorAt(c, address)
  if (!administrator) return null
  return visitorOf(c, await openSession(c, whoIs(c, administrator, 'access')))
}

/** What the session of an administrator says. */
export function whoIs(
  c: ConsoleContext,
  { administratorId: id, email }: Administrator,
  via: 'oidc' | 'access',
): Session['who'] {
  return { type: 'administrator', id, email, via, issuer: issuerOf(c, via) }
}

/** Who vouches: a session ends with the configuration of whom it came from. */
function issuerOf(c: ConsoleContext, via: 'oidc' | 'access'): string | null {
  return c.var.deps.signInBy[via]?.issuer ?? null
}

/** Asked of D1 each time, so that removing somebody works at once. */
async function visitorOf(c: ConsoleContext, session: Session): Promise<Visitor | null> {
  const { deps } = c.var
  const { who } = session
  if (who.type === 'bootstrap') {
    if (who.mark !== (await deps.bootstrapMark())) return null
    const principal: Principal = { type: 'bootstrap', id: 'bootstrap' }
    return { session, principal, name: 'Bootstrap token' }
  }
  const administrator = await deps.administrators.find(who.id)
  if (administrator?.email !== who.email || who.issuer !== issuerOf(c, who.via)) return null
  // Alone the cookie of such a session is nothing: it came from a request that Access vouched for.
  const isByAccess = who.via === 'access'
  if (isByAccess && (await assertedAddress(c)) !== administrator.email) return null
  const { access, email, administratorId: id } = administrator
  return { session, principal: { type: 'administrator', id, access }, name: email }
}
