import type { SigningKeyState } from '../../domain/signing-key.ts'
import { HOUR } from '../../domain/time.ts'
import { askPage } from '../kit/ask.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, Field } from '../kit/field.tsx'
import { type Listed, revocationPath } from './list.tsx'

/** Must be typed to revoke a key, which stops every client at once. */
export const REVOKE_WORD = 'revoke'

function sharedBy(c: ConsoleContext) {
  const list = `${c.var.base}/signing-keys`
  const crumbs: [string, string][] = [['Signing keys', list]]
  return { section: 'signing-keys' as const, crumbs, cancel: list }
}

/** Asks before the standby key takes over. */
export function rotationPage(c: ConsoleContext, entered: Entered) {
  const { base, deps } = c.var
  return askPage(
    c,
    {
      ...sharedBy(c),
      title: { before: 'Promote the standby key?' },
      action: `${base}/signing-keys`,
      label: 'Promote the standby key',
      call: { method: 'POST', path: '/signing-keys', command: 'signing-keys rotate' },
      body: (
        <p>
          The standby key signs as soon as it has been published for {deps.signingKeyLead / HOUR}{' '}
          hours, so that every API has it, and another is published in its place. The active key
          stays published until the last token that it signed has expired: nothing is interrupted.
        </p>
      ),
    },
    entered,
  )
}

/** Only the revocation of a key that has signed stops a client. */
function Consequences({ of: state }: { of: SigningKeyState }) {
  if (state === 'standby') {
    return (
      <p>
        This key has signed nothing yet, so no token stops working. A new standby key is published
        in its place.
      </p>
    )
  }
  return (
    <>
      <p>
        From the next request on, all tokens that this key signed are rejected, and every client
        that uses one needs a new one. Do this if the key leaked
        {state === 'active' && '; for a routine change, promote the standby key instead'}.
      </p>
      {state === 'active' && (
        <p>The standby key signs at once in its place, and another one is published.</p>
      )}
    </>
  )
}

/** Asks before a key is revoked, with its consequences and the word that must be typed. */
export function revocationPage(c: ConsoleContext, { key, state }: Listed, entered: Entered) {
  return askPage(
    c,
    {
      ...sharedBy(c),
      title: { before: 'Revoke signing key', name: key.kid, after: '?' },
      action: revocationPath(c.var.base, key),
      label: 'Revoke key',
      call: {
        method: 'DELETE',
        path: `/signing-keys/${key.kid}`,
        // A kid may begin with a hyphen.
        command: `signing-keys revoke --yes -- ${key.kid}`,
      },
      isDanger: true,
      body: (
        <>
          <Consequences of={state} />
          <Field
            name="confirm"
            label={`Type “${REVOKE_WORD}” to confirm`}
            subject="Confirmation"
            entered={entered}
            pattern={REVOKE_WORD}
            required
          />
        </>
      ),
    },
    entered,
  )
}
