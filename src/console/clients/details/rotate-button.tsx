import { type Client, liveSecrets } from '../../../domain/client.ts'
import { isAllowed, type Policy } from '../../../domain/policy.ts'
import { LIVE_SECRETS_MAX } from '../../../domain/secret.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogLink } from '../../kit/dialog.tsx'
import { clientPath } from '../dialogs/change-page.tsx'

type RotateProps = { base: string; client: Client; now: Seconds; policy: Pick<Policy, 'allowed'> }

/** Leads to another secret; where there are as many as there may be, it stays and says why not. */
export function RotateButton({ base, client, now, policy }: RotateProps) {
  const live = liveSecrets(client, now).length
  if (!isAllowed(policy, 'secret')) return <span class="hint">{NO_SECRETS}</span>
  if (live >= LIVE_SECRETS_MAX) {
    return (
      <button type="button" disabled title={FULL}>
        Rotate secret…
      </button>
    )
  }
  return (
    <DialogLink href={`${clientPath(base, client)}/secrets/new`}>
      {live === 0 ? 'Generate new secret…' : 'Rotate secret…'}
    </DialogLink>
  )
}

const NO_SECRETS = 'This server allows no new secrets.'

export const FULL = `A client can have at most ${LIVE_SECRETS_MAX} secrets. To rotate, delete one first.`
