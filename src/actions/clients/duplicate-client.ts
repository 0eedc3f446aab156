import { requireVersion } from '../changes/require-version.ts'
import type { Client } from '../../domain/client.ts'
import { detailsOf, NAME_MAX } from '../../domain/client-details.ts'
import { cut } from '../../domain/text.ts'
import { withUnseenAs } from '../../domain/unseen.ts'
import { type ClientRequest, findClient } from './change-client.ts'
import { commitOnce } from '../changes/make-once.ts'
import {
  decideRegistration,
  type NewClient,
  type RegisterDeps,
  type RegisteredClient,
} from './create-client.ts'

const SUFFIX = ' (copy)'

/** A client like another: same access and details, and reminder choice; its own id and secret. */
export function duplicateClient(
  deps: RegisterDeps,
  request: ClientRequest,
  overrides: Partial<NewClient>,
): Promise<RegisteredClient> {
  return commitOnce(deps, request, async (now) => {
    const original = await findClient(deps, request.clientId)
    requireVersion(original.version, request.expectedVersions)
    const copy = copyOf(original)
    const secret = { ...copy.secret, ...overrides.secret }
    return decideRegistration(deps, request, { ...copy, ...overrides, secret }, now)
  })
}

/** What the copy of a client is made from. */
export function copyOf(original: Client): NewClient {
  const newest = original.secrets.at(-1)
  return {
    ...detailsOf(original),
    // A cut may leave a joiner that joins nothing; and an old text may have what is refused in a new one.
    name: (withUnseenAs('', cut(original.name, NAME_MAX - SUFFIX.length)) + SUFFIX).trim(),
    description: withUnseenAs('', original.description),
    roles: original.roles,
    permissions: original.permissions,
    secret: { remind: newest?.remind ?? true },
  }
}
