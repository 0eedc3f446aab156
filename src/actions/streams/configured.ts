import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import { type EventStream, scheduled, type SecurityEvents } from '../../domain/event-stream.ts'
import { EVENT_TYPES } from '../../domain/security-event.ts'
import { requirePlain } from './require-plain.ts'

/** Without `authorization`, the header that was given for the same URL stays. */
export type Delivery = { endpointUrl: string | null; authorization?: string | null | undefined }

/** The part that a receiver decides; a member that is left out stays as it is. */
export type StreamInput = {
  delivery?: Delivery | undefined
  requested?: string[] | null | undefined
  description?: string | null | undefined
}

export type ConfigureDeps = Pick<Deps, 'now' | 'outboundUrlProblem'>

/** The stream as its receiver wants it. */
export async function configured(
  deps: ConfigureDeps,
  on: SecurityEvents,
  stream: EventStream,
  { delivery, requested = stream.requested, description = stream.description }: StreamInput,
): Promise<EventStream> {
  requirePlain('description', description === stream.description ? null : description)
  const next = { ...stream, description, requested: requested && known(requested) }
  if (!delivery) return next
  const { endpointUrl } = delivery
  requirePlain('delivery.endpoint_url', endpointUrl)
  const problem = endpointUrl === null ? null : deps.outboundUrlProblem(endpointUrl)
  if (problem) throw new Refusal('invalid_request', `delivery.endpoint_url ${problem}.`)
  const isSame = delivery.authorization === undefined && endpointUrl === stream.endpointUrl
  const authorization = isSame ? stream.authorization : await sealedFor(on, delivery)
  return scheduled({ ...next, endpointUrl, authorization }, deps.now())
}

/** Types that this server does not have are left out (SSF 1.0 §8.1.1). */
function known(requested: string[]): string[] {
  return EVENT_TYPES.filter((type) => requested.includes(type))
}

/** Sealed together with the URL: who can write to the database cannot have it sent elsewhere. */
export async function sealedFor(
  { sealed }: Pick<SecurityEvents, 'sealed'>,
  { endpointUrl, authorization = null }: Delivery,
): Promise<string | null> {
  return authorization === null ? null : sealed.seal({ endpointUrl, authorization })
}
