import type { Client } from '../../../domain/client.ts'
import type { Call } from '../../kit/as-command.tsx'
import { askPage } from '../../kit/ask.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, withErrorsAt } from '../../kit/field.tsx'
import { GoneClients, namesOfGone } from '../../kit/gone-clients.tsx'
import { type BulkAction, clientsInWords } from './bulk-actions.ts'
import { BulkFields } from './bulk-fields.tsx'

/** Names the clients that were selected, and what happens to each, before it does. */
export async function bulkQuestion(
  c: ConsoleContext,
  action: BulkAction,
  given: Entered,
): Promise<Response> {
  const entered = withErrorsAt(given, { add: 'tags', remove: 'tags' })
  const { base, deps } = c.var
  const ids = [...new Set(selectedIn(c, entered))]
  const found = await deps.clients.findMany(ids)
  const clients = found.toSorted((a, b) => ids.indexOf(a.clientId) - ids.indexOf(b.clientId))
  const { path, verb, isDanger } = action
  const isNone = clients.length === 0
  const title = {
    before: isNone ? 'No API client is selected' : `${verb} ${clientsInWords(clients.length)}?`,
  }
  const gone = await namesOfGone(c, ids, clients)
  const question = {
    title,
    section: 'clients' as const,
    crumbs: [['API clients', `${base}/clients`] as [string, string]],
    action: `${base}/clients/bulk/${path}`,
    label: isNone ? null : verb.replace(/ (of|from)$/, ''),
    ...(isDanger && { isDanger }),
    cancel: `${base}/clients`,
    body: <Body {...{ action, clients, gone, entered }} />,
    call: isNone
      ? undefined
      : callFor(
          action,
          clients.map(({ clientId }) => clientId),
        ),
  }
  return askPage(c, question, entered)
}

const EXAMPLE_TAG = 'team:billing'

function callFor({ action, asks }: BulkAction, ids: string[]): Call {
  const isTag = action === 'tag'
  return {
    method: 'POST',
    path: '/clients/bulk',
    body: { action, client_ids: ids, ...(isTag && { [asks ?? '']: [EXAMPLE_TAG] }) },
    command: [`clients ${action.replace('_', '-')}`, ...ids, ...optionsFor(action, asks)].join(' '),
    isExample: isTag,
  }
}

function optionsFor(action: BulkAction['action'], asks: BulkAction['asks']): string[] {
  if (action === 'tag') return [`--${asks === 'remove' ? 'untag' : 'tag'} ${EXAMPLE_TAG}`]
  return action === 'delete' ? ['--yes'] : []
}

/** The ids in the form that was sent, or in the address that the list led to. */
function selectedIn(c: ConsoleContext, { values }: Entered): string[] {
  const sent = values.getAll('client')
  return sent.length > 0 ? sent : (c.req.queries('client') ?? [])
}

type BodyProps = { action: BulkAction; clients: Client[]; gone: string[]; entered: Entered }

function Body({ action, clients, gone, entered }: BodyProps) {
  const { means, already } = action
  if (clients.length === 0) {
    return (
      <>
        {gone.length > 0 && (
          <ul class="named">
            <GoneClients names={gone} />
          </ul>
        )}
        <p>Go back to the list and tick those that you mean.</p>
      </>
    )
  }
  return (
    <>
      <p>{means[clients.length === 1 ? 0 : 1]}</p>
      <ul class="named">
        {clients.map((client) => {
          const why = already(client)
          return (
            <li>
              <input type="hidden" name="client" value={client.clientId} />
              <bdi>{client.name}</bdi>
              {why !== null && (
                <span class="sub">
                  {' '}
                  <bdi>{why}</bdi>: nothing changes
                </span>
              )}
            </li>
          )
        })}
        <GoneClients names={gone} />
      </ul>
      <BulkFields of={action} count={clients.length} entered={entered} />
      <Field name="reason" label="Reason (optional)" rows={2} entered={entered} />
    </>
  )
}
