import type { Client } from '../../../domain/client.ts'
import { attentionOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogLink } from '../../kit/dialog.tsx'
import { Time } from '../../kit/time.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { reasonsInWords } from '../reasons.ts'
import type { DetailsProps } from './details-props.ts'

type NoteProps = Pick<DetailsProps, 'base' | 'client' | 'now' | 'mayManage'>

/** Why this client needs somebody, with the button that ends it. There is one note at most. */
export function ClientNote({ base, client, now, mayManage }: NoteProps) {
  if (client.suspension) return <Suspended client={client} now={now} />
  const reasons = reasonsInWords(client, now)
  if (reasons.length > 0) {
    return (
      <div class="note">
        <div>
          {reasons.map((reason) => (
            <p>
              <b>{reason}.</b>
            </p>
          ))}
          <OnItsWay client={client} />
        </div>
        {mayManage && <Remedy path={clientPath(base, client)} client={client} now={now} />}
      </div>
    )
  }
  if (client.propagation === 'complete') return null
  return (
    <div class="note">
      <OnItsWay client={client} />
    </div>
  )
}

function Suspended({ client, now }: { client: Client; now: Seconds }) {
  const { suspension } = client
  return (
    <div class="note">
      <div>
        <p>
          <b>Access has been suspended</b> since <Time at={suspension?.at ?? null} now={now} />:
          this client can’t get tokens, and the ones it has are rejected.
          {suspension?.reason && (
            <>
              {' '}
              Reason: <bdi>{suspension.reason}</bdi>
            </>
          )}
        </p>
        {reasonsInWords(client, now).map((reason) => (
          <p>{reason}.</p>
        ))}
        <OnItsWay client={client} />
      </div>
    </div>
  )
}

function OnItsWay({ client }: { client: Client }) {
  if (client.propagation === 'complete') return null
  return (
    <p>
      The last change is in force here. It is still on its way to the denylist that some APIs read;
      Portcullis tries again every minute.
    </p>
  )
}

type RemedyProps = { path: string; client: Client; now: Seconds }

function Remedy({ path, client, now }: RemedyProps) {
  const [first] = attentionOf(client, now)
  if (first?.reason === 'no_permissions') {
    return (
      <a class="button" href={`${path}/access`}>
        Give access
      </a>
    )
  }
  if (first?.secretId !== undefined || first?.reason === 'no_credentials') {
    return <DialogLink href={`${path}/secrets/new`}>Generate new secret…</DialogLink>
  }
  return null
}
