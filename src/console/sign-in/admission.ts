import { openMemberSession } from '../../actions/administrators/open-member-session.ts'
import type { Administrator } from '../../domain/administrator.ts'
import { type Granted, grantedBy } from '../../domain/group-access.ts'
import { isBlocked, type ProvenPerson } from '../../domain/member.ts'
import type { ConsoleContext, SessionCookie } from '../kit/console-env.ts'
import { administratorAt } from './find-administrator.ts'
import { blocked, noAdministrator, type Problem } from './problems.ts'

/** A person whose address the provider has verified; `subject` is null if it gave them no name. */
export type Verified = {
  email: string
  issuer: string
  subject: string | null
  /** All that is said of the person, this claim among it if there is one. */
  claims: (name: string) => Promise<Answered<Record<string, unknown>>>
}

export type Answered<T> = { value: T; problem: null } | { value: null; problem: Problem }

/** How a person gets in: by the list of administrators, by a group, or not. */
export type Admission =
  | { by: 'list'; administrator: Administrator }
  | { by: 'group'; person: ProvenPerson; granted: Granted }
  | { by: null; problem: Problem }

/** The list goes first: a person who is in it has what it says, whatever their groups are. */
export async function admissionOf(c: ConsoleContext, verified: Verified): Promise<Admission> {
  const { deps } = c.var
  const { email, issuer, subject, claims } = verified
  const administrator = await administratorAt(c, email)
  if (administrator) return { by: 'list', administrator }
  const { groups } = deps.signInBy
  if (!groups || !subject) return { by: null, problem: noAdministrator(email) }
  const { value, problem } = await claims(groups.claim)
  if (problem) return { by: null, problem }
  const granted = grantedBy(groups, value)
  if (!granted) return { by: null, problem: noAdministrator(email) }
  const person = { email, issuer, subject }
  if (isBlocked(await deps.members.like(person))) return { by: null, problem: blocked(email) }
  return { by: 'group', person, granted }
}

/** The session of a person whom a group lets in, and what its cookie says. */
export async function memberSession(
  c: ConsoleContext,
  { person, granted }: Admission & { by: 'group' },
  via: 'oidc' | 'access',
): Promise<{
  session: { sessionId: string; createdAt: number; expiresAt: number }
  who: SessionCookie['who']
}> {
  const { deps, requestId } = c.var
  const { session, member } = await openMemberSession(deps, { person, granted, requestId })
  const { email, issuer } = person
  const given = { claim: deps.signInBy.groups?.claim ?? '', value: granted.value }
  const who = { type: 'member' as const, id: member.administratorId, email, via, issuer, ...given }
  return { session, who }
}
