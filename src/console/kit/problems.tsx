import type { FieldError } from '../../domain/errors.ts'
import { Alert } from './alert.tsx'
import { type Entered, NOTES } from './field.tsx'
import { fieldInWords } from './field-words.ts'

type ProblemsProps = {
  entered: Entered
  /** Whether the form saves values; another does something. */
  isEdit?: boolean
}

/** The top of a refused form: says that nothing came of it, and leads to what is wrong. */
export function Problems({ entered, isEdit = true }: ProblemsProps) {
  const { note, errors } = entered
  if (note)
    return (
      <Alert>
        <p>{NOTES[note]}</p>
      </Alert>
    )
  if (errors.length === 0) return null
  const nothing = isEdit ? 'Not saved.' : 'Not done.'
  const general = errors.filter(({ field }) => field === '')
  const fields = errors.filter(({ field }) => field !== '')
  return (
    <Alert>
      <div>
        {general.map(({ detail }) => (
          <p>
            {nothing} {detail}
          </p>
        ))}
        {fields.length > 0 && <WrongFields of={fields} nothing={nothing} />}
      </div>
    </Alert>
  )
}

function WrongFields({ of: errors, nothing }: { of: FieldError[]; nothing: string }) {
  const ids = [...new Set(errors.map(({ field }) => idOf(field)))]
  return (
    <p>
      {nothing} Fix {ids.length === 1 ? 'this field' : `these ${ids.length} fields`}:{' '}
      {ids.map((id, i) => (
        <>
          {i > 0 && ', '}
          <a href={`#${id}`}>{fieldInWords(id)}</a>
        </>
      ))}
      .
    </p>
  )
}

/** `secret.expires_on` and `permissions.0.audience` are in the fields `expires_on` and `permissions`. */
function idOf(field: string): string {
  return field.replace(/^secret\./, '').split('.')[0] ?? field
}
