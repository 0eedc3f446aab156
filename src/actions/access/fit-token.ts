import { Refusal } from '../../domain/errors.ts'
import type { Permission } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { type Holder, longestToken, TOKEN_LENGTH_MAX, weightOf } from '../../domain/token-size.ts'

/** A field of the request, and the permissions that it grants. */
export type Given = { field: string; gives: Permission[] }

/**
 * Requires that the granted permissions fit into one token. Removing permissions is never refused,
 * even if those left are too many: access granted before the limit existed may exceed it.
 * @throws Refusal that names the first field that does not fit
 */
export function requireFitting(
  terms: Pick<Deps, 'issuer' | 'statusListBase'>,
  { clientId, access: before }: Holder,
  given: Given[],
): void {
  const length = (access: Permission[]) => longestToken({ clientId, access }, terms)
  const weight = (access: Permission[]) => weightOf({ clientId, access }, terms.issuer)
  const all = given.flatMap(({ gives }) => gives)
  if (length(all) <= TOKEN_LENGTH_MAX || weight(all) <= weight(before)) return
  const upTo = (i: number) => given.slice(0, i + 1).flatMap(({ gives }) => gives)
  const first = given.find((_, i) => length(upTo(i)) > TOKEN_LENGTH_MAX)
  const detail = `does not fit: a token for all of this would have ${length(all)} characters, but at most ${TOKEN_LENGTH_MAX} are allowed`
  throw new Refusal('invalid_fields', 'The access does not fit into one token.', {
    fields: [{ field: first?.field ?? 'permissions', detail }],
  })
}

/**
 * Refuses the change if a holder of the role or of a permission on the API would have more than
 * fits into one token.
 */
export function refuseOverfull(holder: { clientId: string; name: string } | null): void {
  if (!holder) return
  throw new Refusal(
    'conflict',
    `A token of “${holder.name}” (${holder.clientId}) would have more than ${TOKEN_LENGTH_MAX} characters with this: remove something from it first.`,
  )
}
