/** A read of the database: what was asked for, when that began, and in which epoch. */
type Reading<F> = { facts: F; readAt: number; epoch: number }

/**
 * The memory of one gate: facts as the database said them, and since when. Three things make its
 * answers exact.
 *
 * `readAt` is when the read began: the facts have everything that was committed before, and may lack
 * the rest. The epoch rises with each invalidation: a read that began before one is neither kept nor
 * shared. Facts older than the lease are read anew: a committer that could not tell this gate of a
 * change waits for as long.
 */
export class HeldFacts<F> {
  private epoch = 0
  private held: Reading<F> | null = null
  private underway: Reading<Promise<F>> | null = null
  private readonly read: () => Promise<F>
  private readonly now: () => number

  /** `now`: milliseconds of this machine's clock, compared with itself alone. */
  constructor(read: () => Promise<F>, now: () => number) {
    this.read = read
    this.now = now
  }

  /** @throws whatever the read throws: nothing is answered then from what was held before */
  async facts(lease: number): Promise<F> {
    if (this.held && this.mayServe(this.held, lease)) return this.held.facts
    if (this.underway && this.mayServe(this.underway, lease)) return this.underway.facts
    return this.readAnew()
  }

  invalidate(): void {
    this.epoch += 1
    this.held = null
  }

  /** A clock that was set back since says nothing of the age. */
  private mayServe({ readAt, epoch }: Reading<unknown>, lease: number): boolean {
    const age = this.now() - readAt
    return epoch === this.epoch && age >= 0 && age <= lease
  }

  private async readAnew(): Promise<F> {
    const { epoch } = this
    const began = { epoch, readAt: this.now(), facts: this.read() }
    this.underway = began
    try {
      const facts = await began.facts
      if (epoch === this.epoch) this.held = { ...began, facts }
      return facts
    } finally {
      if (this.underway === began) this.underway = null
    }
  }
}
