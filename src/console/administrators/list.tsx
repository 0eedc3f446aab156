import type { Administrator } from '../../domain/administrator.ts'
import type { Seconds } from '../../domain/time.ts'
import { Called, Confirm } from '../kit/confirm.tsx'
import { Table, type TableHeads } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'

type AdministratorsProps = {
  base: string
  formToken: string
  now: Seconds
  administrators: Administrator[]
  /** The visitor's own id, if they are an administrator. */
  ownId: string | null
  mayChange: boolean
}

/** Everyone with access to Portcullis itself. */
export function AdministratorTable(props: AdministratorsProps) {
  const { now, administrators, ownId, mayChange } = props
  const heads: TableHeads = ['E-mail address', 'Access', ['Added', 'wide']]
  if (mayChange) heads.push('Change')
  return (
    <Table label="Administrators" heads={heads}>
      {administrators.map((one) => (
        <tr>
          <td>
            <bdi>{one.email}</bdi>
            {one.administratorId === ownId && ' (you)'}
          </td>
          <td>{one.access === 'manage' ? 'Manage' : 'View only'}</td>
          <td class="wide">
            <Time at={one.createdAt} now={now} />
          </td>
          {mayChange && (
            <td>
              <Changes {...props} one={one} />
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}

function Changes(props: AdministratorsProps & { one: Administrator }) {
  const { base, formToken, one, ownId } = props
  const { administratorId: id, email, access, version } = one
  const path = `${base}/administrators/${id}`
  const [other, label] =
    access === 'manage'
      ? (['view', 'Make view only'] as const)
      : (['manage', 'Let manage'] as const)
  const shared = { about: email, formToken, version }
  return (
    <div class="row">
      <Confirm
        {...shared}
        id={`access-${id}`}
        label={label}
        title="Change access?"
        action={path}
        kind="quiet"
      >
        <input type="hidden" name="access" value={other} />
        <p>
          <bdi>{email}</bdi>{' '}
          {other === 'manage'
            ? 'may change everything here, administrators too, and gets the reminders.'
            : 'still sees everything, changes nothing from now on, and gets no more reminders.'}
        </p>
      </Confirm>
      <Confirm
        {...shared}
        id={`remove-${id}`}
        label="Remove"
        title="Remove administrator?"
        action={`${path}/removal`}
      >
        <Called name={email} />
        <p>
          <bdi>{email}</bdi> is signed out at once and gets in no more. What they did here stays as
          it is.{id === ownId && ' That is you.'}
        </p>
      </Confirm>
    </div>
  )
}
