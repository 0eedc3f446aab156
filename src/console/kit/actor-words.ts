import type { Deps } from '../../domain/deps.ts'
import {
  type Actor,
  authorsOf,
  type KnownName,
  type KnownNames,
  nameKey,
} from '../../domain/audit.ts'

/** Names the actor by its current address or name, or by its last one if it is gone. */
export function actorInWords(actor: Actor, names: KnownNames): string {
  if (actor.type === 'bootstrap') return 'the bootstrap token'
  if (actor.type === 'system') return 'Portcullis itself'
  return nameInWords(actor, names) ?? actor.id
}

/** The same for the id alone, as what somebody made keeps it. */
export function creatorInWords(id: string, names: KnownNames): string {
  if (id === 'bootstrap') return 'the bootstrap token'
  return id === 'portcullis' ? 'Portcullis itself' : (authorInWords(id, names) ?? id)
}

/** The name of the author with this id; null if it is not known. */
export function authorInWords(id: string, names: KnownNames): string | null {
  const [first = null] = authorsOf(id).flatMap((one) => nameInWords(one, names) ?? [])
  return first
}

/** Asks who created one credential. */
export async function creatorOf(
  { auditEvents }: Pick<Deps, 'auditEvents'>,
  { createdBy }: { createdBy: string },
): Promise<string> {
  const isNamed = createdBy !== 'bootstrap'
  return creatorInWords(
    createdBy,
    isNamed ? await auditEvents.names(authorsOf(createdBy)) : new Map(),
  )
}

/** The name of an administrator, a client, an API or a role; null if it is not known. */
export function nameInWords(one: { type: string; id: string }, names: KnownNames): string | null {
  const known = names.get(nameKey(one))
  if (!known) return null
  if (one.type === 'administrator') return personInWords(known)
  return known.isGone ? `${known.name} (deleted)` : known.name
}

export function personInWords({ name, isGone }: KnownName): string {
  return isGone ? `${name} (removed)` : name
}
