/**
 * The operations that a run may make: statements, edge store operations, mails, as the hosting
 * platform counts them per invocation.
 */
export type Budget = { left: () => number }

/** `made`: how many operations were made so far. */
export function budgetOf(allowance: number, made: () => number): Budget {
  return { left: () => allowance - made() }
}
