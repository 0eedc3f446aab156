import { findClient } from '../../../actions/clients/change-client.ts'
import { type Client, visibleSecrets } from '../../../domain/client.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type ConsoleContext, pathId } from '../../kit/console-env.ts'
import { redirectWithFlash } from '../../forms/flash.ts'
import type { Repeat } from '../../forms/form-handler.ts'

// A browser shows only the last answer. If a form was sent twice, its secret was in the first
// answer, perhaps unseen. It is not shown again, but the page offers another one.

/** Answers the repeat of a form that created a client, with the secret created along with it. */
export async function clientMadeBefore(c: ConsoleContext, { id, at }: Repeat) {
  const client = await findClient(c.var.deps, id)
  return toSecret(c, client, at, ({ createdAt }) => createdAt === client.createdAt)
}

/** Answers the repeat of a form that created a secret. */
export async function secretMadeBefore(c: ConsoleContext, { id, at }: Repeat) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  return toSecret(c, client, at, ({ secretId }) => secretId === id)
}

function toSecret(
  c: ConsoleContext,
  client: Client,
  at: number,
  isMade: (secret: Secret) => boolean,
): Promise<Response> {
  const { clientId, name } = client
  const secret = visibleSecrets(client, c.var.deps.now()).find(isMade)
  const path = `/clients/${clientId}${secret ? `/secrets/${secret.secretId}` : ''}`
  return redirectWithFlash(c, path, {
    kind: 'secret.sent_twice',
    id: secret?.secretId ?? '',
    name,
    at,
  })
}
