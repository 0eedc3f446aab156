import type { Child } from 'hono/jsx'
import type { FieldError } from '../../domain/errors.ts'
import { Alert } from './alert.tsx'
import { TextArea } from './textarea.tsx'

/** Why a form without errors comes again. */
export type Note = keyof typeof NOTES

/** The errors in each field of a form, and the values typed. */
export type Entered = { values: URLSearchParams; errors: FieldError[]; note?: Note }

export const NOTHING_ENTERED: Entered = { values: new URLSearchParams(), errors: [] }

/** What a form without errors that is shown again says of that. */
export const NOTES = {
  kept: 'You were signed out before this was sent, so nothing was done. Look it over, then send it again.',
  earlier:
    'This was sent from a page from before you last signed in, so nothing was done. Look it over, then send it again.',
  changed:
    'It has changed since you opened the form. Nothing was done. What you entered is kept; what is saved now stands beside what differs from it.',
  newest: 'It has changed since you opened the form. Nothing was done; this is how it is now.',
}

/** Whether the form was sent: in a form that was, an empty box was left empty. */
export function wasSent({ values }: Entered): boolean {
  return values.size > 0
}

/** For a form without a field of its own, whose subject is shown as it is. */
export function withoutValues({ errors, note }: Entered): Entered {
  const told = note === 'changed' ? 'newest' : note
  return { ...NOTHING_ENTERED, errors, ...(told && { note: told }) }
}

/** Whether somebody else saved something since the form was made: theirs is shown beside it. */
export function isOvertaken({ note }: Entered): boolean {
  return note === 'changed'
}

export function errorOf(entered: Entered, name: string): string | undefined {
  return entered.errors.find(({ field }) => field === name || field.startsWith(`${name}.`))?.detail
}

type FieldProps = {
  name: string
  /** Needed if several forms of a page have a field of this name. */
  id?: string
  label: string
  entered: Entered
  /** The API's name for the field, if it differs from the form's. */
  errorName?: string
  hint?: Child
  value?: string
  type?: 'text' | 'email' | 'date' | 'number' | 'password' | 'url'
  required?: boolean
  maxlength?: number
  min?: string
  max?: string
  pattern?: string
  rows?: number
  autofocus?: boolean
  autocomplete?: string
}

/** A labelled input: keeps what was typed, and says beside it what is wrong. */
export function Field(props: FieldProps) {
  const { name, id = name, label, entered, hint, errorName = name, rows } = props
  const error = errorOf(entered, errorName)
  const saved = props.value ?? ''
  const value = entered.values.get(name) ?? saved
  const differs = isOvertaken(entered) && asSaved(value) !== asSaved(saved)
  const described = [
    hint ? `${id}-hint` : '',
    error ? `${id}-error` : '',
    differs ? `${id}-saved` : '',
  ].filter(Boolean)
  const shared = {
    id,
    name,
    required: props.required,
    maxlength: props.maxlength,
    autofocus: props.autofocus,
    'aria-invalid': error ? ('true' as const) : undefined,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {rows ? (
        <TextArea {...shared} rows={rows} value={value} />
      ) : (
        <input
          {...shared}
          type={props.type ?? 'text'}
          value={value}
          min={props.min}
          max={props.max}
          pattern={props.pattern}
          autocomplete={props.autocomplete ?? 'off'}
        />
      )}
      {error && <FieldProblem id={`${id}-error`} detail={error} />}
      {differs && <Saved id={`${id}-saved`}>{saved === '' ? 'nothing' : <bdi>{saved}</bdi>}</Saved>}
    </div>
  )
}

/** The saved value, beside the one entered instead. */
export function Saved({ id, children }: { id?: string; children: Child }) {
  return (
    <p id={id} class="saved">
      Saved now: {children}
    </p>
  )
}

/** A browser sends line breaks as CRLF (HTML §4.10.21.8). */
function asSaved(text: string): string {
  return text.replaceAll('\r\n', '\n').trim()
}

export function FieldProblem({ id, detail }: { id: string; detail: string }) {
  return (
    <p id={id} class="problem">
      <span aria-hidden="true">! </span>It {detail}
    </p>
  )
}

/** A form's hidden proof that it belongs to this session. */
export function FormToken({ token }: { token: string }) {
  return <input type="hidden" name="form_token" value={token} />
}

/** At the top of a refused form: says that nothing changed, and shows errors of no single field. */
export function Problems({ entered }: { entered: Entered }) {
  if (entered.note)
    return (
      <Alert>
        <p>{NOTES[entered.note]}</p>
      </Alert>
    )
  if (entered.errors.length === 0) return null
  const general = entered.errors.filter(({ field }) => field === '')
  return (
    <Alert>
      <p>Nothing was changed. {general.length === 0 && 'Look at what is marked below.'}</p>
      {general.map(({ detail }) => (
        <p>{detail}</p>
      ))}
    </Alert>
  )
}
