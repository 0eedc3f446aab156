import type * as v from 'valibot'
import type { NewClient } from '../actions/register-client.ts'
import type { ClientDetails } from '../actions/update-client.ts'
import type { clientPatchSchema, duplicateSchema, newClientSchema } from './schemas.ts'

// From the names of the wire to those of the code; what was not sent stays away.

export function toNewClient(body: v.InferOutput<typeof newClientSchema>): NewClient {
  const { client_name: name, access_token_lifetime: accessTokenLifetime, secret, ...rest } = body
  return { ...rest, name, accessTokenLifetime, secret: toSecretInput(secret) }
}

export function toOverrides(body: v.InferOutput<typeof duplicateSchema>): Partial<NewClient> {
  const { client_name: name, access_token_lifetime: accessTokenLifetime, secret, ...rest } = body
  return present({ ...rest, name, accessTokenLifetime, secret: secret && toSecretInput(secret) })
}

export function toClientDetails(body: v.InferOutput<typeof clientPatchSchema>): ClientDetails {
  const { client_name: name, access_token_lifetime: accessTokenLifetime, description } = body
  return present({ name, accessTokenLifetime, description })
}

export function toSecretInput(
  secret: { expires_on?: string | undefined; remind?: boolean | undefined } = {},
) {
  return present({ expiresOn: secret.expires_on, remind: secret.remind })
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the fields that are undefined, so that spreading it over others keeps theirs. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>
}
