import type { Client } from '../../../domain/client.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import { type Column, Table } from '../../kit/table.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { keyName } from '../key-name.ts'
import {
  createdColumn,
  deleteColumn,
  expiresColumn,
  lastUsedColumn,
} from './credential-columns.tsx'
import type { DetailsProps } from './details-props.ts'

export function KeysTable(props: DetailsProps) {
  return <Table label="Public keys" columns={columnsOf(props)} rows={props.client.publicKeys} />
}

function columnsOf({
  base,
  client,
  names,
  now,
  lead,
  mayManage,
}: DetailsProps): Column<PublicKey>[] {
  const pathOf = ({ keyId }: PublicKey) => keyPath(base, client, keyId)
  return [
    {
      head: 'Public key',
      cell: (key) => (
        <>
          <a class="name" href={pathOf(key)}>
            <bdi>{keyName(key)}</bdi>
          </a>
          <p class="sub">{key.algorithm}</p>
        </>
      ),
    },
    expiresColumn({ all: client.publicKeys, now, lead }),
    lastUsedColumn(now),
    createdColumn(now, names),
    ...(mayManage ? [deleteColumn(pathOf, (key: PublicKey) => `public key ${keyName(key)}`)] : []),
  ]
}

function keyPath(base: string, client: Client, keyId: string): string {
  return `${clientPath(base, client)}/keys/${keyId}`
}
