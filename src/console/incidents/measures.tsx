import type { Child } from 'hono/jsx'
import { type Entered, errorOf, FieldProblem, wasSent } from '../kit/field.tsx'

export const MEASURES: [name: string, label: string, hint: Child][] = [
  [
    'suspend',
    'Suspend access',
    'From the next request on, no tokens, and the ones already issued are rejected. You can resume access.',
  ],
  [
    'end_secrets',
    'End all secrets',
    'Permanently. Public keys, certificates and federated credentials stay.',
  ],
  ['revoke_tokens', 'Revoke all tokens', 'All tokens issued so far stop working permanently.'],
]

/** The measures to take: all of them, unless the form was sent with fewer. */
export function Measures({ entered }: { entered: Entered }) {
  const error = errorOf(entered, 'measures')
  return (
    <fieldset id="measures" tabindex={-1} aria-describedby={error && 'measures-error'}>
      <legend>What to do</legend>
      {MEASURES.map(([name, label, hint]) => (
        <label class="choice">
          <input
            type="checkbox"
            name={name}
            value="yes"
            checked={wasSent(entered) ? entered.values.has(name) : true}
          />
          <span>
            {label}
            <span class="hint">{hint}</span>
          </span>
        </label>
      ))}
      {error && <FieldProblem id="measures-error" label="At least one" detail={error} />}
    </fieldset>
  )
}
