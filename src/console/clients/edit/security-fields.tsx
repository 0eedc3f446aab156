import type { AssertionAudience } from '../../../domain/client-details.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { errorOf, FieldProblem, hasConflict } from '../../kit/field.tsx'
import type { DetailsProps } from './details-fields.tsx'

const AUDIENCES: (Choice & [AssertionAudience, string, string])[] = [
  [
    'issuer',
    'The issuer',
    'As RFC 7523bis demands: an assertion for this server works on no other.',
  ],
  [
    'issuer_or_token_endpoint',
    'The issuer or the token endpoint',
    'For a client whose library puts the token endpoint there, as SMART Backend Services demands.',
  ],
]

/** The field for the `aud` of the assertions of a client with a public key. */
export function AudienceField({ entered, client }: DetailsProps) {
  const saved = client.assertionAudience ?? 'issuer'
  const chosen = entered.values.get('assertion_audience') ?? saved
  return (
    <details open={chosen !== 'issuer' || saved !== 'issuer'}>
      <summary>Audience of assertions</summary>
      <Choices
        name="assertion_audience"
        legend="With a public key, its assertions have as aud"
        choices={AUDIENCES}
        chosen={chosen}
        saved={hasConflict(entered) ? saved : undefined}
      />
    </details>
  )
}

const PROFILES: Choice[] = [
  ['', 'None', 'It may use any credential that this server knows.'],
  [
    'fapi2',
    'FAPI 2.0',
    'It has a public key for PS256, ES256 or EdDSA, or a certificate, and nothing else: no secret, no federated credential.',
  ],
]

/** The field for the security profile that a client is held to. */
export function ProfileField({ entered, client }: DetailsProps) {
  const saved = client.profile ?? ''
  const chosen = entered.values.get('profile') ?? saved
  const error = errorOf(entered, 'profile')
  return (
    <details open={error !== undefined || chosen !== '' || saved !== ''}>
      <summary>Security profile</summary>
      <Choices
        name="profile"
        legend="Hold it to"
        choices={PROFILES}
        chosen={chosen}
        saved={hasConflict(entered) ? saved : undefined}
      />
      {error && <FieldProblem id="profile-error" detail={error} />}
    </details>
  )
}

const BINDINGS: Choice[] = [
  [
    '',
    'As the request asks',
    'Bound to the key of a DPoP proof where there is one, else a bearer token.',
  ],
  [
    'dpop',
    'To a key (DPoP)',
    'It gets a token only with a proof, and an API takes the token only with another. Its library must speak RFC 9449, its APIs need the guard 0.1.0 or later, or another that checks cnf.',
  ],
  [
    'certificate',
    'To its certificate (mutual TLS)',
    'It gets a token only over a connection with its certificate, and an API takes it only from that (RFC 8705).',
  ],
  ['both', 'To both', 'A proof and the certificate, at each request.'],
]

/** The field for the keys that a client's tokens are bound to: a stolen one is worthless then. */
export function BindingField({ entered, client }: DetailsProps) {
  const saved = bindingOf(client)
  const chosen = entered.values.get('bound') ?? saved
  return (
    <details open={chosen !== '' || saved !== ''}>
      <summary>Bound tokens</summary>
      <Choices
        name="bound"
        legend="Its tokens are bound"
        choices={BINDINGS}
        chosen={chosen}
        saved={hasConflict(entered) ? saved : undefined}
      />
    </details>
  )
}

function bindingOf({ requireDpop, bindToCertificate }: DetailsProps['client']): string {
  if (requireDpop && bindToCertificate) return 'both'
  return requireDpop ? 'dpop' : bindToCertificate ? 'certificate' : ''
}
