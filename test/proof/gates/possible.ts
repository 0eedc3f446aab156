/** The facts about the subject of a history on which its token depends. */
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
 * The states that are possible at each moment. Between a change and its answer, and after one that was
 * not answered, both the state before and the one that it asks for are.
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
