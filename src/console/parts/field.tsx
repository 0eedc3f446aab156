import { type Child, h } from '../html.ts'
import type { FieldError } from '../../domain/errors.ts'
import { Alert } from './alert.tsx'

/** What was wrong with each field of a form, and what was typed into it. */
export type Entered = { values: URLSearchParams; errors: FieldError[] }

export const NOTHING_ENTERED: Entered = { values: new URLSearchParams(), errors: [] }

export function errorOf(entered: Entered, name: string): string | undefined {
  return entered.errors.find(({ field }) => field === name || field.startsWith(`${name}.`))?.detail
}

type FieldProps = {
  name: string
  /** Where several forms of a page have a field of this name. */
  id?: string
  label: string
  entered: Entered
  /** Where the API names the field otherwise than the form. */
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

/** A labelled input: what was typed stays, and what is wrong is said beside it. */
export function Field(props: FieldProps) {
  const { name, id = name, label, entered, hint, errorName = name, rows } = props
  const error = errorOf(entered, errorName)
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean)
  const value = entered.values.get(name) ?? props.value ?? ''
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
        <textarea {...shared} rows={rows}>
          {value}
        </textarea>
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
    </div>
  )
}

export function FieldProblem({ id, detail }: { id: string; detail: string }) {
  return (
    <p id={id} class="problem">
      <span aria-hidden="true">! </span>It {detail}
    </p>
  )
}

/** A form's hidden proof that it is of this session. */
export function FormToken({ token }: { token: string }) {
  return <input type="hidden" name="form_token" value={token} />
}

/** At the top of a form that was not taken: that nothing changed, and what is no one field's fault. */
export function Problems({ entered }: { entered: Entered }) {
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
