import { Unavailable } from '../domain/errors.ts'

// Longer than D1's own retries of a read, shorter than a caller's patience.
const PATIENCE = 10_000

/**
 * The answer of a binding, or Unavailable: where it throws, at once or later, and where it hangs. Of an
 * error that wraps another only the cause's message is kept: a wrapper's could hold parameters.
 */
export async function answered<T>(
  what: Unavailable['what'],
  ask: () => PromiseLike<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE)
  })
  try {
    return await Promise.race([ask(), patience])
  } catch (error) {
    throw new Unavailable(what, rootMessage(error))
  } finally {
    clearTimeout(timer)
  }
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message
}
