import * as v from 'valibot'
import { AUDIT_ACTIONS, type AuditAction } from '../../domain/audit.ts'
import { parse } from '../../web/parse.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** The events to show; null means any. */
export type ActivityQuery = { clientId: string | null; action: AuditAction | null }

// A form sends its empty fields too.
const schema = v.object({
  client_id: v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(200, 'is no client ID')),
  action: v.optional(v.picklist(['', ...AUDIT_ACTIONS]), ''),
})

export function readActivityQuery(c: ConsoleContext): ActivityQuery {
  const { client_id, action } = parse(c.req.query(), schema)
  return { clientId: c.req.param('client_id') ?? (client_id || null), action: action || null }
}

/** The filter as a query string, for links to the next page and the exports. */
export function queryText({ clientId, action }: ActivityQuery, withClient = true): string {
  const text = new URLSearchParams()
  if (clientId !== null && withClient) text.set('client_id', clientId)
  if (action !== null) text.set('action', action)
  return text.toString()
}
