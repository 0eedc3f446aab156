import type { Entered } from './parts/field.tsx'

/** Of a page with a form: that what was typed into it was refused, or is in the way of something. */
export function statusOfForm({ errors }: Entered): 200 | 400 | 409 {
  if (errors.length === 0) return 200
  return errors.every(({ field }) => field === '') ? 409 : 400
}
