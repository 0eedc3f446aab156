import type { Child } from 'hono/jsx'
import type { Client } from '../../../domain/client.ts'
import type { Call } from '../../kit/as-command.tsx'
import { askPage } from '../../kit/ask.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import type { Crumb } from '../../kit/page-head.tsx'
import type { Title } from '../../kit/title.tsx'

/** A change of a client that is asked about before it is made. */
export type Change = {
  title: Title
  /** The text of the button. */
  label: string
  isDanger?: boolean
  /** The path beneath that of the client. */
  path: string
  /** The consequences, and any further questions. */
  body: Child
  /** The same for a script, its path beneath that of the client. */
  call?: Call
}

/** Asks for a change of a client, as it was seen in its version. */
export function changePage(
  c: ConsoleContext,
  client: Client,
  { path, call, ...change }: Change,
  entered: Entered = NOTHING_ENTERED,
) {
  const own = clientPath(c.var.base, client)
  const question = {
    ...change,
    section: 'clients' as const,
    crumbs: crumbsTo(c, client),
    action: own + path,
    version: client.version,
    cancel: own,
    call: call && { ...call, path: `/clients/${client.clientId}${call.path}` },
  }
  return askPage(c, question, entered)
}

export function clientPath(base: string, { clientId }: Pick<Client, 'clientId'>): string {
  return `${base}/clients/${clientId}`
}

/** The pages above one that is about a part of a client. */
export function crumbsTo(c: ConsoleContext, client: Pick<Client, 'clientId' | 'name'>): Crumb[] {
  const { base } = c.var
  return [
    ['API clients', `${base}/clients`],
    [client.name, clientPath(base, client)],
  ]
}
