import type { AuditEvent, AuditEvents } from '../../domain/audit.ts'
import { isoTime } from '../../domain/time.ts'
import { eventBody } from '../../web/event-body.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'
import { type ActivityQuery, readActivityQuery } from './query.ts'

const PAGE = 500

/** The format of an export: how it begins, and how it writes an event. */
type Format = { kind: string; type: string; first: string; line: (event: AuditEvent) => string }

const COLUMNS = [
  'event_id',
  'at',
  'action',
  'actor_type',
  'actor_id',
  'client_id',
  'target_type',
  'target_id',
  'reason',
  'changes',
  'request_id',
]

const CSV: Format = {
  kind: 'csv',
  type: 'text/csv; charset=utf-8; header=present',
  first: BYTE_ORDER_MARK + csvLine(COLUMNS),
  line: (event) => csvLine(cellsOf(event)),
}

/** One JSON object per line, with the fields of the admin API. */
const JSON_LINES: Format = {
  kind: 'jsonl',
  type: 'application/jsonl; charset=utf-8',
  first: '',
  line: (event) => `${JSON.stringify(eventBody(event))}\n`,
}

function cellsOf(event: AuditEvent): string[] {
  const { actor, target, changes } = event
  return [
    event.eventId,
    isoTime(event.at),
    event.action,
    actor.type,
    actor.id,
    event.clientId ?? '',
    target.type,
    target.id,
    event.reason ?? '',
    changes ? JSON.stringify(changes) : '',
    event.requestId,
  ]
}

/** Streams all events page by page, as the reader takes them: only one page is in memory. */
export function eventStream(
  auditEvents: AuditEvents,
  query: ActivityQuery,
  { first, line }: Pick<Format, 'first' | 'line'>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let [after, head]: [number | null, string] = [null, first]
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const events = await auditEvents.list({ ...query, limit: PAGE, after })
        const text = head + events.map(line).join('')
        if (text !== '') controller.enqueue(encoder.encode(text))
        head = ''
        after = events.at(-1)?.seq ?? after
        if (events.length < PAGE) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

const exportAs = (format: Format) => (c: ConsoleContext) => {
  const { auditEvents, now } = c.var.deps
  const body = eventStream(auditEvents, readActivityQuery(c), format)
  const day = isoTime(now()).slice(0, 10)
  return c.body(body, 200, {
    'Content-Type': format.type,
    'Content-Disposition': `attachment; filename="portcullis-activity-${day}.${format.kind}"`,
  })
}

export const exportCsv = exportAs(CSV)
export const exportJsonLines = exportAs(JSON_LINES)
