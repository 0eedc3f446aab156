/** A forbidden event happened. */
export class Violation extends Error {
  readonly invariant: number
  constructor(invariant: number, message: string) {
    super(`INV-${invariant}: ${message}`)
    this.invariant = invariant
  }
}

export function require(invariant: number, holds: boolean, message: () => string): void {
  if (!holds) throw new Violation(invariant, message())
}
