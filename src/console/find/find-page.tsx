import type { Lookup, Match } from '../../actions/lookups/match.ts'
import type { Seconds } from '../../domain/time.ts'
import { Card } from '../kit/card.tsx'
import { FormToken } from '../kit/field.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { PastedField } from '../kit/pasted-field.tsx'
import { Submit } from '../kit/submit.tsx'
import { MatchCard } from './match-card.tsx'
import { TokenDetails } from './token-details.tsx'

type FindProps = {
  base: string
  formToken: string
  now: Seconds
  mayManage: boolean
  lookup?: Lookup
  problem?: string
}

/** Says whose a credential is, and whether it works; what was pasted is not shown again. */
export function FindPage({ base, formToken, problem, lookup, ...rest }: FindProps) {
  return (
    <>
      <PageHead
        title="Find a credential"
        about={
          <>
            Whose is it, and does it work? For a token that a platform gave its workload:{' '}
            <a href={`${base}/workloads`}>Why is a workload’s token refused?</a>
          </>
        }
      />
      {lookup && <Found base={base} lookup={lookup} {...rest} />}
      <form class="card form pad" method="post" action={`${base}/find`}>
        <FormToken token={formToken} />
        <PastedField
          name="text"
          label={lookup ? 'Find another' : 'What you found'}
          hint={WHAT}
          subject="This text"
          problem={problem}
        />
        <Submit kind="primary" label="Find" />
      </form>
    </>
  )
}

const WHAT =
  'An access token or a secret, whole or in part; a key ID, the last characters of a secret, the ID of a credential, a kid, a thumbprint, a jti or a client ID. Nothing of it is stored, logged or shown again.'

type FoundProps = Omit<FindProps, 'formToken' | 'problem' | 'lookup'> & { lookup: Lookup }

function Found({ lookup, ...rest }: FoundProps) {
  const { matches, notes, isCut } = lookup
  return (
    <>
      {matches.length === 0 && <Notes title="Nothing found" notes={notes} />}
      {matches.map((match) => (
        <Whole kind={lookup.kind} match={match} {...rest} />
      ))}
      {isCut && <p class="faint">There are more than these {matches.length}.</p>}
      {matches.length > 0 && notes.length > 0 && <Notes title="About this text" notes={notes} />}
    </>
  )
}

type WholeProps = Omit<FoundProps, 'lookup'> & { kind: Lookup['kind']; match: Match }

function Whole({ kind, match, ...rest }: WholeProps) {
  const { findings, text = null } = match
  return (
    <>
      <MatchCard kind={kind} match={match} {...rest} />
      {findings && <TokenDetails base={rest.base} now={rest.now} findings={findings} text={text} />}
    </>
  )
}

function Notes({ title, notes }: { title: string; notes: string[] }) {
  return (
    <Card title={title}>
      {notes.map((one) => (
        <p>{one}</p>
      ))}
    </Card>
  )
}
