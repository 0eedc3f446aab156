import { type Client, liveSecrets } from '../../../domain/client.ts'
import { isLive, type Secret } from '../../../domain/secret.ts'
import { DAY, type Seconds } from '../../../domain/time.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { Called } from '../../kit/versions.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import { expiryInWords } from '../../kit/words.ts'
import { secretName } from '../../kit/secret-name.ts'
import type { Change } from './change-page.tsx'
import { LastOne } from './last-credential.tsx'
import { SecretFields } from './secret-fields.tsx'

export type SecretTerms = { now: Seconds; lead: Seconds }

const OTHERS: Choice[] = [
  ['', 'Keep them', 'They work until they expire.'],
  [String(DAY), 'End them in a day', 'Time to put the new one in place.'],
  [
    '0',
    'End them now',
    'If one may have leaked. Tokens already issued keep working: revoke them too.',
  ],
]

export function secretChange(
  client: Client,
  { now, lead }: SecretTerms,
  entered: Entered = NOTHING_ENTERED,
): Change {
  const remind = client.secrets.at(-1)?.remind ?? true
  const chosen = entered.values.get('retire_others_in') ?? ''
  return {
    title: { before: 'Generate a secret for', name: client.name },
    label: 'Generate new secret',
    path: '/secrets',
    call: {
      method: 'POST',
      path: '/secrets',
      body: { retire_others_in: DAY },
      command: `clients rotate ${client.clientId} --retire-others-in 24h`,
    },
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
    title: { before: 'Delete secret', name: secretName(secret), after: '?' },
    label: 'Delete secret',
    isDanger: true,
    path: `/secrets/${secret.secretId}/deletion`,
    call: { method: 'DELETE', path: `/secrets/${secret.secretId}` },
    body: (
      <>
        <Called name={secretName(secret)} />
        <p>
          {isLive(secret, now)
            ? 'It stops working from the next request on'
            : `It ${expiryInWords(secret.expiresAt, now)}`}
          . Tokens already issued keep working.{' '}
          {isLive(secret, now) && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
