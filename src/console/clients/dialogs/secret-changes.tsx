import { type Client, liveSecrets } from '../../../domain/client.ts'
import { isLive, type Secret } from '../../../domain/secret.ts'
import { DAY, type Seconds } from '../../../domain/time.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { Called } from '../../kit/confirm.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import { expiryInWords } from '../../kit/words.ts'
import type { Change } from './change-dialog.tsx'
import { LastOne } from './last-credential.tsx'
import { SecretFields } from './secret-fields.tsx'

export type SecretTerms = { now: Seconds; lead: Seconds }

const OTHERS: Choice[] = [
  ['', 'Keep them', 'They work until they expire.'],
  [String(DAY), 'End them in a day', 'Time to put the new one in place.'],
  ['0', 'End them now', 'If one may have leaked. Tokens live on: revoke them too.'],
]

export function secretChange(
  client: Client,
  { now, lead }: SecretTerms,
  entered: Entered = NOTHING_ENTERED,
): Change {
  const remind = client.secrets.at(-1)?.remind ?? true
  const chosen = entered.values.get('retire_others_in') ?? ''
  return {
    id: 'new-secret',
    title: 'Generate new secret',
    label: 'Generate new secret',
    path: '/secrets',
    body: (
      <>
        <SecretFields {...{ entered, now, lead, remind }} />
        {liveSecrets(client, now).length > 0 && (
          <Choices
            name="retire_others_in"
            legend="The other secrets"
            choices={OTHERS}
            chosen={chosen}
          />
        )}
      </>
    ),
  }
}

export function deleteSecretChange(client: Client, secret: Secret, now: Seconds): Change {
  return {
    id: `delete-${secret.secretId}`,
    title: `Delete secret …${secret.hint}?`,
    label: 'Delete secret',
    danger: true,
    path: `/secrets/${secret.secretId}/deletion`,
    body: (
      <>
        <Called name={secret.hint} />
        <p>
          {isLive(secret, now)
            ? 'It stops working at once'
            : `It ${expiryInWords(secret.expiresAt, now)}`}
          . Tokens that were issued with it live on.{' '}
          {isLive(secret, now) && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
