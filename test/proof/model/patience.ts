import { quiet } from '../races/scheduler.ts'

// The server's own patience with a binding is ten seconds: too long to wait for thousands of times.

const LONG = 1000
/** No patience is as long, not even that with a mail provider: it is a wait, which lasts until `waits` ends it. */
const A_WAIT = 25_000
type Waits = (work: () => void, milliseconds: number) => object
let waits: Waits | null = null
/** How much there is of work that is late, and of waits that `waits` is to end. */
const pending = { late: 0, waits: 0 }
const waiting = new Map<object, () => void>()
let isEnding = false
let isAsked = false
const { setTimeout, clearTimeout } = globalThis

function later(work: () => void, milliseconds = 0): unknown {
  if (milliseconds < LONG) return setImmediate(work)
  if (waits && milliseconds >= A_WAIT) {
    pending.waits += 1
    const passed = () => {
      pending.waits -= 1
      work()
    }
    return waits(passed, milliseconds)
  }
  const timer = {}
  waiting.set(timer, work)
  return timer
}

function clear(timer?: unknown): void {
  if (typeof timer === 'object' && timer !== null && waiting.delete(timer)) return
  clearImmediate(timer as NodeJS.Immediate)
}

/** From now on a long timer ends when `patienceEnds`, and a short one with the next turn. */
export function takePatience(): () => void {
  Object.assign(globalThis, { setTimeout: later, clearTimeout: clear })
  return () => {
    waiting.clear()
    isEnding = false
    Object.assign(pending, { late: 0, waits: 0 })
    Object.assign(globalThis, { setTimeout, clearTimeout })
  }
}

/** From now on waits, as for a lease, are ended by this; until the answer undoes it. */
export function takeWaits(by: Waits): () => void {
  waits = by
  return () => void (waits = null)
}

/** Work that is late, and ends in time nevertheless: no wait ends before it. */
export async function inTime<T>(work: () => Promise<T>): Promise<T> {
  pending.late += 1
  try {
    return await work()
  } finally {
    pending.late -= 1
  }
}

/**
 * Something hangs: every wait ends, as soon as work that is only late has ended. The end that another
 * wait of a request has brought may come in the next request: it must not cut off a slow write there.
 */
export function patienceEnds(): void {
  isAsked = true
  if (isEnding) return
  isEnding = true
  setImmediate(() => void endWaits())
}

async function endWaits(): Promise<void> {
  while (isAsked) {
    isAsked = false
    await endLate()
    const all = [...waiting.keys()]
    for (const timer of all) end(timer)
  }
  isEnding = false
}

/** Late work may wait for what hangs, too: the newest waits are its own. */
async function endLate(): Promise<void> {
  while (pending.late > 0) {
    do await quiet()
    while (pending.waits > 0)
    const newest = [...waiting.keys()].at(-1)
    if (pending.late === 0 || !newest) return
    end(newest)
  }
}

function end(timer: object): void {
  const work = waiting.get(timer)
  waiting.delete(timer)
  work?.()
}
