import type * as v from 'valibot'
import type { NewClient } from '../actions/clients/create-client.ts'
import type { ClientDetails } from '../actions/clients/update-client.ts'
import type { clientPatchSchema, duplicateSchema, newClientSchema } from './schemas.ts'

// Maps the names of the wire to those of the code; fields not sent stay absent.

export function toNewClient(body: v.InferOutput<typeof newClientSchema>): NewClient {
  const { roles, permissions, secret } = body
  return {
    ...detailsOf(body),
    name: body.client_name,
    roles,
    permissions,
    secret: toSecretInput(secret),
  }
}

export function toOverrides(body: v.InferOutput<typeof duplicateSchema>): Partial<NewClient> {
  const { roles, permissions, secret } = body
  return present({
    ...detailsOf(body),
    roles,
    permissions,
    secret: secret && toSecretInput(secret),
  })
}

export function toClientDetails(body: v.InferOutput<typeof clientPatchSchema>): ClientDetails {
  return present(detailsOf(body))
}

function detailsOf(body: v.InferOutput<typeof clientPatchSchema>) {
  return {
    name: body.client_name,
    description: body.description,
    accessTokenLifetime: body.access_token_lifetime,
    allowSelfRotation: body.allow_self_rotation,
  }
}

export function toSecretInput(
  secret: { expires_on?: string | undefined; remind?: boolean | undefined } = {},
) {
  return present({ expiresOn: secret.expires_on, remind: secret.remind })
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Drops undefined fields, so that spreading the rest over another object keeps its own. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>
}
