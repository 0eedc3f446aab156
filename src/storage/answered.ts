import { Unavailable } from '../domain/errors.ts'

// Longer than D1's own retries of a read, shorter than a caller's patience.
const TIMEOUT_MS = 10_000

/**
 * The answer of a binding, or Unavailable: where it throws, at once or later, and where it hangs. Of an
 * error that wraps another only the cause's message is kept: a wrapper's could hold parameters.
 */
export function answered<T>(what: Unavailable['what'], ask: () => PromiseLike<T>): Promise<T> {
  // By hand: every request has such a call, and a race costs it more.
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      clearTimeout(timer)
      reject(unavailable(what, rootMessage(error)))
    }
    const timer = setTimeout(() => fail(new Error('no answer in time')), TIMEOUT_MS)
    const succeed = (answer: T) => {
      clearTimeout(timer)
      resolve(answer)
    }
    try {
      Promise.resolve(ask()).then(succeed, fail)
    } catch (error) {
      fail(error)
    }
  })
}

// What SQLite says of a schema that is older than its statements.
const OLD_SCHEMA = /no such (?:table|column)|has no column named/

function unavailable(what: Unavailable['what'], message: string): Unavailable {
  const isOld = what === 'd1' && OLD_SCHEMA.test(message)
  return isOld
    ? new Unavailable('migrations', `${message} (/health names it)`)
    : new Unavailable(what, message)
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message
}
