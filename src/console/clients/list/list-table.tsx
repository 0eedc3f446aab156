import type { Client } from '../../../domain/client.ts'
import { credentialsOf, soonestEnd } from '../../../domain/credentials-of.ts'
import { ATTENTION_PERIOD, statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Menu, MenuEntry } from '../../kit/menu.tsx'
import { Status } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc, shortDay } from '../../kit/words.ts'
import { reasonsInWords, shortReasons } from '../reasons.ts'
import { accessInWords } from './access-words.ts'
import type { ListProps } from './list-query.ts'

/**
 * The clients with a box each, and what can be done with those that are ticked. One form: each button
 * leads to a page of its own, which names the clients and asks.
 */
export function SelectableClients(props: ListProps) {
  const { base, clients, mayManage } = props
  const at = (path: string) => `${base}/clients/${path}`
  return (
    <form action={at('export.csv')} class="card">
      <div class="bulk">
        <b>Selected clients</b>
        {mayManage && (
          <>
            <button formaction={at('bulk/suspension')}>Suspend…</button>
            <button formaction={at('bulk/resumption')}>Resume…</button>
            <button formaction={at('bulk/token-revocation')}>Revoke tokens…</button>
            <button formaction={`${base}/incidents/new`}>Respond to a leak…</button>
            <button formaction={at('bulk/tags')}>Tag…</button>
            <button formaction={at('bulk/tag-removal')}>Remove tags…</button>
            <button formaction={at('bulk/deletion')}>Delete…</button>
          </>
        )}
        <button>Export CSV</button>
      </div>
      <Table label="API clients" columns={columnsOf(props)} rows={clients} kind="fixed" />
    </form>
  )
}

function columnsOf({ base, now, names, mayManage }: ListProps): Column<Client>[] {
  return [
    { head: '', kind: 'pick', cell: (client) => <Box of={client} /> },
    { head: 'Name', cell: (client) => <Name base={base} of={client} /> },
    { head: 'Status', kind: 'state', cell: (client) => <State of={client} now={now} /> },
    {
      head: 'Access',
      kind: 'wide half',
      cell: (client) => <Access of={client} names={names} />,
    },
    { head: 'Expires', kind: 'date end', cell: (client) => <End of={client} now={now} /> },
    {
      head: 'Last used',
      kind: 'date used',
      cell: ({ lastUsedAt }) => <Time at={lastUsedAt} now={now} isShort />,
    },
    {
      head: '',
      kind: 'more',
      cell: (client) => <More base={base} of={client} mayManage={mayManage} />,
    },
  ]
}

function Box({ of: { clientId, name } }: { of: Client }) {
  return (
    <label>
      <input type="checkbox" name="client" value={clientId} aria-label={`Select ${name}`} />
    </label>
  )
}

function Name({ base, of: { clientId, name, description } }: { base: string; of: Client }) {
  return (
    <>
      <a class="one name" href={`${base}/clients/${clientId}`}>
        <bdi>{name}</bdi>
      </a>
      <span class="one sub narrow">
        <bdi>{description || clientId}</bdi>
      </span>
    </>
  )
}

type StateProps = { of: Client; now: Seconds }

/** The status and why, on one line; the whole is in the title and on the client's page. */
function State({ of: client, now }: StateProps) {
  const { suspension } = client
  const stopped = suspension && (suspension.reason ?? `since ${minuteInUtc(suspension.at)}`)
  const why = stopped ?? shortReasons(client, now).join(', ')
  const whole = stopped ?? reasonsInWords(client, now).join('. ')
  return (
    <span class="one" title={whole || undefined}>
      <Status status={statusOf(client, now)} />
      {why && (
        <span class="sub">
          {' '}
          <bdi>{why}</bdi>
        </span>
      )}
    </span>
  )
}

type AccessProps = { of: Client; names: ListProps['names'] }

function Access({ of: client, names }: AccessProps) {
  const bound = client.boundSince === null ? '' : ', bound tokens only'
  return <Cut text={accessInWords(client, names) + bound} />
}

function Cut({ text }: { text: string }) {
  return (
    <span class="one" title={text}>
      <bdi>{text}</bdi>
    </span>
  )
}

function End({ of: client, now }: StateProps) {
  const at = soonestEnd(credentialsOf(client), now)
  if (at === null) return <span class="faint">never</span>
  const isSoon = at - now <= ATTENTION_PERIOD
  return (
    <span class={isSoon ? 'warn' : undefined} title={minuteInUtc(at)}>
      {shortDay(at, now)}
    </span>
  )
}

type MoreProps = { base: string; of: Client; mayManage: boolean }

function More({ base, of: { clientId, name, suspension }, mayManage }: MoreProps) {
  const own = `${base}/clients/${clientId}`
  return (
    <Menu label={`More about ${name}`}>
      <MenuEntry href={own}>Open</MenuEntry>
      {mayManage && <MenuEntry href={`${own}/details`}>Edit</MenuEntry>}
      {mayManage &&
        (suspension ? (
          <MenuEntry href={`${own}/resumption`} asks>
            Resume…
          </MenuEntry>
        ) : (
          <MenuEntry href={`${own}/suspension`} asks isDanger>
            Suspend…
          </MenuEntry>
        ))}
    </Menu>
  )
}
