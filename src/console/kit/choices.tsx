import type { Child } from 'hono/jsx'
import { Saved } from './field.tsx'

export type Choice = [value: string, label: string, hint: Child]

type ChoicesProps = {
  name: string
  legend: string
  choices: Choice[]
  chosen: string
  /** The saved value, if it should be shown where it differs from the chosen one. */
  saved?: string | undefined
  /** The problem with the choice, as a sentence. */
  problem?: string | undefined
}

/** Radio buttons, each with what it means. */
export function Choices({ name, legend, choices, chosen, saved, problem }: ChoicesProps) {
  const labels = new Map(choices.map(([value, label]) => [value, label]))
  return (
    <fieldset id={name} aria-describedby={problem && `${name}-error`}>
      <legend>{legend}</legend>
      {choices.map(([value, label, hint]) => (
        <label class="choice">
          <input type="radio" name={name} value={value} checked={value === chosen} />
          <span>
            {label}
            {hint && <span class="hint">{hint}</span>}
          </span>
        </label>
      ))}
      {problem && (
        <p id={`${name}-error`} class="problem">
          {problem}
        </p>
      )}
      {saved !== undefined && saved !== chosen && <Saved>{labels.get(saved)}</Saved>}
    </fieldset>
  )
}
