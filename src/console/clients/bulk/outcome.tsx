import type { BulkResult } from '../../../actions/clients/change-clients.ts'
import { statusOf } from '../../../domain/status.ts'
import type { Seconds } from '../../../domain/time.ts'
import { PageHead } from '../../kit/page-head.tsx'
import { Mark, Status } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { type BulkAction, clientsInWords } from './bulk-actions.ts'

type OutcomeProps = {
  base: string
  now: Seconds
  of: BulkAction
  results: BulkResult[]
  /** Whether the form was sent before: then nothing was done by this request. */
  isRepeat: boolean
}

/** Says what happened to each client. */
export function Outcome({ base, now, of: action, results, isRepeat }: OutcomeProps) {
  const changed = results.filter(({ isChanged }) => isChanged)
  const back = new URLSearchParams(changed.map(({ clientId }) => ['client', clientId]))
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
      <PageHead
        title={outcomeInWords(action, results, isRepeat)}
        crumbs={[['API clients', `${base}/clients`]]}
      >
        <a class="button" href={`${base}/clients`}>
          Back to the API clients
        </a>
        {action.action === 'suspend' && changed.length > 0 && (
          <a class="button" href={`${base}/clients/bulk/resumption?${back.toString()}`}>
            Resume these…
          </a>
        )}
      </PageHead>
      <section class="card">
        <Table label="What happened to each" columns={columns} rows={results} />
      </section>
    </>
  )
}

export function outcomeInWords(
  { done }: BulkAction,
  results: BulkResult[],
  isRepeat: boolean,
): string {
  if (isRepeat) return 'This form was already sent and carried out'
  return `${done} ${clientsInWords(results.filter(({ isChanged }) => isChanged).length)}`
}

function Name({ base, of: { clientId, before } }: { base: string; of: BulkResult }) {
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
  if (isRepeat) return <>Done before</>
  return isChanged ? (
    <Mark kind="good" icon="✓">
      Done
    </Mark>
  ) : (
    <>Was so before: nothing changed</>
  )
}
