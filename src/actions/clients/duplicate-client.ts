import { requireVersion } from '../changes/require-version.ts'
import type { Client } from '../../domain/client.ts'
import { detailsOf, NAME_MAX } from '../../domain/client-details.ts'
import { credentialsOf } from '../../domain/credentials-of.ts'
import { isAllowed } from '../../domain/policy.ts'
import { cut } from '../../domain/text.ts'
import { withUnseenAs } from '../../domain/unseen.ts'
import { type ClientRequest, findClient } from './change-client.ts'
import { commitOnce } from '../changes/make-once.ts'
import type { SecretInput } from './make-secret.ts'
import {
  decideRegistration,
  type NewClient,
  type RegisterDeps,
  type RegisteredClient,
} from './create-client.ts'

const SUFFIX = ' (copy)'

/**
 * Creates a client with the same access, details and reminder setting; its id and secret are its
 * own.
 */
export function duplicateClient(
  deps: RegisterDeps,
  request: ClientRequest,
  overrides: Partial<NewClient>,
): Promise<RegisteredClient> {
  return commitOnce(deps, request, async (now) => {
    const original = await findClient(deps, request.clientId)
    requireVersion(original.version, request.expectedVersions)
    const copy = copyOf(original)
    const secret = secretOf(deps, copy, overrides)
    return decideRegistration(deps, request, { ...copy, ...overrides, secret }, now)
  })
}

/** As it was asked for; else one as the original has, or none as the original has none. */
function secretOf(
  { policy }: Pick<RegisterDeps, 'policy'>,
  copy: NewClient & { secret: SecretInput | null },
  overrides: Partial<NewClient>,
) {
  const { secret, profile = copy.profile } = overrides
  const mayHaveOne = (profile ?? null) === null && isAllowed(policy, 'secret')
  const hasNone = copy.secret === null || !mayHaveOne
  if (secret === null || (secret === undefined && hasNone)) return null
  return { ...copy.secret, ...secret }
}

/**
 * Returns the input for a copy of a client. Public keys, their address and certificates are not
 * copied: the holder of one private key would be two clients.
 */
export function copyOf(original: Client): NewClient & { secret: SecretInput | null } {
  const newest = original.secrets.at(-1)
  return {
    ...detailsOf(original),
    jwksUri: null,
    // Cutting may leave a joiner with nothing to join, and an old text may contain characters that
    // new texts must not.
    name: (withUnseenAs('', cut(original.name, NAME_MAX - SUFFIX.length)) + SUFFIX).trim(),
    description: withUnseenAs('', original.description),
    roles: original.roles,
    permissions: original.permissions,
    secret: !newest && provesItselfWithout(original) ? null : { remind: newest?.remind ?? true },
  }
}

/** Whether it needs no secret: neither does its copy, which then waits for a credential of its own. */
function provesItselfWithout(client: Client): boolean {
  const hasOther = credentialsOf(client).some(({ kind }) => kind !== 'secret')
  return hasOther || client.profile !== null
}
