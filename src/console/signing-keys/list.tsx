import {
  isScheduled,
  NEVER,
  type SigningKey,
  type SigningKeyState,
} from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { Menu, MenuEntry } from '../kit/menu.tsx'
import { Mark } from '../kit/status.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'

type State = { label: string; icon: string; kind: string; means: string }

const STATES: Record<SigningKeyState, State> = {
  standby: { label: 'Standby', icon: '○', kind: '', means: 'Published; signs nothing yet' },
  active: { label: 'Active', icon: '✓', kind: 'good', means: 'Signs new tokens' },
  retiring: {
    label: 'Retiring',
    icon: '↓',
    kind: '',
    means: 'No longer signs; published until its tokens have expired',
  },
  gone: { label: 'Gone', icon: '–', kind: '', means: 'No longer published or needed' },
  revoked: { label: 'Revoked', icon: '●', kind: 'bad', means: 'All tokens it signed are rejected' },
}

export type Listed = { key: SigningKey; state: SigningKeyState }
type TableProps = { base: string; now: Seconds; mayChange: boolean; keys: Listed[] }

export function SigningKeyTable(props: TableProps) {
  return <Table label="Signing keys" columns={columnsOf(props)} rows={props.keys} />
}

function columnsOf({ base, now, mayChange }: TableProps): Column<Listed>[] {
  const revocation: Column<Listed> = {
    head: '',
    kind: 'more',
    cell: ({ key, state }) =>
      state !== 'revoked' &&
      state !== 'gone' && (
        <Menu label={`More actions for ${key.kid}`}>
          <MenuEntry href={revocationPath(base, key)} isDanger asks>
            Revoke key…
          </MenuEntry>
        </Menu>
      ),
  }
  return [
    { head: 'Key', cell: ({ key }) => <KeyId of={key} /> },
    {
      head: 'State',
      cell: ({ state }) => <KeyState state={state} />,
    },
    {
      head: 'Created',
      kind: 'date wide',
      cell: ({ key }) => <Time at={key.createdAt} now={now} isShort />,
    },
    {
      head: 'Signs from',
      kind: 'date',
      cell: ({ key }) => (
        <Time
          at={isScheduled(key, now) ? key.activatesAt : null}
          now={now}
          none="no date"
          isShort
        />
      ),
    },
    {
      head: 'Revoked',
      kind: 'date',
      cell: ({ key }) => <Time at={key.revokedAt} now={now} none="no" isShort />,
    },
    ...(mayChange ? [revocation] : []),
  ]
}

function KeyId({ of: { kid, algorithm } }: { of: SigningKey }) {
  return (
    <>
      <code>{kid}</code>
      <p class="sub">{algorithm}</p>
    </>
  )
}

function KeyState({ state }: { state: SigningKeyState }) {
  const { label, icon, kind, means } = STATES[state]
  return (
    <>
      <Mark kind={kind} icon={icon}>
        {label}
      </Mark>
      <p class="sub">{means}</p>
    </>
  )
}

export function revocationPath(base: string, { kid }: SigningKey): string {
  return `${base}/signing-keys/${kid}/revocation`
}

type StrangeProps = { keys: SigningKey[]; now: Seconds }

/** Database rows that look like keys but are not ours. They are not used and have no buttons. */
export function StrangeKeys({ keys, now }: StrangeProps) {
  if (keys.length === 0) return null
  const columns: Column<SigningKey>[] = [
    { head: 'Key', cell: (key) => <KeyId of={key} /> },
    { head: 'Created', cell: ({ createdAt }) => <Time at={createdAt} now={now} /> },
    {
      head: 'Signs from',
      cell: ({ activatesAt }) => (
        <Time at={activatesAt === NEVER ? null : activatesAt} now={now} none="no date" />
      ),
    },
    { head: 'Revoked', cell: ({ revokedAt }) => <Time at={revokedAt} now={now} none="no" /> },
  ]
  return (
    <section class="card">
      <header>
        <h2>
          <Mark kind="bad" icon="●">
            Not ours
          </Mark>
        </h2>
      </header>
      <p class="pad">
        These rows in the database don’t prove to be keys of this server: no configured{' '}
        <code>WRAPPING_KEY</code> wrapped them, or their id doesn’t match their public key. They are
        not published, sign nothing and verify nothing. An old key may have outlived the version of{' '}
        <code>WRAPPING_KEY</code> that wrapped it. Anything else means that somebody else writes to
        the database: see “A signing key that is not ours” in docs/operations.md.
      </p>
      <Table label="Not ours" columns={columns} rows={keys} />
    </section>
  )
}
