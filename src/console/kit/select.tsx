import { type Entered, errorOf, FieldProblem } from './field.tsx'

type SelectProps = {
  name: string
  label: string
  hint?: string
  /** Values with their labels. */
  options: [value: string, label: string][]
  entered: Entered
  required?: boolean
}

/** A labelled list to choose from, with the error beside it. */
export function Select({ name, label, hint, options, entered, required }: SelectProps) {
  const error = errorOf(entered, name)
  const described = [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean)
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select
        id={name}
        name={name}
        required={required}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={described.length > 0 ? described.join(' ') : undefined}
      >
        {options.map(([value, text]) => (
          <option value={value} selected={value === entered.values.get(name)}>
            {text}
          </option>
        ))}
      </select>
      {error && <FieldProblem id={`${name}-error`} label={label} detail={error} />}
      {hint && (
        <p id={`${name}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
