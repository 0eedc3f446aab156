import { type Client, visibleSecrets } from '../../domain/client.ts'
import { visibleCredentials } from '../../domain/credentials-of.ts'
import { statusOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { countedByKind } from '../kit/credential-kinds.ts'
import { GoneClients } from '../kit/gone-clients.tsx'
import { secretName } from '../kit/secret-name.ts'
import { Status } from '../kit/status.tsx'

type ClientsProps = { base: string; clients: Client[]; gone: string[]; now: Seconds }

/** The clients of a leak, with the secrets that end and the credentials that stay. */
export function LeakingClients({ base, clients, gone, now }: ClientsProps) {
  if (clients.length === 0) {
    return (
      <>
        {gone.length > 0 && (
          <ul>
            <GoneClients names={gone} />
          </ul>
        )}
        <p>
          <b>No client is chosen.</b> Open the page of one, or{' '}
          <a href={`${base}/find`}>find the credential</a> that leaked.
        </p>
      </>
    )
  }
  return (
    <ul>
      {clients.map((client) => (
        <li>
          <input type="hidden" name="client_id" value={client.clientId} />
          <b>
            <bdi>{client.name}</bdi>
          </b>{' '}
          <Status status={statusOf(client, now)} />
          <br />
          {endingOf(client, now)} {stayingOf(client, now)}
        </li>
      ))}
      <GoneClients names={gone} />
    </ul>
  )
}

function endingOf(client: Client, now: Seconds): string {
  const ending = visibleSecrets(client, now)
  if (ending.length === 0) return 'This client has no secret.'
  const names = ending.map(secretName).join(', ')
  return `${countedInWords(ending.length, 'secret')} can end: ${names}.`
}

function stayingOf(client: Client, now: Seconds): string {
  const staying = visibleCredentials(client, now).filter(({ kind }) => kind !== 'secret')
  return staying.length === 0 ? '' : `Not ended: ${countedByKind(staying)}.`
}
