import type { BulkResult } from '../../../actions/clients/change-clients.ts'
import { statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { BannerLine } from '../../kit/banner-line.tsx'
import { PageHead } from '../../kit/page-head.tsx'
import { Mark, Status } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { type BulkAction, clientsInWords } from './bulk-actions.ts'

type OutcomeProps = {
  base: string
  formToken: string
  now: Seconds
  of: BulkAction
  results: BulkResult[]
  /** Whether the form was sent before: then nothing was done by this request. */
  isRepeat: boolean
}

/** Says what happened to each client. */
export function Outcome({ base, formToken, now, of: action, results, isRepeat }: OutcomeProps) {
  const changed = results.filter(({ isChanged }) => isChanged)
  const those = new URLSearchParams(changed.map(({ clientId }) => ['client', clientId]))
  const href = `${base}/clients/bulk/resumption?${those.toString()}`
  const isUndone = action.action === 'suspend' && changed.length > 0
  const banner = {
    text: outcomeInWords(action, results, isRepeat),
    ...(isUndone && {
      undo: { label: changed.length === 1 ? 'Resume it…' : 'Resume these…', href },
    }),
  }
  const columns: Column<BulkResult>[] = [
    { head: 'Name', cell: (one) => <Name base={base} of={one} /> },
    { head: 'Result', kind: 'half', cell: (one) => <Result of={one} isRepeat={isRepeat} /> },
    {
      head: 'Status',
      kind: 'half',
      cell: ({ client }) => (client ? <Status status={statusOf(client, now)} /> : '—'),
    },
  ]
  return (
    <>
      <BannerLine formToken={formToken} banner={banner} />
      <PageHead title={OUTCOME} crumbs={[['API clients', `${base}/clients`]]}>
        <a class="button" href={`${base}/clients`}>
          Back to the API clients
        </a>
      </PageHead>
      <section class="card">
        <Table label={OUTCOME} columns={columns} rows={results} />
      </section>
    </>
  )
}

export const OUTCOME = 'What happened to each API client'

/** A repeat counts those that the first request has brought there, or that were there before it. */
function outcomeInWords({ done }: BulkAction, results: BulkResult[], isRepeat: boolean): string {
  const counted = results.filter((one) => (isRepeat ? one.refusal === null : one.isChanged))
  const text = `${done} ${clientsInWords(counted.length)}.`
  return isRepeat ? `${text} This form was sent twice and carried out once.` : text
}

function Name({ base, of: { clientId, before, client } }: { base: string; of: BulkResult }) {
  if (!client) return <bdi>{before ? before.name : clientId}</bdi>
  return (
    <a class="name" href={`${base}/clients/${clientId}`}>
      <bdi>{before ? before.name : clientId}</bdi>
    </a>
  )
}

function Result({ of: { isChanged, refusal }, isRepeat }: { of: BulkResult; isRepeat: boolean }) {
  if (refusal) {
    return (
      <Mark kind="bad" icon="●">
        {refusal.message}
      </Mark>
    )
  }
  if (isRepeat) return <>Is so now</>
  return isChanged ? (
    <Mark kind="good" icon="✓">
      Done
    </Mark>
  ) : (
    <>Was so before: nothing changed</>
  )
}
