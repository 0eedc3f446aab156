/** By statement, then by method and bound values: the JSON of what D1 answered. */
export type Answers = Record<string, Record<string, string>>

/** Recorded answers of real bindings, from which stubs answer. */
export type Recording = {
  /** In seconds since 1970. */
  at: number
  vars: Record<string, string>
  answers: Answers
}

const DAY = 86_400
const YEAR = 365 * DAY

/** A placeholder in the recording for the time of the answer: a use that was recorded just now. */
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
