import {
  isScheduled,
  NEVER,
  type SigningKey,
  type SigningKeyState,
} from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { Confirm } from '../kit/confirm.tsx'
import { type Entered, Field, FormToken, NOTHING_ENTERED, Problems } from '../kit/field.tsx'
import { Mark } from '../kit/status.tsx'
import { Submit } from '../kit/submit.tsx'
import { Table, type TableHeads } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'

/** Must be typed to revoke a key, which stops every client at once. */
export const REVOKE_WORD = 'revoke'
export const REVOKE_TITLE = 'Revoke signing key?'

const STATES: Record<
  SigningKeyState,
  { label: string; icon: string; kind: string; means: string }
> = {
  standby: {
    label: 'Standby',
    icon: '…',
    kind: '',
    means: 'Published, and signs nothing yet.',
  },
  active: { label: 'Active', icon: '✓', kind: 'good', means: 'Signs new tokens.' },
  retiring: {
    label: 'Retiring',
    icon: '↓',
    kind: '',
    means: 'Signs no more; published for the tokens that are still alive.',
  },
  gone: { label: 'Gone', icon: '–', kind: '', means: 'No longer published, and no longer needed.' },
  revoked: {
    label: 'Revoked',
    icon: '✕',
    kind: 'bad',
    means: 'Every token that it signed is dead.',
  },
}

type Listed = { key: SigningKey; state: SigningKeyState }
type TableProps = {
  base: string
  formToken: string
  now: Seconds
  mayChange: boolean
  keys: Listed[]
}

export function SigningKeyTable(props: TableProps) {
  const { now, mayChange, keys } = props
  const heads: TableHeads = ['Key', 'State', ['Created', 'wide'], 'Signs from', 'Revoked']
  if (mayChange) heads.push('Change')
  return (
    <Table label="Signing keys" heads={heads}>
      {keys.map(({ key, state }) => (
        <tr>
          <td>
            <code>{key.kid}</code>
            <p class="hint">{key.algorithm}</p>
          </td>
          <td>
            <KeyState state={state} />
          </td>
          <td class="wide">
            <Time at={key.createdAt} now={now} />
          </td>
          <td>
            <Time at={isScheduled(key, now) ? key.activatesAt : null} now={now} none="no date" />
          </td>
          <td>
            <Time at={key.revokedAt} now={now} none="no" />
          </td>
          {mayChange && (
            <td>
              <Revocation {...props} of={{ key, state }} />
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}

type StrangeProps = { keys: SigningKey[]; now: Seconds }

/** Database rows that look like keys but are not ours. They are not used and have no buttons. */
export function StrangeKeys({ keys, now }: StrangeProps) {
  if (keys.length === 0) return null
  return (
    <section>
      <h2>Not ours</h2>
      <p>
        <Mark kind="bad" icon="✕">
          Not ours
        </Mark>{' '}
        These rows of the database do not prove to be keys of this server: no{' '}
        <code>WRAPPING_KEY</code> that is configured wrapped them, or their id is not that of their
        public key. They are not published, sign nothing and verify nothing. An old one may have
        outlived the version of <code>WRAPPING_KEY</code> that wrapped it. Any other means that
        somebody else writes to the database: see “A signing key that is not ours” in
        docs/operations.md.
      </p>
      <Table label="Not ours" heads={['Key', 'Created', 'Signs from', 'Revoked']}>
        {keys.map(({ kid, algorithm, createdAt, activatesAt, revokedAt }) => (
          <tr>
            <td>
              <code>{kid}</code>
              <p class="hint">{algorithm}</p>
            </td>
            <td>
              <Time at={createdAt} now={now} />
            </td>
            <td>
              <Time at={activatesAt === NEVER ? null : activatesAt} now={now} none="no date" />
            </td>
            <td>
              <Time at={revokedAt} now={now} none="no" />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  )
}

function KeyState({ state }: { state: SigningKeyState }) {
  const { label, icon, kind, means } = STATES[state]
  return (
    <>
      <Mark kind={kind} icon={icon}>
        {label}
      </Mark>
      <p class="hint">{means}</p>
    </>
  )
}

function Revocation({ base, formToken, of: { key, state } }: TableProps & { of: Listed }) {
  if (state === 'revoked' || state === 'gone') return null
  return (
    <Confirm
      id={`revoke-${key.kid}`}
      label="Revoke key"
      about={key.kid}
      title={REVOKE_TITLE}
      action={revocationPath(base, key)}
      formToken={formToken}
    >
      <RevocationTerms of={{ key, state }} entered={NOTHING_ENTERED} />
    </Confirm>
  )
}

/** The consequences of revoking a key, and the word that must be typed. */
function RevocationTerms({ of: { key, state }, entered }: { of: Listed; entered: Entered }) {
  return (
    <>
      <p>
        Every token that <code>{key.kid}</code> signed is dead at once, and every client needs a new
        one. For a key that leaked; else promote the standby.
      </p>
      {state === 'active' && (
        <p>The standby key signs at once in its place, and another is published.</p>
      )}
      <Field
        name="confirm"
        id={`revoke-${key.kid}-word`}
        label={`Type “${REVOKE_WORD}”`}
        entered={entered}
        pattern={REVOKE_WORD}
        required
      />
    </>
  )
}

type FormProps = { base: string; formToken: string; of: Listed; entered: Entered }

/** The dialog's form on a page of its own, after the word was mistyped. */
export function RevocationForm({ base, formToken, of, entered }: FormProps) {
  return (
    <section class="card narrow">
      <h1>{REVOKE_TITLE}</h1>
      <Problems entered={entered} />
      <form method="post" action={revocationPath(base, of.key)}>
        <FormToken token={formToken} />
        <RevocationTerms of={of} entered={entered} />
        <div class="actions">
          <Submit kind="danger" label="Revoke key" />
          <a class="button quiet" href={`${base}/signing-keys`}>
            Cancel
          </a>
        </div>
      </form>
    </section>
  )
}

function revocationPath(base: string, { kid }: SigningKey): string {
  return `${base}/signing-keys/${kid}/revocation`
}
