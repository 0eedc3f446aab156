import type { KnownNames } from '../../../domain/audit.ts'
import type { Lasting } from '../../../domain/lasting.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { creatorInWords } from '../../kit/actor-words.ts'
import { Menu, MenuEntry } from '../../kit/menu.tsx'
import { Mark } from '../../kit/status.tsx'
import type { Column } from '../../kit/table.tsx'
import { Moment, Time } from '../../kit/time.tsx'
import { minuteInUtc, shortDay, shortTime } from '../../kit/words.ts'

// Columns that the tables of credentials have in common.

type Reminded = Pick<Lasting, 'remind' | 'remindedAt' | 'reminderError'>
type ReminderProps = { of: Reminded; now: Seconds; isNewest: boolean }

/** Whether somebody is told before it ends, and whether that went wrong. */
export function Reminder({ of, now, isNewest }: ReminderProps) {
  const { remind, remindedAt, reminderError } = of
  if (reminderError !== null) {
    return (
      <p class="sub warn" title={reminderError}>
        Reminder not sent: <bdi>{reminderError}</bdi>
      </p>
    )
  }
  return <p class="sub">{reminderInWords({ remind, remindedAt }, isNewest, now)}</p>
}

type Told = Pick<Reminded, 'remind' | 'remindedAt'>

function reminderInWords({ remind, remindedAt }: Told, isNewest: boolean, now: Seconds): string {
  if (remindedAt !== null) return `Reminder sent ${shortTime(remindedAt, now)}`
  if (!remind) return 'No reminder'
  return isNewest ? 'Reminder on' : 'No reminder: a newer one exists'
}

/** The day, and how far away that is where it matters: in red when it is over. */
export function Day({ at, now, soon }: { at: Seconds; now: Seconds; soon: Seconds }) {
  const kind = at <= now ? 'bad' : at - now <= soon ? 'warn' : ''
  return (
    <span class={`status ${kind}`.trim()} title={minuteInUtc(at)}>
      {shortDay(at, now)} <span class="sub">{shortTime(at, now)}</span>
    </span>
  )
}

type Terms<One> = { all: One[]; now: Seconds; lead: Seconds }

/** The end of a credential that does not have to end. */
export function expiresColumn<One extends Lasting>({ all, now, lead }: Terms<One>): Column<One> {
  return {
    head: 'Expires',
    cell: (one) =>
      one.expiresAt === null ? (
        <span class="faint">never</span>
      ) : (
        <>
          {!isUnexpired(one, now) && (
            <Mark kind="bad" icon="●">
              Expired
            </Mark>
          )}{' '}
          <Day at={one.expiresAt} now={now} soon={lead} />
          <Reminder of={one} now={now} isNewest={one === all.at(-1)} />
        </>
      ),
  }
}

export function lastUsedColumn<One extends { lastUsedAt: Seconds | null }>(
  now: Seconds,
): Column<One> {
  return {
    head: 'Last used',
    kind: 'date',
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} now={now} isShort />,
  }
}

type Created = { createdAt: Seconds; createdBy: string | null }

export function createdColumn<One extends Created>(now: Seconds, names: KnownNames): Column<One> {
  return {
    head: 'Created',
    kind: 'wide',
    cell: ({ createdAt, createdBy }) => (
      <>
        <Moment at={createdAt}>{shortDay(createdAt, now)}</Moment>
        {createdBy !== null && (
          <p class="sub one" title={createdBy}>
            by <bdi>{creatorInWords(createdBy, names)}</bdi>
          </p>
        )}
      </>
    ),
  }
}

/** The menu of a credential; `nameOf` says which one to people who hear a list of such menus. */
export function deleteColumn<One>(
  pathOf: (one: One) => string,
  nameOf: (one: One) => string,
): Column<One> {
  return {
    head: '',
    kind: 'more',
    cell: (one) => (
      <Menu label={`More actions for ${nameOf(one)}`}>
        <MenuEntry href={`${pathOf(one)}/deletion`} isDanger asks>
          Delete…
        </MenuEntry>
      </Menu>
    ),
  }
}
