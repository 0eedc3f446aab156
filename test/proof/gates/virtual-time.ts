import { countCompression, countCrypto, quiet } from '../races/scheduler.ts'

type Timer = { at: number; nth: number; work: () => void; isEnded: boolean }

/**
 * Time that passes when nothing else can happen: every timer and `Date.now` are its own, so that minutes
 * of waiting take no time, and a history is the same each time.
 */
export class VirtualTime {
  now: number
  private readonly timers = new Set<Timer>()
  private made = 0

  constructor(now: number) {
    this.now = now
  }

  /** From now on there is no other time; until the answer undoes it. */
  install(): () => void {
    const real = { setTimeout, clearTimeout }
    const realNow = Date.now
    const undo = [countCrypto(), countCompression()]
    const later = (work: () => void, ms = 0): object => this.add(work, ms)
    const clear = (timer?: Timer) => {
      if (timer) timer.isEnded = true
    }
    Object.assign(globalThis, { setTimeout: later, clearTimeout: clear })
    Date.now = () => this.now
    return () => {
      Object.assign(globalThis, real)
      Date.now = realNow
      for (const back of undo) back()
    }
  }

  /** Begins again from then: nothing that was waited for comes any more. */
  restart(now: number): void {
    this.timers.clear()
    this.now = now
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.add(resolve, ms))
  }

  /** Lets time pass until this is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const end = () => void (isDone = true)
    work.then(end, end)
    for (;;) {
      await quiet()
      if (isDone) return work
      this.fireNext()
    }
  }

  private add(work: () => void, ms: number): Timer {
    const timer = { at: this.now + ms, nth: ++this.made, work, isEnded: false }
    this.timers.add(timer)
    return timer
  }

  private fireNext(): void {
    let next: Timer | null = null
    for (const timer of this.timers) {
      if (timer.isEnded) this.timers.delete(timer)
      else if (!next || timer.at < next.at || (timer.at === next.at && timer.nth < next.nth)) {
        next = timer
      }
    }
    if (!next) throw new Error('nothing can happen any more, and something is awaited')
    this.timers.delete(next)
    this.now = Math.max(this.now, next.at)
    next.work()
  }
}
