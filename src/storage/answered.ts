import { Unavailable } from '../domain/errors.ts'

// Longer than D1's own retries of a read, shorter than a caller is willing to wait.
const TIMEOUT_MS = 10_000

/**
 * Returns a binding's answer; throws Unavailable if it throws, at once or later, or hangs. If an
 * error wraps another, only the cause's message is kept: the wrapper's could contain parameters.
 */
export function answered<T>(what: Unavailable['what'], ask: () => PromiseLike<T>): Promise<T> {
  // Without Promise.race, which costs more: every request has such a call.
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

// SQLite's messages for a schema that is older than the statements.
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
