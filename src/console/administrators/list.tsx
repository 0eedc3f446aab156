import type { Administrator } from '../../domain/administrator.ts'
import { isMember, type Member } from '../../domain/member.ts'
import type { Seconds } from '../../domain/time.ts'
import { DialogLink } from '../kit/dialog.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'

type AdministratorsProps = {
  base: string
  now: Seconds
  administrators: (Administrator | Member)[]
  /** The visitor's own id, if they are an administrator. */
  ownId: string | null
  mayChange: boolean
}

const ACCESS_WORDS = { view: 'View only', manage: 'Manage' }

/** Everyone with access to Portcullis itself. */
export function AdministratorTable(props: AdministratorsProps) {
  const { administrators } = props
  if (administrators.length === 0) {
    return <p class="empty">No administrators yet. Only the bootstrap token opens the console.</p>
  }
  return <Table label="Administrators" columns={columnsOf(props)} rows={administrators} />
}

type Listed = Administrator | Member

function columnsOf(props: AdministratorsProps): Column<Listed>[] {
  const { base, now, ownId, mayChange } = props
  const pathOf = ({ administratorId }: Administrator) => `${base}/administrators/${administratorId}`
  return [
    {
      head: 'Email address',
      cell: ({ email, administratorId }) => (
        <>
          <bdi class="name">{email}</bdi>
          {administratorId === ownId && ' (you)'}
        </>
      ),
    },
    { head: 'Access', kind: 'date', cell: accessInWords },
    {
      head: 'Added',
      kind: 'date wide',
      cell: ({ createdAt }) => <Time at={createdAt} now={now} isShort />,
    },
    ...(mayChange ? [{ head: 'Change', kind: 'half', cell: changesOf(pathOf) }] : []),
  ]
}

function accessInWords(one: Listed): string {
  if (!isMember(one)) return ACCESS_WORDS[one.access]
  return one.blockedAt === null ? `${ACCESS_WORDS[one.access]}, by group` : 'Blocked'
}

const changesOf = (pathOf: (one: Listed) => string) => (one: Listed) =>
  isMember(one) ? (
    <div class="actions">
      <DialogLink
        href={`${pathOf(one)}/block`}
        {...(one.blockedAt === null && { kind: 'danger' as const })}
      >
        {one.blockedAt === null ? 'Block…' : 'Unblock…'}
        <span class="unseen"> {one.email}</span>
      </DialogLink>
    </div>
  ) : (
    <div class="actions">
      <DialogLink href={pathOf(one)}>
        Access…<span class="unseen"> of {one.email}</span>
      </DialogLink>
      <DialogLink href={`${pathOf(one)}/removal`} kind="danger">
        Remove…<span class="unseen"> {one.email}</span>
      </DialogLink>
    </div>
  )
