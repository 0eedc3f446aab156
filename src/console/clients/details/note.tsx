import type { Client } from '../../../domain/client.ts'
import { attentionOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogLink } from '../../kit/dialog.tsx'
import { Time } from '../../kit/time.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { EXTENSION_DAYS, isExtensible } from '../dialogs/secret-changes.tsx'
import { reasonsInWords } from '../reasons.ts'
import type { DetailsProps } from './details-props.ts'
import { RotateButton } from './rotate-button.tsx'

type NoteProps = Pick<DetailsProps, 'base' | 'client' | 'now' | 'policy' | 'mayManage'>

/** Why this client needs somebody, with the button that ends it. There is one note at most. */
export function ClientNote({ base, client, now, policy, mayManage }: NoteProps) {
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
        {mayManage && <Remedy {...{ base, client, now, policy }} />}
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
          <b>Access was suspended</b> <Time at={suspension?.at ?? null} now={now} />: this client
          can’t get tokens, and the ones it has are rejected.
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

type RemedyProps = Omit<NoteProps, 'mayManage'>

function Remedy({ base, client, now, policy }: RemedyProps) {
  const [first] = attentionOf(client, now)
  const path = clientPath(base, client)
  if (first?.reason === 'no_permissions') {
    return (
      <a class="button" href={`${path}/access`}>
        Give access
      </a>
    )
  }
  if (first?.secretId === undefined && first?.reason !== 'no_credentials') return null
  const secret = client.secrets.find(({ secretId }) => secretId === first.secretId)
  return (
    <div class="actions">
      <RotateButton {...{ base, client, now, policy }} />
      {secret && isExtensible(secret, { now, policy }) && (
        <DialogLink href={`${path}/secrets/${secret.secretId}/extension`}>
          Extend by {EXTENSION_DAYS} days…
        </DialogLink>
      )}
    </div>
  )
}
