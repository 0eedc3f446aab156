import type { Child } from 'hono/jsx'
import type { Lookup, Match } from '../../actions/lookups/match.ts'
import type { Client } from '../../domain/client.ts'
import { statusOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { Card } from '../kit/card.tsx'
import { DialogLink } from '../kit/dialog.tsx'
import { Mark } from '../kit/status.tsx'
import { Time } from '../kit/time.tsx'
import { STATUS_WORDS } from '../kit/words.ts'
import { findingInWords } from './finding-words.ts'
import { verdictInWords } from './verdict-words.ts'

type MatchProps = {
  base: string
  kind: Lookup['kind']
  match: Match
  now: Seconds
  mayManage: boolean
}

/** The verdict first, with what can be done about it; then why, then the details. */
export function MatchCard({ base, kind, match, now, mayManage }: MatchProps) {
  const { client, works } = match
  const mark = works ? { kind: 'good', icon: '✓' } : { kind: 'bad', icon: '●' }
  return (
    <Card
      title={
        <>
          <Mark {...mark}>{verdictInWords(kind, match)}</Mark>{' '}
          {client && <Owner base={base} client={client} now={now} />}
        </>
      }
      more={client && mayManage && <Actions base={base} client={client} />}
    >
      {whyOf(match, now).map((reason) => (
        <p>{reason}</p>
      ))}
      <dl class="facts">
        {factsOf(match, now).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Card>
  )
}

type OwnerProps = { base: string; client: Client; now: Seconds }

function Owner({ base, client, now }: OwnerProps) {
  return (
    <>
      <a href={`${base}/clients/${client.clientId}`}>
        <bdi>{client.name}</bdi>
      </a>{' '}
      ({STATUS_WORDS[statusOf(client, now)].label})
    </>
  )
}

function Actions({ base, client: { clientId, suspension } }: { base: string; client: Client }) {
  return (
    <>
      {!suspension && (
        <DialogLink href={`${base}/clients/${clientId}/suspension`} kind="danger">
          Suspend access…
        </DialogLink>
      )}
      <DialogLink href={`${base}/incidents/new?client_id=${clientId}`}>
        Respond to a leak…
      </DialogLink>
    </>
  )
}

/** The reasons; for a token those of its findings, with times as a person reads them. */
function whyOf({ why, findings }: Match, now: Seconds): string[] {
  if (!findings) return why
  return findings
    .filter(({ good }) => good === false)
    .map((finding) => findingInWords(finding, now)[1])
}

function factsOf({ client, credential }: Match, now: Seconds): [string, Child][] {
  const facts: [string, Child | null][] = [
    ['Label', credential?.label ? <bdi>{credential.label}</bdi> : null],
    ['ID', credential && <code>{credential.id}</code>],
    ['Key ID', credential?.keyId ? <code>{credential.keyId}</code> : null],
    ['Ends with', credential?.hint ? <code>{credential.hint}</code> : null],
    ['Name', credential?.name ? <bdi class="mono">{credential.name}</bdi> : null],
    ['Created', credential && <Time at={credential.createdAt} now={now} />],
    ['Expires', credential && <Time at={credential.expiresAt} now={now} />],
    ['Last used', credential && <Time at={credential.lastUsedAt} now={now} />],
    ['Client ID', client && <code>{client.clientId}</code>],
    ['Last token', client && <Time at={client.lastTokenAt} now={now} />],
    ['Suspended', client?.suspension ? <Time at={client.suspension.at} now={now} /> : null],
    ['Reason', client?.suspension?.reason ? <bdi>{client.suspension.reason}</bdi> : null],
  ]
  return facts.filter((fact): fact is [string, Child] => fact[1] !== null)
}
