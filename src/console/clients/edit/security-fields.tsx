import type { AssertionAudience } from '../../../domain/client-details.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, errorOf, FieldProblem, hasConflict } from '../../kit/field.tsx'
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
  return (
    <Setting
      entered={entered}
      name="assertion_audience"
      title="Audience of assertions"
      legend="With a public key, its assertions have as aud"
      choices={AUDIENCES}
      saved={client.assertionAudience ?? 'issuer'}
      usual="issuer"
    />
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
  return (
    <Setting
      entered={entered}
      name="profile"
      title="Security profile"
      legend="Hold it to"
      choices={PROFILES}
      saved={client.profile ?? ''}
      usual=""
    />
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
  return (
    <Setting
      entered={entered}
      name="bound"
      title="Bound tokens"
      legend="Its tokens are bound"
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
      {error && <FieldProblem id={`${name}-error`} detail={error} />}
    </details>
  )
}
