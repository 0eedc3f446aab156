import type { SecretTerms } from '../dialogs/secret-changes.tsx'
import type { Proof } from '../form-input.ts'
import { SecretFields } from '../dialogs/secret-fields.tsx'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'

const WORKLOAD: Choice = [
  'workload',
  'Workload identity (recommended)',
  'For GitHub Actions, GitLab, Kubernetes, AWS, Azure, Google Cloud or SPIFFE. The platform vouches for the workload, so there is nothing to store, leak or renew. The next page asks which workload.',
]

const PUBLIC_KEY: Choice = [
  'public_key',
  'Public key',
  'The client signs with a private key that never leaves it. Recommended where no platform vouches for it. The next page asks for the public key.',
]

const CERTIFICATE: Choice = [
  'certificate',
  'Certificate (mutual TLS)',
  'The client proves itself in the TLS handshake, with a private key that never leaves it. The next page asks for the certificate.',
]

const SECRET: Choice = [
  'secret',
  'Secret',
  'A generated password. Every OAuth library supports it, and anyone who reads it can use it.',
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
      <Choices name="credential" legend="Credential" choices={choices} chosen={chosen} />
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
