import type { Client } from '../../../domain/client.ts'
import { statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { DialogLink } from '../../kit/dialog.tsx'
import { Menu, MenuEntry } from '../../kit/menu.tsx'
import { type Crumb, PageHead } from '../../kit/page-head.tsx'
import { mayManage } from '../../kit/shell.tsx'
import { Status } from '../../kit/status.tsx'
import { clientPath } from '../dialogs/change-page.tsx'

/** A part of what there is to see of a client. */
export type Tab = 'overview' | 'access' | 'activity' | 'preview'

const TABS: [tab: Tab, path: string, label: string][] = [
  ['overview', '', 'Overview'],
  ['access', '/access', 'Access'],
  ['activity', '/activity', 'Activity'],
  ['preview', '/preview', 'Token preview'],
]

type HeadProps = { c: ConsoleContext; client: Client; now: Seconds; tab: Tab }

/** A client's name and status, the actions on it, and the way to its other parts. */
export function ClientHead({ c, client, now, tab }: HeadProps) {
  const path = clientPath(c.var.base, client)
  return (
    <>
      <PageHead
        title={<bdi>{client.name}</bdi>}
        crumbs={[toList(c)]}
        beside={<Status status={statusOf(client, now)} />}
      >
        {mayManage(c) && <Actions base={c.var.base} client={client} />}
      </PageHead>
      <nav class="tabs" aria-label="This client">
        {TABS.map(([name, beneath, label]) => (
          <a href={path + beneath} aria-current={name === tab ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
    </>
  )
}

function Actions({ base, client }: { base: string; client: Client }) {
  const path = clientPath(base, client)
  return (
    <>
      <a class="button" href={`${path}/details`}>
        Edit<span class="unseen"> details</span>
      </a>
      {client.suspension ? (
        <DialogLink href={`${path}/resumption`} kind="primary">
          Resume access…
        </DialogLink>
      ) : (
        <DialogLink href={`${path}/suspension`} kind="danger">
          Suspend access…
        </DialogLink>
      )}
      <Menu label="More actions">
        <MenuEntry href={`${path}/duplicate`}>Duplicate</MenuEntry>
        <MenuEntry href={`${path}/token-revocation`} asks>
          Revoke all tokens…
        </MenuEntry>
        <MenuEntry href={`${base}/incidents/new?client_id=${client.clientId}`} isDanger asks>
          Respond to a leak…
        </MenuEntry>
        <MenuEntry href={`${path}/deletion`} isDanger asks>
          Delete…
        </MenuEntry>
      </Menu>
    </>
  )
}

/** The list, with the filter that it had if this page was opened from there. */
function toList({ req, var: { base } }: ConsoleContext): Crumb {
  const list = `${base}/clients`
  const from = URL.parse(req.header('referer') ?? '')
  const isList = from?.origin === new URL(req.url).origin && from.pathname === list
  return ['API clients', isList ? list + from.search : list]
}
