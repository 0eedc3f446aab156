import type { AuditEvent, KnownNames } from '../../domain/audit.ts'
import type { EventMessage } from '../../domain/events-webhook.ts'
import { isoTime } from '../../domain/time.ts'

/** An event as the admin API shows it. */
export type DescribeEvent = (event: AuditEvent, names: KnownNames) => object

const CHECKPOINT_TYPE = 'audit_log.checkpoint'
const TEST_TYPE = 'webhook.test'

/** The body of https://www.standardwebhooks.com: type, timestamp, data. */
export function standardBody(
  message: EventMessage,
  { describe }: { describe: DescribeEvent },
): object {
  if (message.kind === 'test') {
    return { type: TEST_TYPE, timestamp: isoTime(message.at), data: {} }
  }
  if (message.kind === 'checkpoint') {
    const { size, at, note } = message.checkpoint
    return { type: CHECKPOINT_TYPE, timestamp: isoTime(at), data: { size, checkpoint: note } }
  }
  const { event, names } = message
  const data = { ...describe(event, names), sequence: event.seq }
  return { type: event.action, timestamp: isoTime(event.at), data }
}
