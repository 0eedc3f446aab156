import type * as v from 'valibot'
import type { NewClient } from '../actions/clients/create-client.ts'
import { type ClientDetails, DETAIL_NAMES, DETAILS } from '../domain/client-details.ts'
import type { DetailsBody } from './client-details.ts'
import type { clientPatchSchema, duplicateSchema, newClientSchema } from './schemas.ts'

// Maps the names of the wire to those of the code; fields not sent stay absent.

export function toDetailsBody(details: ClientDetails): DetailsBody {
  return Object.fromEntries(
    DETAILS.map((detail) => [DETAIL_NAMES[detail], details[detail]]),
  ) as DetailsBody
}

export function toClientDetails(
  body: Pick<v.InferOutput<typeof clientPatchSchema>, keyof DetailsBody>,
): Partial<ClientDetails> {
  const sent = DETAILS.map((detail) => [detail, body[DETAIL_NAMES[detail]]])
  return withoutUndefined<Partial<ClientDetails>>(Object.fromEntries(sent))
}

export function toNewClient(body: v.InferOutput<typeof newClientSchema>): NewClient {
  const { roles, permissions, secret } = body
  const details = { ...toClientDetails(body), name: body.client_name }
  return { ...details, roles, permissions, secret: secret && toSecretInput(secret) }
}

export function toOverrides(body: v.InferOutput<typeof duplicateSchema>): Partial<NewClient> {
  const { roles, permissions, secret } = body
  return {
    ...toClientDetails(body),
    ...withoutUndefined({ roles, permissions, secret: secret && toSecretInput(secret) }),
  }
}

type SentSecret = {
  expires_on?: string | undefined
  remind?: boolean | undefined
  label?: string | undefined
}

export function toSecretInput({ expires_on: expiresOn, remind, label }: SentSecret = {}) {
  return withoutUndefined({ expiresOn, remind, label })
}

type WithoutUndefined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Spreading the rest over another object keeps that one's own fields. */
export function withoutUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>
}
