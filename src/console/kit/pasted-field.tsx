import { FieldProblem } from './field.tsx'
import { TextArea } from './textarea.tsx'

type PastedProps = {
  name: string
  label: string
  hint: string
  /** The name of the field in a message. */
  subject: string
  problem: string | undefined
}

/** For a token or a secret: always empty, since what was pasted is not shown again. */
export function PastedField({ name, label, hint, subject, problem }: PastedProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <TextArea
        id={name}
        name={name}
        class="mono"
        rows={6}
        required
        autocomplete="off"
        spellcheck="false"
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={problem ? `${name}-hint ${name}-error` : `${name}-hint`}
        value=""
      />
      {problem && <FieldProblem id={`${name}-error`} label={subject} detail={problem} />}
      <p id={`${name}-hint`} class="hint">
        {hint}
      </p>
    </div>
  )
}
