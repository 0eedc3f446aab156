import type { CredentialKind } from '../../../domain/credential.ts'
import { isAllowed } from '../../../domain/policy.ts'
import type { SecretTerms } from '../dialogs/secret-changes.tsx'
import type { Proof } from '../form-input.ts'
import { SecretFields } from '../dialogs/secret-fields.tsx'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'

const WORKLOAD: Choice & [Proof, ...string[]] = [
  'workload',
  'Workload identity (recommended)',
  'For GitHub Actions, GitLab, Kubernetes, AWS, Azure, Google Cloud or SPIFFE. The platform vouches for the workload, so there is nothing to store, leak or renew. The next page asks which workload.',
]

const PUBLIC_KEY: Choice & [Proof, ...string[]] = [
  'public_key',
  'Public key',
  'The client signs with a private key that never leaves it. Recommended where no platform vouches for it. The next page asks for the public key.',
]

const CERTIFICATE: Choice & [Proof, ...string[]] = [
  'certificate',
  'Certificate (mutual TLS)',
  'The client proves itself in the TLS handshake, with a private key that never leaves it. The next page asks for the certificate.',
]

const SECRET: Choice & [Proof, ...string[]] = [
  'secret',
  'Secret',
  'A generated password. Every OAuth library supports it, and anyone who reads it can use it.',
]

/** The kind of credential behind each choice of the form. */
export const KIND_OF: Record<Proof, CredentialKind> = {
  workload: 'federated_credential',
  public_key: 'public_key',
  certificate: 'certificate',
  secret: 'secret',
}

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
  const wanted = entered.values.get('credential') ?? from.proof
  const hasCertificate = withCertificate || wanted === 'certificate'
  const all = [WORKLOAD, PUBLIC_KEY, ...(hasCertificate ? [CERTIFICATE] : []), SECRET]
  const choices = all.filter(([proof]) => isAllowed(terms.policy, KIND_OF[proof]))
  const chosen = choices.find(([proof]) => proof === wanted)?.[0] ?? choices[0]?.[0]
  if (chosen === undefined) return <NoCredential />
  // A form with another choice came without the fields of a secret: they begin anew.
  const enteredOfSecret = chosen === 'secret' ? entered : NOTHING_ENTERED
  return (
    <>
      <Choices name="credential" legend="Credential" choices={choices} chosen={chosen} />
      {isAllowed(terms.policy, 'secret') ? (
        <fieldset class="of-secret" data-for="credential=secret">
          <legend class="unseen">Secret</legend>
          <SecretFields
            {...terms}
            entered={enteredOfSecret}
            within="secret."
            remind={from.secret.remind}
          />
        </fieldset>
      ) : (
        <p class="hint">This server allows no new secrets.</p>
      )}
    </>
  )
}

/** The client is created without one: any choice but a secret does that. */
function NoCredential() {
  return (
    <>
      <input type="hidden" name="credential" value="public_key" />
      <p class="hint">This server allows no new credentials: this client will have none.</p>
    </>
  )
}
