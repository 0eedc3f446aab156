import type { Child } from 'hono/jsx'
import type { FieldError } from '../../domain/errors.ts'
import { Alert } from './alert.tsx'
import { TextArea } from './textarea.tsx'

/** Why a form without errors is shown again. */
export type Note = keyof typeof NOTES

/** The values typed into a form, and the errors in its fields. */
export type Entered = { values: URLSearchParams; errors: FieldError[]; note?: Note }

export const NOTHING_ENTERED: Entered = { values: new URLSearchParams(), errors: [] }

/** Explains each reason to the person who sees the form again. */
export const NOTES = {
  kept: 'You were signed out before this was sent, so nothing was done. Look it over, then send it again.',
  earlier:
    'This was sent from a page from before you last signed in, so nothing was done. Look it over, then send it again.',
  changed:
    'It has changed since you opened the form. Nothing was done. What you entered is kept; what is saved now stands beside what differs from it.',
  newest: 'It has changed since you opened the form. Nothing was done; this is how it is now.',
}

/** Whether the form was sent: if so, an unticked checkbox was left unticked on purpose. */
export function wasSent({ values }: Entered): boolean {
  return values.size > 0
}

/** Drops the values, for a form without fields of its own: its subject is shown as it is. */
export function withoutValues({ errors, note }: Entered): Entered {
  const told = note === 'changed' ? 'newest' : note
  return { ...NOTHING_ENTERED, errors, ...(told && { note: told }) }
}

/** Whether someone else saved a change since the form was made. Their values are shown too. */
export function hasConflict({ note }: Entered): boolean {
  return note === 'changed'
}

export function errorOf(entered: Entered, name: string): string | undefined {
  return entered.errors.find(({ field }) => field === name || field.startsWith(`${name}.`))?.detail
}

type FieldProps = {
  name: string
  /** Needed if several forms on a page have a field with this name. */
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

/** A labelled input that keeps what was typed and shows the error beside it. */
export function Field(props: FieldProps) {
  const { name, id = name, label, entered, hint, errorName = name, rows } = props
  const error = errorOf(entered, errorName)
  const saved = props.value ?? ''
  const value = entered.values.get(name) ?? saved
  const differs = hasConflict(entered) && asSaved(value) !== asSaved(saved)
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

/** Undoes CRLF, which browsers send for line breaks (HTML §4.10.21.8). */
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

/** The hidden field that proves that a form belongs to this session. */
export function FormToken({ token }: { token: string }) {
  return <input type="hidden" name="form_token" value={token} />
}

/** The top of a refused form: says that nothing changed, and shows errors outside of fields. */
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
