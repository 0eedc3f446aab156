import { clientOf, nameKey } from '../../domain/audit.ts'
import type { EventMessage } from '../../domain/events-webhook.ts'
import { isoTime } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'

/** The part of an event that a chat shows. */
export type ChatWords = { title: string; lines: string[]; link: string | null }

/** Only facts that help somebody who reads along: the rest is behind the link. */
export function chatWords(message: EventMessage, issuer: string | null): ChatWords {
  const link = issuer && `${issuer}/console`
  if (message.kind === 'test') {
    const lines = ['Events of Portcullis arrive here.', isoTime(message.at)]
    return { title: 'Test event', lines, link }
  }
  if (message.kind === 'checkpoint') {
    const { size, note } = message.checkpoint
    return {
      title: `Checkpoint of the audit log: ${countedInWords(size, 'event')}`,
      lines: note.trim().split(/\n+/),
      link,
    }
  }
  const { event, names } = message
  const { action, actor, clientId, target, reason, changes } = event
  const what = action.replaceAll(/[._]/g, ' ')
  const title = what.charAt(0).toUpperCase() + what.slice(1)
  const named = (one: { type: string; id: string }) => names.get(nameKey(one))?.name
  const ofClient = clientId === null ? undefined : named(clientOf(clientId))
  const about = ofClient ?? clientId ?? named(target) ?? `${target.type} ${target.id}`
  const end = changes?.['expires_at']?.to
  const lines = [
    `By ${named(actor) ?? actor.id}`,
    ...(typeof end === 'string' ? [`Expires ${end}`] : []),
    ...(reason ? [`Reason: ${reason}`] : []),
    isoTime(event.at),
  ]
  const page = link && clientId ? `${link}/clients/${clientId}` : link
  return { title: `${title}: ${about}`, lines, link: page }
}
