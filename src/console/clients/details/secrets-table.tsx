import { visibleSecrets } from '../../../domain/client.ts'
import { endOf, type Secret } from '../../../domain/secret.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Mark } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { secretName } from '../../kit/secret-name.ts'
import {
  createdColumn,
  Day,
  deleteColumn,
  lastUsedColumn,
  Reminder,
} from './credential-columns.tsx'
import type { DetailsProps } from './details-props.ts'

/** Newest first: the newest is the one that counts. */
export function SecretsTable(props: DetailsProps) {
  const secrets = visibleSecrets(props.client, props.now).toReversed()
  return <Table label="Secrets" columns={columnsOf(props, secrets)} rows={secrets} />
}

const nameOf = (secret: Secret) => `secret ${secretName(secret)}`

function columnsOf(props: DetailsProps, secrets: Secret[]): Column<Secret>[] {
  const { base, client, now, lead, mayManage } = props
  const pathOf = ({ secretId }: Secret) => `${clientPath(base, client)}/secrets/${secretId}`
  return [
    {
      head: 'Secret',
      cell: (secret) => (
        <>
          <code>{secretName(secret)}</code>
          {secret.label && (
            <p class="sub">
              <bdi>{secret.label}</bdi>
            </p>
          )}
        </>
      ),
    },
    {
      head: 'Expires',
      cell: (secret) => <End {...{ secret, now, lead }} isNewest={secret === secrets[0]} />,
    },
    lastUsedColumn(now),
    createdColumn(now),
    ...(mayManage ? [deleteColumn(pathOf, nameOf)] : []),
  ]
}

type EndProps = { secret: Secret; now: Seconds; lead: Seconds; isNewest: boolean }

function End({ secret, now, lead, isNewest }: EndProps) {
  if (secret.retiresAt !== null && endOf(secret) > now) {
    return (
      <>
        Retires <Time at={endOf(secret)} now={now} />
      </>
    )
  }
  return (
    <>
      {endOf(secret) <= now && (
        <Mark kind="bad" icon="●">
          Expired
        </Mark>
      )}{' '}
      <Day at={endOf(secret)} now={now} soon={lead} />
      <Reminder of={secret} now={now} isNewest={isNewest} />
    </>
  )
}
