import type { Entered, Note } from './field.tsx'

const OF_NOTE: Record<Note, 200 | 409 | 412> = {
  kept: 200,
  earlier: 409,
  changed: 412,
  newest: 412,
}

/** The status of a page with a form: the input was refused, or conflicts with something. */
export function statusOfForm({ errors, note }: Entered): 200 | 400 | 409 | 412 {
  if (note) return OF_NOTE[note]
  if (errors.length === 0) return 200
  return errors.every(({ field }) => field === '') ? 409 : 400
}
