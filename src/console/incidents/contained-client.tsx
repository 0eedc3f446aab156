import type { Child } from 'hono/jsx'
import type { ClientSince } from '../../actions/incidents/read-incident.ts'
import { clientOf, type KnownNames, nameKey } from '../../domain/audit.ts'
import { statusOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { Card } from '../kit/card.tsx'
import { refusalInWords } from '../kit/outcome-words.ts'
import { Status } from '../kit/status.tsx'
import { Time } from '../kit/time.tsx'
import { numberInWords, secondInUtc } from '../kit/words.ts'

type ContainedProps = { base: string; contained: ClientSince; names: KnownNames; now: Seconds }

/** One client of a leak: what was done to it, how it is now, and what it did since. */
export function ContainedClient({ base, contained, names, now }: ContainedProps) {
  const { clientId, client } = contained
  return (
    <Card
      title={
        client ? (
          <>
            <a href={`${base}/clients/${clientId}`}>
              <bdi>{client.name}</bdi>
            </a>{' '}
            <Status status={statusOf(client, now)} />
          </>
        ) : (
          <>
            <bdi>{names.get(nameKey(clientOf(clientId)))?.name ?? clientId}</bdi> was deleted since
          </>
        )
      }
    >
      <dl class="facts">
        {factsOf(contained, now).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Card>
  )
}

function factsOf(contained: ClientSince, now: Seconds): [string, Child][] {
  const { client, issued, at } = contained
  const facts: [string, Child | null][] = [
    ['Done', <>{doneTo(contained)}</>],
    ['At', secondInUtc(at)],
    ['Now', nowOf(contained)],
    ['Last token', client && <LastToken contained={contained} now={now} />],
    ['Issued', `${numberInWords(issued)}, that day included`],
    ['Refused', refusedIn(contained)],
  ]
  return facts.filter((fact): fact is [string, Child] => fact[1] !== null)
}

function doneTo({ suspended, endedSecrets, tokensRevoked }: ClientSince): string {
  const done = [
    ...(suspended ? ['access suspended'] : []),
    ...(endedSecrets.length > 0 ? [`${countedInWords(endedSecrets.length, 'secret')} ended`] : []),
    ...(tokensRevoked ? ['all tokens revoked'] : []),
  ]
  const sentence = done.join(', ') || 'nothing was left to do'
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/** Says what has changed since, or what was so before. */
function nowOf({ client, suspended, at }: ClientSince): string | null {
  if (!client) return 'Deleted. Its credentials and tokens stopped working permanently.'
  const { suspension } = client
  if (!suspension) return suspended ? 'Access was resumed since.' : 'Access is not suspended.'
  if (suspension.at < at) return 'Access has been suspended since before the response.'
  return suspended && suspension.at === at ? null : 'Access was suspended again since.'
}

function LastToken({ contained: { client, at }, now }: { contained: ClientSince; now: Seconds }) {
  const last = client?.lastTokenAt ?? null
  return (
    <>
      <Time at={last} now={now} />
      {last !== null && last > at && ', since the response'}
    </>
  )
}

function refusedIn({ refused }: ClientSince): Child {
  if (refused.length === 0) return 'None'
  return refused.map(({ outcome, count }) => (
    <div>
      {numberInWords(count)}: {refusalInWords(outcome)}
    </div>
  ))
}
