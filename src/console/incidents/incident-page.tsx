import type { ClientSince, IncidentSince } from '../../actions/incidents/read-incident.ts'
import { clientOf, type KnownNames, nameKey } from '../../domain/audit.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { actorInWords } from '../kit/actor-words.ts'
import { Card } from '../kit/card.tsx'
import { CopyButton } from '../kit/copy.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { Time } from '../kit/time.tsx'
import { dayInWords, secondInUtc } from '../kit/words.ts'
import { ContainedClient } from './contained-client.tsx'

type IncidentProps = {
  base: string
  issuer: string
  incident: IncidentSince
  names: KnownNames
  now: Seconds
}

/** Shows what was done about a leak, and what its clients did since. */
export function IncidentPage({ base, issuer, incident, names, now }: IncidentProps) {
  const { incidentId, clients, actor, reason, at } = incident
  const address = `${new URL(issuer).origin}${base}/incidents/${incidentId}`
  return (
    <>
      <PageHead
        title={`Leak of ${subjectOf(clients, names)}`}
        crumbs={[['API clients', `${base}/clients`]]}
        about={
          <>
            Responded to at {secondInUtc(at)} (<Time at={at} now={now} />) by{' '}
            <bdi>{actorInWords(actor, names)}</bdi>
          </>
        }
      />
      <Card title="This page">
        <p>Reason: {reason === null ? <span class="faint">none</span> : <bdi>{reason}</bdi>}</p>
        <p class="copy">
          <code id="incident-link">{address}</code>
          <CopyButton of="incident-link" what="Link" />
        </p>
      </Card>
      {clients.map((one) => (
        <ContainedClient base={base} contained={one} names={names} now={now} />
      ))}
      <p class="hint">
        Tokens are counted by whole days in UTC, here from {dayInWords(at)} on and for 30 days: what
        came before the response on that day is in the figures, and the last minute may not be. Last
        token is exact to a minute.
      </p>
    </>
  )
}

function subjectOf(clients: ClientSince[], names: KnownNames): string {
  const [first] = clients
  if (first && clients.length === 1) {
    return (
      first.client?.name ?? names.get(nameKey(clientOf(first.clientId)))?.name ?? first.clientId
    )
  }
  return countedInWords(clients.length, 'client')
}
