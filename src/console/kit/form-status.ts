import type { Entered, Note } from './field.tsx'

const OF_NOTE: Record<Note, 200 | 409 | 412> = {
  kept: 200,
  earlier: 409,
  changed: 412,
  newest: 412,
}

/** The status of a page with a form: 400 for refused input, 409 or 412 for a conflict. */
export function statusOfForm({ errors, note }: Entered): 200 | 400 | 409 | 412 {
  if (note) return OF_NOTE[note]
  if (errors.length === 0) return 200
  return errors.every(({ field }) => field === '') ? 409 : 400
}
