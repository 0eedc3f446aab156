import type { Actor } from '../../domain/audit.ts'

/** Names the actor by its current address or name, or by its id if it is gone. */
export function actorInWords({ type, id }: Actor, names: Map<string, string>): string {
  if (type === 'bootstrap') return 'the bootstrap token'
  if (type === 'system') return 'Portcullis itself'
  return names.get(id) ?? id
}
