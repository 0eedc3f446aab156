import type { Child } from 'hono/jsx'
import type { KnownNames } from '../../../domain/audit.ts'
import type { Client } from '../../../domain/client.ts'
import type { Policy } from '../../../domain/policy.ts'
import type { Seconds } from '../../../domain/time.ts'
import { creatorInWords } from '../../kit/actor-words.ts'
import { CopyButton } from '../../kit/copy.tsx'
import { Moment, Time } from '../../kit/time.tsx'
import { dayInWords, durationInWords, minuteInUtc } from '../../kit/words.ts'

type FactsProps = {
  client: Client
  names: KnownNames
  now: Seconds
  policy: Pick<Policy, 'requireDpop'>
}

/** Lists what is known of a client. Settings that are as with most clients are left out. */
export function Facts(props: FactsProps) {
  const { client } = props
  return (
    <dl class="facts">
      <dt>Client ID</dt>
      <dd class="copy">
        <code id="client-id">{client.clientId}</code>
        <CopyButton of="client-id" what="Client ID" />
      </dd>
      {factsOf(props).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

type Fact = [name: string, value: Child]

function factsOf({ client, names, now, policy }: FactsProps): Fact[] {
  const { description, tags, contacts, createdBy, createdAt } = client
  const facts: [string, Child | null][] = [
    ['Description', description ? <bdi class="lines">{description}</bdi> : null],
    ['Tags', tags.length > 0 ? tags.map((tag) => <span class="tag">{tag} </span>) : null],
    ['Contacts', contacts.length > 0 ? <bdi>{contacts.join(', ')}</bdi> : null],
    ['Token lifetime', durationInWords(client.accessTokenLifetime)],
    ['Self-rotation', client.allowSelfRotation ? 'Allowed' : null],
    ['JWKS URL', client.jwksUri ? <code>{client.jwksUri}</code> : null],
    ...securityFacts(client),
    ['DPoP proof', policy.requireDpop ? 'Required by this server' : null],
    ['Last token', <Time at={client.lastTokenAt} now={now} />],
    ['Tokens revoked', revokedInWords(client)],
    [
      'Created',
      <>
        <Moment at={createdAt}>{dayInWords(createdAt)}</Moment> by{' '}
        <bdi>{creatorInWords(createdBy, names)}</bdi>
      </>,
    ],
    ['Changed', <Time at={client.updatedAt} now={now} />],
  ]
  return facts.filter((fact): fact is [string, Child] => fact[1] !== null)
}

function securityFacts(client: Client): [string, Child | null][] {
  const { assertionAudience, profile, boundSince } = client
  const isUsual = assertionAudience === 'issuer'
  return [
    ['Assertion audience', isUsual ? null : 'The issuer or the token endpoint'],
    ['Security profile', profile === null ? null : 'FAPI 2.0'],
    [
      'Bound tokens only',
      boundSince === null ? null : (
        <>
          since <Moment at={boundSince}>{dayInWords(boundSince)}</Moment>
        </>
      ),
    ],
  ]
}

function revokedInWords({ tokensValidFrom }: Client): string | null {
  return tokensValidFrom === null ? null : `All issued until ${minuteInUtc(tokensValidFrom)}`
}
