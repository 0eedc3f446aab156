import type { Deps } from '../../domain/deps.ts'
import type { Actor, KnownName, KnownNames } from '../../domain/audit.ts'

/** Names the actor by its current address or name, or by its last one if it is gone. */
export function actorInWords({ type, id }: Actor, names: KnownNames): string {
  if (type === 'bootstrap') return 'the bootstrap token'
  if (type === 'system') return 'Portcullis itself'
  return nameInWords(id, names) ?? id
}

/** The same for the id alone, as what somebody made keeps it. */
export function creatorInWords(id: string, names: KnownNames): string {
  if (id === 'bootstrap') return 'the bootstrap token'
  return id === 'portcullis' ? 'Portcullis itself' : (nameInWords(id, names) ?? id)
}

/** Asks who created one credential. */
export async function creatorOf(
  { auditEvents }: Pick<Deps, 'auditEvents'>,
  { createdBy }: { createdBy: string },
): Promise<string> {
  const isNamed = createdBy !== 'bootstrap'
  return creatorInWords(createdBy, isNamed ? await auditEvents.names([createdBy]) : new Map())
}

/** The name of an administrator, a client, an API or a role; null if it is not known. */
export function nameInWords(id: string, names: KnownNames): string | null {
  const known = names.get(id)
  return known ? personInWords({ id, ...known }) : null
}

export function personInWords({ id, name, isGone }: KnownName & { id: string }): string {
  if (!isGone) return name
  return `${name} (${id.startsWith('administrator_') ? 'removed' : 'deleted'})`
}
