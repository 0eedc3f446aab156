import type { Measured, Sample } from './measure.ts'

/** A median with the least and the most. */
export type Spread = { median: number; min: number; max: number }

export function spreadOf(values: number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [min] = sorted
  const max = sorted.at(-1)
  const median = sorted[Math.floor(sorted.length / 2)]
  return min === undefined || max === undefined || median === undefined
    ? null
    : { median, min, max }
}

/**
 * Drops values that were not measured or were divided by zero, as for a target that answered
 * nothing.
 */
export const numbers = (values: (number | null)[]): number[] =>
  values.filter((value): value is number => Number.isFinite(value))

export function spread(measured: Measured, of: (sample: Sample) => number | null): Spread | null {
  return spreadOf(numbers(measured.samples.map(of)))
}

/** Compares two targets round by round: a slow phase of the machine slowed both. */
export function paired(
  [one, other]: [Measured, Measured],
  of: (sample: Sample) => number | null,
  compared: (a: number, b: number) => number,
): Spread | null {
  const values = one.samples.map((sample, round) => {
    const opposite = other.samples[round]
    const [a, b] = [of(sample), opposite ? of(opposite) : null]
    return a === null || b === null ? null : compared(a, b)
  })
  return spreadOf(numbers(values))
}

export const quotient = (a: number, b: number) => a / b
export const difference = (a: number, b: number) => a - b

export function inText(value: Spread | null, digits = 0): string {
  if (value === null) return '-'
  const { median, min, max } = value
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`
}
