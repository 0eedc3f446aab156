import type { Client } from '../../domain/client.ts'
import { INCIDENT_CLIENTS_MAX } from '../../domain/incident.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { askPage } from '../kit/ask.tsx'
import { type Entered, Field, NOTHING_ENTERED } from '../kit/field.tsx'
import { namesOfGone } from '../kit/gone-clients.tsx'
import type { Crumb } from '../kit/page-head.tsx'
import type { Title } from '../kit/title.tsx'
import { LeakingClients } from './leaking-clients.tsx'
import { Measures } from './measures.tsx'

/**
 * Asks about the clients that the address names: `?client_id=…&client_id=…`, or `client` as the boxes
 * of the list do.
 */
export async function askAtFirst(c: ConsoleContext) {
  const { client_id: named = [], client: ticked = [] } = c.req.queries()
  return ask(c, [...new Set([...named, ...ticked])], NOTHING_ENTERED)
}

/** Asks again about those that were sent. */
export async function askAgain(c: ConsoleContext, entered: Entered) {
  return ask(c, entered.values.getAll('client_id'), entered)
}

async function ask(c: ConsoleContext, ids: string[], entered: Entered) {
  const { deps, base } = c.var
  const chosen = [...new Set(ids)].slice(0, INCIDENT_CLIENTS_MAX)
  const clients = await deps.clients.findMany(chosen)
  const gone = await namesOfGone(c, chosen, clients)
  const known = clients.map(({ clientId }) => clientId)
  const question = {
    title: titleOf(clients),
    section: 'clients' as const,
    crumbs: crumbsTo(base, clients),
    action: `${base}/incidents`,
    label: clients.length === 0 ? null : 'Respond to the leak',
    isDanger: true,
    cancel: pathOf(base, clients),
    call:
      clients.length === 0
        ? undefined
        : {
            method: 'POST' as const,
            path: '/incidents',
            body: { client_ids: known },
            command: `respond ${known.join(' ')}`,
          },
    body: (
      <>
        <p>Everything that is ticked is done at once to each client, for one reason.</p>
        <LeakingClients base={base} clients={clients} gone={gone} now={deps.now()} />
        <Measures entered={entered} />
        <Field
          name="reason"
          label="Reason (optional)"
          rows={2}
          entered={entered}
          hint="It goes to the activity, and to the page of this leak."
        />
      </>
    ),
  }
  return askPage(c, question, entered)
}

function titleOf(clients: Client[]): Title {
  const [first] = clients
  const before = 'Respond to a leak'
  if (!first) return { before }
  if (clients.length === 1) return { before: `${before} of`, name: first.name }
  return { before: `${before} of ${clients.length} clients` }
}

function crumbsTo(base: string, clients: Client[]): Crumb[] {
  const list: Crumb = ['API clients', `${base}/clients`]
  const [first] = clients
  return first && clients.length === 1 ? [list, [first.name, pathOf(base, clients)]] : [list]
}

function pathOf(base: string, clients: Client[]): string {
  const [first] = clients
  const isOne = first && clients.length === 1
  return isOne ? `${base}/clients/${first.clientId}` : `${base}/clients`
}
