import type { SecretTerms } from '../dialogs/secret-changes.tsx'
import { SecretFields } from '../dialogs/secret-fields.tsx'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'

const CREDENTIALS: Choice[] = [
  ['secret', 'Secret', 'A text that both sides know. It works everywhere.'],
  [
    'public_key',
    'Public key (no shared secret)',
    'The client signs with a private key that never leaves it. Recommended where its platform can keep one: what is not shared cannot leak on the way or here. Its public key is asked for next.',
  ],
]

type CredentialFieldsProps = SecretTerms & {
  entered: Entered
  /** The setting of a secret; null for a client with public keys alone. */
  secret: { remind: boolean } | null
}

/** How a new client proves itself. With a script the fields of a secret go while a key is chosen. */
export function CredentialFields({ entered, secret, ...terms }: CredentialFieldsProps) {
  const chosen = entered.values.get('credential') ?? (secret ? 'secret' : 'public_key')
  // A form with a key came without the fields of a secret: they begin anew.
  const enteredOfSecret = chosen === 'secret' ? entered : NOTHING_ENTERED
  return (
    <>
      <Choices
        name="credential"
        legend="How it proves itself"
        choices={CREDENTIALS}
        chosen={chosen}
      />
      <fieldset class="of-secret" data-for="credential=secret">
        <legend class="unseen">Secret</legend>
        <SecretFields
          {...terms}
          entered={enteredOfSecret}
          within="secret."
          remind={secret?.remind ?? true}
        />
      </fieldset>
    </>
  )
}
