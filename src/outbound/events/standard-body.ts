import type { AuditEvent } from '../../domain/audit.ts'
import type { EventMessage } from '../../domain/events-webhook.ts'
import { isoTime } from '../../domain/time.ts'

/** An event as the admin API shows it. */
export type DescribeEvent = (event: AuditEvent) => object

export const TEST_TYPE = 'webhook.test'

type Names = ReadonlyMap<string, string>

/** The body of https://www.standardwebhooks.com: type, timestamp, data. */
export function standardBody(
  message: EventMessage,
  { describe }: { describe: DescribeEvent },
): object {
  if (message.kind === 'test') {
    return { type: TEST_TYPE, timestamp: isoTime(message.at), data: {} }
  }
  const { event, names } = message
  const data = {
    ...describe(event),
    sequence: event.seq,
    client_name: clientNameOf(event, names),
    actor_name: names.get(event.actor.id) ?? null,
  }
  return { type: event.action, timestamp: isoTime(event.at), data }
}

/** A client that is gone by now has its name in the event of its deletion. */
export function clientNameOf({ clientId, changes }: AuditEvent, names: Names): string | null {
  const { from, to } = changes?.['client_name'] ?? {}
  const inEvent = to ?? from
  const known = clientId === null ? undefined : names.get(clientId)
  return known ?? (clientId !== null && typeof inEvent === 'string' ? inEvent : null)
}
