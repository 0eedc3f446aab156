import type { SecretTerms } from '../dialogs/secret-changes.tsx'
import type { Proof } from '../form-input.ts'
import { SecretFields } from '../dialogs/secret-fields.tsx'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'

const WORKLOAD: Choice = [
  'workload',
  'Identity of its platform (recommended)',
  'For what runs in GitHub Actions, GitLab, Kubernetes, AWS, Azure, Google Cloud or under SPIFFE: the platform vouches for it, and there is nothing to store, to leak or to renew. Which workload it is is asked for next.',
]

const PUBLIC_KEY: Choice = [
  'public_key',
  'Public key',
  'The client signs with a private key that never leaves it. Recommended where no platform vouches for it: what is not shared cannot leak on the way or here. Its public key is asked for next.',
]

const CERTIFICATE: Choice = [
  'certificate',
  'Certificate (mutual TLS)',
  'The client proves itself in the TLS handshake, with a private key that never leaves it. Its certificate is asked for next.',
]

const SECRET: Choice = [
  'secret',
  'Secret',
  'A text that both sides know. Every library can use it, and whoever reads it.',
]

type CredentialFieldsProps = SecretTerms & {
  entered: Entered
  /** The values of the client that is copied. */
  from: { proof: Proof; secret: { remind: boolean } }
  /** Whether a certificate is among the choices. */
  withCertificate: boolean
}

/** How a new client proves itself. With a script the fields of a secret go with another choice. */
export function CredentialFields(props: CredentialFieldsProps) {
  const { entered, from, withCertificate, ...terms } = props
  const chosen = entered.values.get('credential') ?? from.proof
  const hasCertificate = withCertificate || chosen === 'certificate'
  const choices = [WORKLOAD, PUBLIC_KEY, ...(hasCertificate ? [CERTIFICATE] : []), SECRET]
  // A form with another choice came without the fields of a secret: they begin anew.
  const enteredOfSecret = chosen === 'secret' ? entered : NOTHING_ENTERED
  return (
    <>
      <Choices name="credential" legend="How it proves itself" choices={choices} chosen={chosen} />
      <fieldset class="of-secret" data-for="credential=secret">
        <legend class="unseen">Secret</legend>
        <SecretFields
          {...terms}
          entered={enteredOfSecret}
          within="secret."
          remind={from.secret.remind}
        />
      </fieldset>
    </>
  )
}
