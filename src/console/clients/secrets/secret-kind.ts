import { deleteSecret } from '../../../actions/clients/delete-secret.ts'
import { type Client, visibleSecrets } from '../../../domain/client.ts'
import type { Seconds } from '../../../domain/time.ts'
import { deleteSecretChange } from '../dialogs/secret-changes.tsx'

/** Secrets, as the forms about one of them see them. */
export const SECRET_KIND = {
  all: '/clients/:client_id/secrets',
  param: 'secret_id',
  find: (client: Client, id: string, now: Seconds) =>
    visibleSecrets(client, now).find(({ secretId }) => secretId === id),
  gone: 'That secret does not work any more: it was replaced, ended or deleted.',
  flash: 'secret' as const,
  remove: deleteSecret,
  deletion: deleteSecretChange,
}
