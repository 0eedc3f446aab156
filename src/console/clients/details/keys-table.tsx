import type { Client } from '../../../domain/client.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogButton } from '../../kit/dialog.tsx'
import { BareTable, Scroll, type TableHeads } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { keyName } from '../key-name.ts'
import { Created, End, Reminder } from './credential-cells.tsx'

type KeysProps = { base: string; client: Client; now: Seconds; mayManage: boolean }

export function KeysTable({ base, client, now, mayManage }: KeysProps) {
  const { clientId, publicKeys: keys } = client
  if (keys.length === 0) return <p class="faint">{WHAT_FOR}</p>
  const heads: TableHeads = ['Public key', 'Algorithm', 'Expires', 'Last used', 'Added', 'Reminder']
  if (mayManage) heads.push('Change')
  return (
    <Scroll label="Public keys">
      <BareTable heads={heads}>
        {keys.map((key) => (
          <tr>
            <th scope="row">
              <a href={`${base}/clients/${clientId}/keys/${key.keyId}`}>
                <bdi>{keyName(key)}</bdi>
              </a>
            </th>
            <td>{key.algorithm}</td>
            <td>
              <End of={key} now={now} />
            </td>
            <td>
              <Time at={key.lastUsedAt} now={now} />
            </td>
            <Created by={key.createdBy} at={key.createdAt} now={now} />
            <td>{key.expiresAt !== null && <Reminder {...reminderOf(key, keys, now)} />}</td>
            {mayManage && (
              <td>
                <DialogButton dialog={`delete-${key.keyId}`} kind="danger">
                  Delete<span class="unseen"> public key {keyName(key)}</span>
                </DialogButton>
              </td>
            )}
          </tr>
        ))}
      </BareTable>
    </Scroll>
  )
}

const WHAT_FOR =
  'None. With one the client proves itself by signing, and there is no shared secret that could leak.'

const reminderOf = (key: PublicKey, keys: PublicKey[], now: Seconds) => ({
  of: key,
  now,
  isNewest: key === keys.at(-1),
})
