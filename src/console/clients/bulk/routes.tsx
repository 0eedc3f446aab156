import { changeClients } from '../../../actions/clients/change-clients.ts'
import { parse } from '../../../web/parse.ts'
import { bulkSchema } from '../../../web/schemas.ts'
import { question } from '../../forms/question.ts'
import { formRoute, idempotencyKeyOf } from '../../forms/run-form.ts'
import type { ConsoleRoute } from '../../kit/console-env.ts'
import { page } from '../../kit/shell.tsx'
import { BULK_ACTIONS, type BulkAction } from './bulk-actions.ts'
import { readBulkFields } from './bulk-fields.tsx'
import { exportClients } from './export.ts'
import { OUTCOME, Outcome } from './outcome.tsx'
import { bulkQuestion } from './question.tsx'

/**
 * Answers without a redirect: what happened to each client is told once. The change knows a repeat of
 * its form by the form's key, and then changes nothing.
 */
function bulkForm(action: BulkAction) {
  return formRoute({
    path: `/clients/bulk/${action.path}`,
    right: 'clients:manage',
    parse: (c) => {
      const reason = c.var.form.get('reason')?.trim()
      const client_ids = [...new Set(c.var.form.getAll('client'))]
      const more = readBulkFields(action, c.var.form, client_ids.length)
      const change = { action: action.action, client_ids, ...more, ...(reason && { reason }) }
      return parse(change, bulkSchema)
    },
    run: (c, request, { client_ids: ids, ...change }) =>
      changeClients(c.var.deps, { ...request, idempotency: idempotencyKeyOf(c) }, ids, change),
    done: (c, { results, isRepeat }) => {
      const { base, deps, formToken } = c.var
      const shown = { base, formToken, now: deps.now(), of: action, results, isRepeat }
      return page(c, { title: OUTCOME, section: 'clients' }, <Outcome {...shown} />)
    },
    repeat: 'runs',
    show: (c, entered) => bulkQuestion(c, action, entered),
  })
}

export const bulkRoutes: ConsoleRoute[] = [
  ...BULK_ACTIONS.map(bulkForm).flatMap((form) => [question(form), form]),
  { method: 'GET', path: '/clients/export.csv', right: 'clients:read', handle: exportClients },
]
