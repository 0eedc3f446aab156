import { isRecent, type Seconds } from '../domain/time.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { withTimeout } from '../platform/with-timeout.ts'

/**
 * The known value, and why a newer one could not be fetched; `problem` is null if it was fetched or
 * not needed.
 */
export type Fetched<T> = { value: T | null; problem: Error | null }

type State<T> = Fetched<T> & {
  fetchedAt: Seconds
  triedAt: Seconds
  inFlight: { beats: number } | null
}

type Limits<T> = {
  /** How long a value is used before it is fetched again. */
  maxAge: Seconds | ((value: T) => Seconds)
  /** The minimum time between fetches, given how the last one ended. */
  cooldown: (last: Fetched<T>) => Seconds
  /** How long a fetch may take. @default 5000 */
  timeoutMs?: number
}

/** Returns the value known under a name; `suits`: whether it has what this request needs. */
export type SharedFetch<T> = (
  name: string,
  now: Seconds,
  fetch: () => Promise<T>,
  suits?: (value: T) => boolean,
) => Promise<Fetched<T>>

const TIMEOUT_MS = 5000
const POLL_MS = 20
/** How much longer than the fetch itself may take others wait, so that they see how it ended. */
const LONGER_MS = 1000
const BEAT_MS = 100
/** After this many polls without a heartbeat, the request that was fetching is gone. */
const SILENT_POLLS = 25
/** The names that are remembered: those unused the longest are dropped. */
const NAMES_MAX = 1000

/**
 * Shares a value that many requests need and one of them fetches, once per cooldown. In workerd a
 * request must not await another's promise, and a request whose client disconnects is stopped
 * midway. So only plain data is shared: waiting requests poll it by their own timers, and a fetch
 * signals by heartbeats that it is alive. A dead fetch is taken over by a request that was waiting
 * for it, not by a new one.
 */
export function sharedFetch<T>(limits: Limits<T>): SharedFetch<T> {
  const states = boundedMap<State<T>>(NAMES_MAX)
  const timeoutMs = limits.timeoutMs ?? TIMEOUT_MS
  return async (name, now, fetch, suits = () => true) => {
    const state = states.get(name) ?? unknown<T>()
    states.set(name, state)
    const { value } = state
    const isSuitable = value !== null && suits(value)
    if (isSuitable && isRecent(state.fetchedAt, maxAgeOf(limits, value), now)) {
      return { value, problem: null }
    }
    const start = () => fetchNow(state, now, () => withTimeout(timeoutMs, fetch()))
    // A slightly outdated value is better than waiting for the next one.
    if (state.inFlight) return isSuitable ? answerOf(state) : outcomeOf(state, start, timeoutMs)
    return isRecent(state.triedAt, limits.cooldown(state), now) ? answerOf(state) : start()
  }
}

function unknown<T>(): State<T> {
  const never = Number.NEGATIVE_INFINITY
  return { value: null, problem: null, fetchedAt: never, triedAt: never, inFlight: null }
}

function maxAgeOf<T>({ maxAge }: Limits<T>, value: T): Seconds {
  return typeof maxAge === 'number' ? maxAge : maxAge(value)
}

async function fetchNow<T>(
  state: State<T>,
  now: Seconds,
  fetch: () => Promise<T>,
): Promise<Fetched<T>> {
  const inFlight = { beats: 0 }
  Object.assign(state, { inFlight, triedAt: now })
  const heart = setInterval(() => inFlight.beats++, BEAT_MS)
  try {
    const value = await fetch()
    // A fetch that was taken over leaves the shared state to its successor.
    if (state.inFlight !== inFlight) return { value, problem: null }
    Object.assign(state, { value, problem: null, fetchedAt: now })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (state.inFlight !== inFlight) return { value: state.value, problem: error }
    state.problem = error
  } finally {
    clearInterval(heart)
    if (state.inFlight === inFlight) state.inFlight = null
  }
  return answerOf(state)
}

/**
 * Polls until another request's fetch ends, or takes it over. There is no await between the check
 * and the action.
 */
async function outcomeOf<T>(
  state: State<T>,
  takeOver: () => Promise<Fetched<T>>,
  timeoutMs: number,
): Promise<Fetched<T>> {
  let seen = { inFlight: state.inFlight, beats: -1, polls: 0 }
  for (let polls = 0; polls * POLL_MS < timeoutMs + LONGER_MS; polls++) {
    const { inFlight } = state
    if (!inFlight) return answerOf(state)
    const isSilent = inFlight === seen.inFlight && inFlight.beats === seen.beats
    if (isSilent && polls - seen.polls >= SILENT_POLLS) return takeOver()
    if (!isSilent) seen = { inFlight, beats: inFlight.beats, polls }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return { value: state.value, problem: new Error('It took too long.') }
}

function answerOf<T>({ value, problem }: State<T>): Fetched<T> {
  return { value, problem }
}
