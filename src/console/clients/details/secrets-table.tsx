import { type Client, visibleSecrets } from '../../../domain/client.ts'
import { endOf, type Secret } from '../../../domain/secret.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogButton } from '../../kit/dialog.tsx'
import { Status } from '../../kit/status.tsx'
import { BareTable, Scroll, type TableHeads } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc } from '../../kit/words.ts'
import { Created, Reminder } from './credential-cells.tsx'

type SecretsProps = { client: Client; now: Seconds; mayManage: boolean }

export function SecretsTable({ client, now, mayManage }: SecretsProps) {
  const secrets = visibleSecrets(client, now)
  if (secrets.length === 0) return <NoSecret client={client} />
  const heads: TableHeads = ['Secret', 'Ends', 'Last used', 'Created', 'Reminder']
  if (mayManage) heads.push('Change')
  return (
    <Scroll label="Secrets">
      <BareTable heads={heads}>
        {secrets.map((secret) => (
          <tr>
            <th scope="row">
              {secret.label && <bdi>{secret.label} </bdi>}
              <code>…{secret.hint}</code>
            </th>
            <td>
              <End secret={secret} now={now} />
            </td>
            <td>
              <Time at={secret.lastUsedAt} now={now} />
            </td>
            <Created by={secret.createdBy} at={secret.createdAt} now={now} />
            <td>
              <Reminder of={secret} now={now} isNewest={secret === secrets.at(-1)} />
            </td>
            {mayManage && (
              <td>
                <DialogButton dialog={`delete-${secret.secretId}`} kind="danger">
                  Delete<span class="unseen"> secret …{secret.hint}</span>
                </DialogButton>
              </td>
            )}
          </tr>
        ))}
      </BareTable>
    </Scroll>
  )
}

function NoSecret({ client }: { client: Client }) {
  const { publicKeys, federatedCredentials, certificates } = client
  if (publicKeys.length > 0) return <p>It has no secret: it proves itself with a public key.</p>
  if (federatedCredentials.length > 0)
    return <p>It has no secret: it proves itself with a token of its platform.</p>
  if (certificates.length > 0) return <p>It has no secret: it proves itself with a certificate.</p>
  return <p>It has no credential, so it cannot get a token.</p>
}

function End({ secret, now }: { secret: Secret; now: Seconds }) {
  const isOver = endOf(secret) <= now
  return (
    <>
      {isOver && (
        <>
          <Status status="expired" />{' '}
        </>
      )}
      {secret.retiresAt !== null && 'Being retired, '}
      <Time at={endOf(secret)} now={now} />
      {secret.retiresAt === null && <p class="hint">{minuteInUtc(secret.expiresAt)}</p>}
    </>
  )
}
