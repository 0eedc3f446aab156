import type { Client } from '../../../domain/client.ts'
import { NAME_MAX } from '../../../domain/client-details.ts'
import { visibleCredentials } from '../../../domain/credentials-of.ts'
import { attentionOf, statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { SUSPENDED_AT } from '../../forms/banners.ts'
import { quoted } from '../../kit/as-command.tsx'
import { countedByKind } from '../../kit/credential-kinds.ts'
import { type Entered, Field, NOTHING_ENTERED } from '../../kit/field.tsx'
import { Status } from '../../kit/status.tsx'
import { Called } from '../../kit/versions.tsx'
import { reasonsInWords } from '../reasons.ts'
import type { Change } from './change-page.tsx'

// Each change, with its consequences for this client.

/** `last` is the reason of the previous suspension, as a suggestion. */
export function suspendChange(client: Client, entered = NOTHING_ENTERED, last = ''): Change {
  const { name, clientId } = client
  const reason = entered.values.get('reason') ?? last
  return {
    title: { before: 'Suspend access of', name, after: '?' },
    label: 'Suspend access',
    isDanger: true,
    path: '/suspension',
    call: {
      method: 'PUT',
      path: '/suspension',
      ...(reason && { body: { reason } }),
      command: `clients suspend ${clientId}${reason && ` --reason ${quoted(reason)}`}`,
    },
    body: (
      <>
        <p>
          From the next request on, this client can’t get tokens and the ones it has are rejected.
          An API that caches answers can accept a token for up to its <code>maxStaleness</code>.
        </p>
        <p>
          Nothing is deleted. After you resume access, the same credentials and tokens work again,
          unless they have expired or been revoked.
        </p>
        <Field name="reason" label="Reason (optional)" rows={2} entered={entered} value={last} />
      </>
    ),
  }
}

export function resumeChange(client: Client, now: Seconds): Change {
  const after = { ...client, suspension: null }
  return {
    title: { before: 'Resume access of', name: client.name, after: '?' },
    label: 'Resume access',
    path: '/resumption',
    call: {
      method: 'DELETE',
      path: '/suspension',
      command: `clients resume ${client.clientId}`,
    },
    body: (
      <>
        <input type="hidden" name={SUSPENDED_AT} value={client.suspension?.at} />
        <p>
          Its remaining credentials and tokens work again. Whatever has expired, ended or been
          revoked stays that way.
        </p>
        <p>
          Status after resuming: <Status status={statusOf(after, now)} />
        </p>
        {attentionOf(after, now).length > 0 && <p>{reasonsInWords(client, now).join('. ')}.</p>}
      </>
    ),
  }
}

export function revokeTokensChange({ clientId, name }: Client): Change {
  return {
    title: { before: 'Revoke all tokens of', name, after: '?' },
    label: 'Revoke all tokens',
    isDanger: true,
    path: '/token-revocation',
    call: {
      method: 'DELETE',
      path: '/tokens',
      command: `clients revoke-tokens ${clientId}`,
    },
    body: (
      <p>
        All tokens issued so far stop working permanently. This client can get new ones with the
        credentials it has. To stop it altogether, suspend its access.
      </p>
    ),
  }
}

export function deleteChange(
  client: Client,
  now: Seconds,
  entered: Entered = NOTHING_ENTERED,
): Change {
  const { name } = client
  return {
    title: { before: 'Delete', name, after: '?' },
    label: 'Delete API client',
    isDanger: true,
    path: '/deletion',
    call: { method: 'DELETE', path: '', command: `clients delete ${client.clientId} --yes` },
    body: (
      <>
        <p>
          This permanently deletes this client, its access and its credentials:{' '}
          {countedByKind(visibleCredentials(client, now)) || 'none'}. From the next request on, its
          tokens are rejected. Its client ID is never used again; its history stays in the activity.
        </p>
        <p>To stop it for a while only, suspend its access instead.</p>
        <Called name={name} />
        <Field
          name="confirm"
          label={`Type the name of this client to confirm: ${name}`}
          subject="Confirmation"
          required
          maxlength={NAME_MAX * 2}
          entered={entered}
        />
      </>
    ),
  }
}
