import type { Child } from 'hono/jsx'
import type { FieldError } from '../../domain/errors.ts'
import { TextArea } from './textarea.tsx'

/** Why a form without errors is shown again. */
export type Note = keyof typeof NOTES

/** The values typed into a form, and the errors in its fields. */
export type Entered = { values: URLSearchParams; errors: FieldError[]; note?: Note }

export const NOTHING_ENTERED: Entered = { values: new URLSearchParams(), errors: [] }

/** Explains each reason to the person who sees the form again. */
export const NOTES = {
  kept: 'You were signed out before this form was sent, so nothing was changed. Check it, then send it again.',
  earlier:
    'This form was opened before you last signed in, so nothing was changed. Check it, then send it again.',
  changed:
    'Somebody saved another version since you opened this form, so nothing was changed. Your entries are kept, with the saved value beside each field that differs.',
  newest:
    'Somebody saved another version since you opened this form, so nothing was changed. This is the newest version.',
}

/** Whether the form was sent: if so, an unticked checkbox was left unticked on purpose. */
export function wasSent({ values }: Entered): boolean {
  return values.size > 0
}

/** Reports what is wrong with a field of the API at the field of the form that it was read from. */
export function withErrorsAt(entered: Entered, fields: Record<string, string>): Entered {
  const errors = entered.errors.map(({ field, detail }) => ({
    field: fields[field.split('.')[0] ?? ''] ?? field,
    detail,
  }))
  return { ...entered, errors }
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
  /** The name of the field in a message, if its label is an instruction. */
  subject?: string
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
  const { name, id = name, label, subject = label, entered, hint, errorName = name, rows } = props
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
      {error && <FieldProblem id={`${id}-error`} label={subject} detail={error} />}
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
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

type ProblemProps = { id: string; label: string; detail: string }

/** Says what is wrong with a field: `Name must not be empty`. */
export function FieldProblem({ id, label, detail }: ProblemProps) {
  return (
    <p id={id} class="problem">
      {label.replace(' (optional)', '')} <bdi>{detail}</bdi>
    </p>
  )
}

type ChoiceProblemProps = { entered: Entered; name: string; one: string }

/** Says what is wrong with a choice among many: with one of them, or with all together. */
export function ChoiceProblem({ entered, name, one }: ChoiceProblemProps) {
  const error = errorOf(entered, name)
  if (error === undefined) return null
  const isOfAll = entered.errors.some(({ field }) => field === name)
  return <FieldProblem id={`${name}-error`} label={isOfAll ? 'This choice' : one} detail={error} />
}

/** The hidden field that proves that a form belongs to this session. */
export function FormToken({ token }: { token: string }) {
  return <input type="hidden" name="form_token" value={token} />
}
