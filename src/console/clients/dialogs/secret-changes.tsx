import { type Client, liveSecrets } from '../../../domain/client.ts'
import type { Deps } from '../../../domain/deps.ts'
import { endOf, isLive, type Secret } from '../../../domain/secret.ts'
import { canExtendBy, extensionBy, GRACE_DAYS, patched } from '../../../domain/secret-extension.ts'
import { isAllowed, type Policy } from '../../../domain/policy.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { countedInWords } from '../../../domain/count.ts'
import type { Call } from '../../kit/as-command.tsx'
import { Called } from '../../kit/versions.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import { expiryInWords, minuteInUtc } from '../../kit/words.ts'
import { secretName } from '../../kit/secret-name.ts'
import { useInWords } from '../secret-use.ts'
import type { Change } from './change-page.tsx'
import { LastOne } from './last-credential.tsx'
import { RetirementFields } from './retirement-fields.tsx'
import { SecretFields } from './secret-fields.tsx'

export type SecretTerms = { now: Seconds; days: number[]; policy: Policy }

export function termsOf({ now, reminderDays: days, policy }: Deps): SecretTerms {
  return { now: now(), days, policy }
}

export function secretChange(
  client: Client,
  { now, days, policy }: SecretTerms,
  entered: Entered = NOTHING_ENTERED,
): Change {
  const remind = client.secrets.at(-1)?.remind ?? true
  const isRotation = liveSecrets(client, now).length > 0
  return {
    title: { before: isRotation ? 'Rotate secret of' : 'Generate a secret for', name: client.name },
    label: isRotation ? 'Rotate secret' : 'Generate new secret',
    path: '/secrets',
    call: secretCall(client, remind),
    body: (
      <>
        <SecretFields {...{ entered, now, days, policy, remind }} />
        {isRotation && <RetirementFields {...{ client, now, entered }} />}
      </>
    ),
  }
}

/** As the form begins: the other secrets are kept. */
function secretCall({ clientId }: Client, remind: boolean): Call {
  return {
    method: 'POST',
    path: '/secrets',
    ...(!remind && { body: { remind } }),
    command: `clients secrets create ${clientId}${remind ? '' : ' --no-remind'}`,
  }
}

/** How long a secret is extended in one go. */
export const EXTENSION_DAYS = GRACE_DAYS

export function isExtensible(secret: Secret, { now, policy }: Omit<SecretTerms, 'days'>): boolean {
  // Until its expiry, a secret that another replaced may be given back some days.
  const isFree = secret.retiresAt !== null || isAllowed(policy, 'secret')
  return isFree && canExtendBy(EXTENSION_DAYS, secret, now, policy.secretDaysMax)
}

/** Null where it cannot be extended. */
export function extendSecretChange(
  client: Client,
  secret: Secret,
  { now, policy }: Omit<SecretTerms, 'days'>,
): Change | null {
  if (!isExtensible(secret, { now, policy })) return null
  const patch = extensionBy(EXTENSION_DAYS, secret, now)
  const after = patched(secret, patch, now, policy.secretDaysMax)
  if ('field' in after) return null
  return {
    title: { before: 'Extend secret', name: secretName(secret), after: ` by ${DAYS}?` },
    label: `Extend by ${DAYS}`,
    path: `/secrets/${secret.secretId}/extension`,
    call: {
      method: 'PATCH',
      path: `/secrets/${secret.secretId}`,
      body: patch.expiresOn
        ? { expires_on: patch.expiresOn }
        : { retires_at: isoTime(endOf(after)) },
      command: `clients extend ${client.clientId} ${secret.secretId} --by ${EXTENSION_DAYS}d`,
    },
    body: (
      <>
        <Called name={secretName(secret)} />
        <p>
          {isLive(secret, now)
            ? `The same secret works until ${minuteInUtc(endOf(after))} instead of ${minuteInUtc(endOf(secret))}.`
            : `The same secret works again, until ${minuteInUtc(endOf(after))}.`}
        </p>
        {after.graceAt !== secret.graceAt && (
          <p>This is possible once: rotate the secret before then.</p>
        )}
      </>
    ),
  }
}

const DAYS = countedInWords(EXTENSION_DAYS, 'day')

export function deleteSecretChange(client: Client, secret: Secret, now: Seconds): Change {
  return {
    title: { before: 'Delete secret', name: secretName(secret), after: '?' },
    label: 'Delete secret',
    isDanger: true,
    path: `/secrets/${secret.secretId}/deletion`,
    call: {
      method: 'DELETE',
      path: `/secrets/${secret.secretId}`,
      command: `clients secrets delete ${client.clientId} ${secret.secretId} --yes`,
    },
    body: (
      <>
        <Called name={secretName(secret)} />
        <p>
          {isLive(secret, now)
            ? 'It stops working from the next request on'
            : `It ${expiryInWords(secret.expiresAt, now)}`}
          . It was {useInWords(secret, newerThan(client, secret), now)}. Tokens already issued keep
          working. {isLive(secret, now) && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}

/** The newest secret, if that is another. */
function newerThan({ secrets }: Client, secret: Secret): Secret | null {
  const newest = secrets.at(-1)
  return newest === undefined || newest.secretId === secret.secretId ? null : newest
}
