import type { Client } from '../../../domain/client.ts'
import { NAME_MAX } from '../../../domain/client-details.ts'
import { attentionOf, statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Called } from '../../kit/confirm.tsx'
import { type Entered, Field, NOTHING_ENTERED } from '../../kit/field.tsx'
import { Status } from '../../kit/status.tsx'
import type { Change } from './change-dialog.tsx'
import { reasonsInWords } from '../reasons.ts'
import { SUSPENDED_AT } from '../../forms/banners.ts'

// Each change, with its consequences for this client.

/** `last` is the reason of the previous suspension, as a suggestion. */
export function suspendChange(entered: Entered = NOTHING_ENTERED, last = ''): Change {
  return {
    id: 'suspend',
    title: 'Suspend access?',
    label: 'Suspend access',
    danger: true,
    path: '/suspension',
    body: (
      <>
        <p>
          Its credentials and tokens are dead for the very next request: it gets no token, and each
          that it has is no longer active. APIs that remember answers (<code>maxStaleness</code> of
          their guard) may let a token pass for that long.
        </p>
        <p>
          Nothing is deleted. When access is resumed, the same credentials and tokens work again.
        </p>
        <Field name="reason" label="Reason (optional)" rows={2} entered={entered} value={last} />
      </>
    ),
  }
}

export function resumeChange(client: Client, now: Seconds): Change {
  const after = { ...client, suspension: null }
  return {
    id: 'resume',
    title: 'Resume access?',
    label: 'Resume access',
    path: '/resumption',
    body: (
      <>
        <input type="hidden" name={SUSPENDED_AT} value={client.suspension?.at} />
        <p>The same credentials and tokens work again, as far as they have not expired.</p>
        <p>
          It will then be: <Status status={statusOf(after, now)} />
        </p>
        {attentionOf(after, now).length > 0 && <p>{reasonsInWords(client, now).join('. ')}.</p>}
      </>
    ),
  }
}

export function revokeTokensChange(): Change {
  return {
    id: 'revoke-tokens',
    title: 'Revoke all tokens?',
    label: 'Revoke all tokens',
    danger: true,
    path: '/token-revocation',
    body: (
      <p>
        Every token issued until now is dead, for good. The client can get new ones: its credentials
        go on working. To stop it altogether, suspend its access.
      </p>
    ),
  }
}

export function deleteChange(client: Client, entered: Entered = NOTHING_ENTERED): Change {
  const { secrets, publicKeys, certificates, federatedCredentials } = client
  return {
    id: 'delete',
    title: 'Delete API client?',
    label: 'Delete API client',
    danger: true,
    path: '/deletion',
    body: (
      <>
        <p>
          This deletes{' '}
          <strong>
            <bdi>{client.name}</bdi>
          </strong>
          , its access, its secrets ({secrets.length}), its public keys ({publicKeys.length}), its
          certificates ({certificates.length}) and its federated credentials (
          {federatedCredentials.length}). Its tokens are dead for the very next request. It cannot
          be undone, and its client ID is never used again. What happened stays in the activity.
        </p>
        <Called name={client.name} />
        <Field
          name="confirm"
          label="Type its name to confirm"
          required
          maxlength={NAME_MAX * 2}
          entered={entered}
        />
      </>
    ),
  }
}
