import {
  type AuditEvent,
  type AuditEvents,
  type AuditQuery,
  clientOf,
  type KnownName,
  type KnownNames,
  namedIn,
  nameKey,
} from '../../domain/audit.ts'
import { isoTime } from '../../domain/time.ts'
import { eventBody } from '../../web/event-body.ts'
import { nameInWords } from '../kit/actor-words.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'
import { criteriaOf, readActivityQuery } from './query.ts'

const PAGE = 500

/** The format of an export: how it begins, and how it writes an event. */
type Format = { kind: string; type: string; first: string; line: Line }

type Line = (event: AuditEvent, names: KnownNames) => string

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
  'actor_name',
  'client_name',
  'target_name',
]

const CSV: Format = {
  kind: 'csv',
  type: 'text/csv; charset=utf-8; header=present',
  first: BYTE_ORDER_MARK + csvLine(COLUMNS),
  line: (event, names) => csvLine(cellsOf(event, names)),
}

/** One JSON object per line, with the fields of the admin API. */
const JSON_LINES: Format = {
  kind: 'jsonl',
  type: 'application/jsonl; charset=utf-8',
  first: '',
  line: (event, names) => `${JSON.stringify(eventBody(event, names))}\n`,
}

function cellsOf(event: AuditEvent, names: KnownNames): string[] {
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
    ...[actor, clientOf(event.clientId ?? ''), target].map((one) => nameInWords(one, names) ?? ''),
  ]
}

/** Streams all events page by page, as the reader takes them: only one page is in memory. */
export function eventStream(
  auditEvents: Pick<AuditEvents, 'list' | 'names'>,
  criteria: Omit<AuditQuery, 'limit' | 'after'>,
  { first, line }: Pick<Format, 'first' | 'line'>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const namesIn = knownNames(auditEvents)
  let [after, head]: [number | null, string] = [null, first]
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const events = await auditEvents.list({ ...criteria, limit: PAGE, after })
        const names = await namesIn(events)
        const text = head + events.map((event) => line(event, names)).join('')
        if (text !== '') controller.enqueue(encoder.encode(text))
        head = ''
        after = events.at(-1)?.seq ?? after
        if (events.length < PAGE) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

const NAMES_MAX = 5000

/** The same few names come page after page: only new ones are asked for, and so many are kept. */
function knownNames({ names }: Pick<AuditEvents, 'names'>) {
  const known = new Map<string, KnownName | null>()
  return async (events: AuditEvent[]): Promise<KnownNames> => {
    const named = namedIn(events)
    if (known.size > NAMES_MAX) known.clear()
    const unknown = named.filter((one) => !known.has(nameKey(one)))
    const found = unknown.length > 0 ? await names(unknown) : new Map<string, KnownName>()
    for (const key of unknown.map(nameKey)) known.set(key, found.get(key) ?? null)
    return new Map([...known].flatMap(([key, name]) => (name === null ? [] : [[key, name]])))
  }
}

const exportAs = (format: Format) => (c: ConsoleContext) => {
  const { auditEvents, now } = c.var.deps
  const body = eventStream(auditEvents, criteriaOf(readActivityQuery(c)), format)
  const day = isoTime(now()).slice(0, 10)
  return c.body(body, 200, {
    'Content-Type': format.type,
    'Content-Disposition': `attachment; filename="portcullis-activity-${day}.${format.kind}"`,
  })
}

export const exportCsv = exportAs(CSV)
export const exportJsonLines = exportAs(JSON_LINES)
