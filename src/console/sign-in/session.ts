import type { ConsoleContext, SessionCookie, Visitor } from '../kit/console-env.ts'
import type { Administrator, AdministratorAccess } from '../../domain/administrator.ts'
import { openSession as commitSession } from '../../actions/administrators/open-session.ts'
import type { Principal } from '../../domain/authority.ts'
import { accessOf, grantedBy } from '../../domain/group-access.ts'
import type { Member } from '../../domain/member.ts'
import { isOpen, type Session } from '../../domain/session.ts'
import { dropCookie, readCookie, writeCookie } from '../kit/cookie.ts'
import { assertedAddress, assertedIdentity, platformAgrees, verifiedBy } from './access.ts'
import { type Admission, admissionOf, memberSession } from './admission.ts'

type Who = SessionCookie['who']
type By<T extends Who['type']> = Extract<Who, { type: T }>
type Via = 'oidc' | 'access'

const COOKIE = '__Host-portcullis'

export async function openSession(
  c: ConsoleContext,
  who: By<'bootstrap' | 'administrator'>,
): Promise<SessionCookie> {
  const { deps, requestId } = c.var
  const signedIn = who.type === 'bootstrap' ? ({ type: who.type, id: who.type } as const) : who
  return keepSession(c, await commitSession(deps, { who: signedIn, requestId }), who)
}

/** Opens a session for a person who gets in. */
export async function enter(
  c: ConsoleContext,
  admission: Exclude<Admission, { by: null }>,
  via: Via,
): Promise<SessionCookie> {
  if (admission.by === 'list') return openSession(c, sessionFor(c, admission.administrator, via))
  const { session, who } = await memberSession(c, admission, via)
  return keepSession(c, session, who)
}

async function keepSession(
  c: ConsoleContext,
  { sessionId: id, createdAt, expiresAt }: Pick<Session, 'sessionId' | 'createdAt' | 'expiresAt'>,
  who: Who,
): Promise<SessionCookie> {
  const session = { id, who, expiresAt }
  writeCookie(c, COOKIE, await c.var.deps.sessionCookies.write(session), expiresAt - createdAt)
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

/** Opens a session for the person that Access vouches for, if they get in. */
async function visitorByAccess(c: ConsoleContext): Promise<Visitor | null> {
  const identity = await assertedIdentity(c)
  if (!identity || !(await platformAgrees(c, identity.address))) return null
  const admission = await admissionOf(c, verifiedBy(c.var.deps.signInBy, identity))
  if (admission.by === null) return null
  return visitorOf(c, await enter(c, admission, 'access'))
}

/** The content of a session for this administrator. */
function sessionFor(
  c: ConsoleContext,
  { administratorId: id, email }: Administrator,
  via: Via,
): By<'administrator'> {
  return { type: 'administrator', id, email, via, issuer: issuerOf(c, via) }
}

/** The issuer that vouches for the person. A session ends if it is no longer configured. */
function issuerOf(c: ConsoleContext, via: Via): string | null {
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
  const access =
    who.type === 'member'
      ? await accessOfMember(c, who, found.member)
      : await accessOfAdministrator(c, who, found.administrator)
  if (access === null) return null
  return { session, principal: { type: 'administrator', id: who.id, access }, name: who.email }
}

async function accessOfAdministrator(
  c: ConsoleContext,
  who: By<'administrator'>,
  administrator: Administrator | null,
): Promise<AdministratorAccess | null> {
  if (administrator?.administratorId !== who.id || administrator.email !== who.email) return null
  if (who.issuer !== issuerOf(c, who.via)) return null
  // The cookie alone does not suffice here: Access must vouch for each request.
  const isByAccess = who.via === 'access'
  if (isByAccess && (await assertedAddress(c)) !== administrator.email) return null
  return administrator.access
}

/**
 * Judges the group by the settings of this request; by Access, it judges the token of this request.
 */
async function accessOfMember(
  c: ConsoleContext,
  who: By<'member'>,
  member: Member | null,
): Promise<AdministratorAccess | null> {
  const { groups } = c.var.deps.signInBy
  if (!groups || groups.claim !== who.claim || who.issuer !== issuerOf(c, who.via)) return null
  if (member?.administratorId !== who.id || member.email !== who.email) return null
  if (member.blockedAt !== null) return null
  if (who.via === 'oidc') return accessOf(groups, who.value)
  const asserted = await assertedIdentity(c)
  if (asserted?.address !== member.email || asserted.subject !== member.subject) return null
  return grantedBy(groups, asserted.claims)?.access ?? null
}
