import type * as v from 'valibot'
import type { ImportedClient, ImportedSecret } from '../actions/clients/import-clients.ts'
import { toNewClient, toSecretInput } from './client-input.ts'
import type { importSchema } from './import-schemas.ts'

type Sent = v.InferOutput<typeof importSchema>['clients'][number]

export function toImportedClient({ client_id, secret, ...rest }: Sent): ImportedClient {
  const { secret: _none, ...input } = toNewClient({ ...rest, secret: null })
  return { ...input, clientId: client_id, secret: secret && toImportedSecret(secret) }
}

/** The schema lets through one of the two. */
function toImportedSecret(sent: NonNullable<Sent['secret']>): ImportedSecret {
  const { text, hash = '' } = sent
  return { ...toSecretInput(sent), ...(text === undefined ? { hash } : { text }) }
}
