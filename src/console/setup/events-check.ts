import type { HealthDetail } from '../../actions/health/check-health.ts'
import type { StreamState } from '../../domain/event-stream.ts'
import { HOUR, type Seconds } from '../../domain/time.ts'
import { relativeTime } from '../kit/words.ts'
import type { Check } from './checks.ts'

const LATE_AFTER: Seconds = HOUR

export function eventsCheck({ events }: HealthDetail, now: Seconds): Check {
  const name = 'Events'
  const { webhook, pending, oldestAt, failures, setAside } = events
  if (!webhook) {
    const means = 'Events aren’t sent anywhere. To change that, set EVENTS_WEBHOOK_URL.'
    return { name, ok: true, means }
  }
  if (setAside.length > 0) {
    const means = `The receiver refused some events for so long that later ones were sent without them: ${setAside.length}. Correct the receiver, then choose Resend below.`
    return { name, ok: false, means }
  }
  if (oldestAt !== null && now - oldestAt >= LATE_AFTER) {
    const last = failures[0] ? ` The last attempt failed: ${failures[0].detail}.` : ''
    const means = `${pending} are waiting; the oldest happened ${relativeTime(oldestAt, now)}.${last} None is lost: they are sent when the receiver accepts them.`
    return { name, ok: false, means }
  }
  return { name, ok: true, means: `${pending || 'None'} waiting.` }
}

/** None while security events are off. */
export function streamsCheck({ streams }: HealthDetail, now: Seconds): Check[] {
  if (!streams) return []
  const name = 'Security events'
  const { total, ailing } = streams
  if (ailing.length === 0) {
    return [
      { name, ok: true, means: `${total || 'No'} ${total === 1 ? 'receiver' : 'receivers'}.` },
    ]
  }
  const each = ailing.map((one) => `${one.clientId} (${stateInWords(one, now)})`)
  const means = `These receivers get nothing at present: ${each.join(', ')}. None of it is lost (docs/security-events.md).`
  return [{ name, ok: false, means }]
}

function stateInWords({ status, reason, failing }: StreamState, now: Seconds): string {
  if (status !== 'enabled') return reason ? `${status}: ${reason}` : status
  return failing ? `began to fail ${relativeTime(failing.since, now)}: ${failing.detail}` : status
}
