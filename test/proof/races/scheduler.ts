import type { Scheduler } from 'fast-check'

/**
 * One actor is held up at its n-th point until the others can do no more; if it is slow, for
 * longer than any claim holds.
 */
export type Hold = { actor: string; at: number; isSlow: boolean }

const LONG = 1000
/** No patience is as long: it is a wait for the lease of gates. */
const A_WAIT = 25_000

/**
 * Orders the calls of actors: each call waits here before it is made and before its answer is heard,
 * and fast-check's scheduler chooses which one goes on. Every actor has come as far as it can when it
 * chooses, so that a schedule means the same each time.
 */
export class ActorScheduler {
  private time = 0
  private delay: () => void = () => {}
  private chooser: Scheduler | null = null
  private hold: Hold | null = null
  private met = 0
  private release: (() => void) | null = null
  /** The time that was waited for leases, in milliseconds: it passes for gates alone. */
  waited = 0

  /** Runs these and what they start, interleaved. `delay`: what passes while one is held up slowly. */
  async play(chooser: Scheduler, hold: Hold | null, actors: Actors, delay: () => void) {
    Object.assign(this, { chooser, hold, delay, met: 0, release: null })
    try {
      while (actors.open > 0) {
        await quiet()
        if (chooser.count() > 0) await chooser.waitOne()
        else if (actors.open > 0) this.letGo()
      }
    } finally {
      this.chooser = null
    }
    if (actors.failure !== null) throw actors.failure
  }

  /** Runs a call of this actor's as an interleaving has it; outside a race at once. */
  async call<T>(actor: string, label: string, run: () => Promise<T>): Promise<T> {
    await this.point(actor, label)
    const outcome = run()
    outcome.catch(() => {})
    await this.point(actor, `answer to ${label}`)
    return outcome
  }

  async point(actor: string, label: string): Promise<void> {
    if (!this.chooser) return
    if (this.hold?.actor === actor && ++this.met === this.hold.at) {
      if (this.hold.isSlow) this.delay()
      await new Promise<void>((resolve) => {
        this.release = resolve
      })
    }
    await this.chooser.schedule(Promise.resolve(), `${actor}: ${label}`)
  }

  /** A short wait lasts until it is chosen; the server's timeout for a binding never ends. */
  timer(work: () => void, milliseconds: number): void {
    if (milliseconds >= A_WAIT) return this.wait(work, milliseconds)
    if (milliseconds >= LONG) return
    if (!this.chooser) setImmediate(work)
    else void this.chooser.schedule(Promise.resolve(), 'a moment').then(work)
  }

  private wait(work: () => void, milliseconds: number): void {
    const due = this.waited + milliseconds
    const end = () => {
      this.waited = Math.max(this.waited, due)
      work()
    }
    if (!this.chooser) setImmediate(end)
    else void this.chooser.schedule(Promise.resolve(), 'a lease').then(end)
  }

  /** A moment of this race, after all others that were asked for. */
  tick(): number {
    return ++this.time
  }

  private letGo(): void {
    if (!this.release) throw new Error('no actor can go on, and one waits')
    this.release()
    this.release = null
  }
}

/** The actors of a race that are not done. */
export class Actors {
  open = 0
  failure: unknown = null

  add(work: Promise<unknown>): void {
    this.open += 1
    void work
      .catch((error: unknown) => {
        this.failure ??= error
      })
      .finally(() => {
        this.open -= 1
      })
  }
}

/** From now on no timer waits for real; until the answer undoes it. */
export function takeTimers(scheduler: ActorScheduler): () => void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
  const ended = new WeakSet()
  const later = (work: () => void, milliseconds = 0): object => {
    const timer = {}
    scheduler.timer(() => {
      if (!ended.has(timer)) work()
    }, milliseconds)
    return timer
  }
  const clear = (timer?: unknown): void => {
    if (typeof timer === 'object' && timer !== null) ended.add(timer)
  }
  Object.assign(globalThis, { setTimeout: later, clearTimeout: clear })
  return () => void Object.assign(globalThis, real)
}

// Besides bindings and timers, only Web Crypto and compression make the server wait for other
// threads.
const SIGNING = ['sign', 'verify', 'digest', 'encrypt', 'decrypt'] as const
const KEYS = ['importKey', 'exportKey', 'generateKey', 'deriveKey', 'wrapKey', 'unwrapKey'] as const
let inFlight = 0

/** From now on calls of Web Crypto are counted, until the answer undoes it. */
export function countCrypto(): () => void {
  const names = [...SIGNING, ...KEYS]
  const real = Object.fromEntries(names.map((name) => [name, crypto.subtle[name]]))
  for (const name of names) {
    const method = crypto.subtle[name] as (...args: unknown[]) => Promise<unknown>
    const counted = (...args: unknown[]) => {
      inFlight += 1
      return Reflect.apply(method, crypto.subtle, args).finally(() => {
        inFlight -= 1
      })
    }
    Object.assign(crypto.subtle, { [name]: counted })
  }
  return () => void Object.assign(crypto.subtle, real)
}

/** The same of what is compressed. */
export function countCompression(): () => void {
  const real = CompressionStream
  const counted = function (format: 'gzip' | 'deflate' | 'deflate-raw'): object {
    const { readable, writable } = new real(format)
    inFlight += 1
    const flush = () => void (inFlight -= 1)
    return { readable: readable.pipeThrough(new TransformStream({ flush })), writable }
  }
  Object.assign(globalThis, { CompressionStream: counted })
  return () => void Object.assign(globalThis, { CompressionStream: real })
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** Resolves once every actor waits: for the scheduler, or for good. */
export async function quiet(): Promise<void> {
  for (let still = 0; still < 2; still++) {
    await turn()
    if (inFlight > 0) still = -1
  }
}
