/**
 * The operations that the hosting platform allows per invocation: statements, edge store
 * operations, mails. They are counted as they are made.
 */
export type Budget = {
  used: () => number
  left: () => number
}

export function budgetOf(allowance: number, used: () => number): Budget {
  return { used, left: () => allowance - used() }
}
