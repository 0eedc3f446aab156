// The server's own patience with a binding is ten seconds: too long to wait for thousands of times.

const LONG = 1000
/** No patience is as long, not even that with a mail provider: it is a wait, which lasts until `waits` ends it. */
const A_WAIT = 25_000
type Waits = (work: () => void, milliseconds: number) => object
let waits: Waits | null = null
const waiting = new Map<object, () => void>()
const { setTimeout, clearTimeout } = globalThis

function later(work: () => void, milliseconds = 0): unknown {
  if (milliseconds < LONG) return setImmediate(work)
  if (waits && milliseconds >= A_WAIT) return waits(work, milliseconds)
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
    Object.assign(globalThis, { setTimeout, clearTimeout })
  }
}

/** From now on waits, as for a lease, are ended by this; until the answer undoes it. */
export function takeWaits(by: Waits): () => void {
  waits = by
  return () => void (waits = null)
}

let late = 0

/** Work that is late, and ends in time nevertheless: no wait ends before it. */
export async function inTime<T>(work: () => Promise<T>): Promise<T> {
  late += 1
  try {
    return await work()
  } finally {
    late -= 1
  }
}

/**
 * Something hangs: every wait ends, as soon as what is only late is there. The end that another wait of
 * a request has brought may come in the next request: it must not cut off a slow write there.
 */
export function patienceEnds(): void {
  setImmediate(() => {
    if (late > 0) return patienceEnds()
    const all = [...waiting.values()]
    waiting.clear()
    for (const work of all) work()
  })
}
