/** By statement, then by method and bound values: the JSON of what D1 answered. */
export type Answers = Record<string, Record<string, string>>

/** What real bindings answered, for stubs to answer from memory. */
export type Recording = {
  /** In seconds since 1970. */
  at: number
  vars: Record<string, string>
  answers: Answers
}

const DAY = 86_400
const YEAR = 365 * DAY

/** Stands in what was recorded for the time at which it is answered: a use that was noted just now. */
export function justNow(at: number): number {
  return at + YEAR
}

/** The time is bound too, and is never the same again: any of these days is the same to a stub. */
export function answerKey(method: string, values: unknown[], at: number): string {
  const timeless = values.map((value) =>
    typeof value === 'number' && Math.abs(value - at) < 7 * DAY ? 'now' : value,
  )
  return `${method} ${JSON.stringify(timeless)}`
}
