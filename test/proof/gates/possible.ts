/** What is true of the subject of a history, as far as it concerns its token. */
export type State = {
  suspended: boolean
  deleted: boolean
  revoked: boolean
  permitted: boolean
}

export const AT_FIRST: State = { suspended: false, deleted: false, revoked: false, permitted: true }

export const isActive = (state: State): boolean =>
  !state.suspended && !state.deleted && !state.revoked && state.permitted

export const mayGetTokens = ({ suspended, deleted }: State): boolean => !suspended && !deleted

/**
 * What may be true at each moment: between a request and its answer, and behind one that was not answered,
 * what was before and what it asks for.
 */
export class Possible {
  private readonly log: { from: number; states: State[] }[] = [
    { from: -Infinity, states: [AT_FIRST] },
  ]

  get now(): State[] {
    return this.log.at(-1)?.states ?? []
  }

  set(from: number, states: State[]): void {
    const all = new Map(states.map((state) => [JSON.stringify(state), state]))
    this.log.push({ from, states: [...all.values()] })
  }

  /** All that may have been true at any moment of this time. */
  during(from: number, to: number): State[] {
    return this.log.flatMap(({ from: began, states }, at) => {
      const ended = this.log[at + 1]?.from ?? Infinity
      return began <= to && ended > from ? states : []
    })
  }
}
