import type { AssertionAudience } from '../../../domain/client-details.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, errorOf, FieldProblem, hasConflict } from '../../kit/field.tsx'
import type { DetailsProps } from './details-fields.tsx'

const AUDIENCES: (Choice & [AssertionAudience, string, string])[] = [
  [
    'issuer',
    'The issuer',
    'As RFC 7523bis requires: an assertion made for this server works on no other.',
  ],
  [
    'issuer_or_token_endpoint',
    'The issuer or the token endpoint',
    'For a library that sends the token endpoint, as SMART Backend Services requires.',
  ],
]

/** The field for the `aud` of the assertions of a client with a public key. */
export function AudienceField({ entered, client }: DetailsProps) {
  return (
    <Setting
      entered={entered}
      name="assertion_audience"
      title="Audience of assertions"
      legend="The aud claim of assertions signed with a public key"
      choices={AUDIENCES}
      saved={client.assertionAudience ?? 'issuer'}
      usual="issuer"
    />
  )
}

const PROFILES: Choice[] = [
  ['', 'None', 'Any kind of credential is allowed.'],
  [
    'fapi2',
    'FAPI 2.0',
    'Only public keys for PS256, ES256 or EdDSA and certificates are allowed: no secret, no federated credential.',
  ],
]

/** The field for the security profile that a client is held to. */
export function ProfileField({ entered, client }: DetailsProps) {
  return (
    <Setting
      entered={entered}
      name="profile"
      title="Security profile"
      legend="This client must comply with"
      choices={PROFILES}
      saved={client.profile ?? ''}
      usual=""
    />
  )
}

const BINDINGS: Choice[] = [
  [
    '',
    'As each request asks',
    'Bound to the key of a DPoP proof if the request has one; otherwise a bearer token.',
  ],
  [
    'dpop',
    'To a key (DPoP)',
    'Every token request needs a DPoP proof, and so does every request to an API. The client’s library must support RFC 9449; its APIs need the guard or another verifier that checks cnf.',
  ],
  [
    'certificate',
    'To its certificate (mutual TLS)',
    'Tokens are issued and accepted only over a connection with the client’s certificate (RFC 8705).',
  ],
  ['both', 'To both', 'Every request needs a proof and the certificate.'],
]

/** The field for the keys that a client's tokens are bound to: a stolen one is worthless then. */
export function BindingField({ entered, client }: DetailsProps) {
  return (
    <Setting
      entered={entered}
      name="bound"
      title="Bound tokens"
      legend="Bind its tokens"
      choices={BINDINGS}
      saved={bindingOf(client)}
      usual=""
    />
  )
}

function bindingOf({ requireDpop, bindToCertificate }: DetailsProps['client']): string {
  if (requireDpop && bindToCertificate) return 'both'
  return requireDpop ? 'dpop' : bindToCertificate ? 'certificate' : ''
}

type SettingProps = {
  entered: Entered
  name: string
  title: string
  legend: string
  choices: Choice[]
  saved: string
  /** The choice with which the setting stays folded. */
  usual: string
}

/** A setting that few clients need: folded until it is another than usual, or wrong. */
function Setting({ entered, name, title, legend, choices, saved, usual }: SettingProps) {
  const chosen = entered.values.get(name) ?? saved
  const error = errorOf(entered, name)
  return (
    <details open={error !== undefined || chosen !== usual || saved !== usual}>
      <summary>{title}</summary>
      <Choices
        name={name}
        legend={legend}
        choices={choices}
        chosen={chosen}
        saved={hasConflict(entered) ? saved : undefined}
      />
      {error && <FieldProblem id={`${name}-error`} label={title} detail={error} />}
    </details>
  )
}
