import type { Context } from 'hono'
import { logFailure } from './log.ts'

/** Work to do once the answer is on its way. */
export type Work = () => Promise<unknown>

/** Starts the work after an answer; its failure is logged, and no longer affects the answer. */
export function runInBackground(
  context: ExecutionContext | null,
  works: Work[],
  requestId: string,
): void {
  for (const work of works) {
    const done = nextTask().then(work)
    const told = done.catch((error: Error) => logFailure(error, requestId))
    context?.waitUntil(told)
  }
}

/** Null in a host's own tests, which call `app.request` without one: Hono's getter then throws. */
export function contextOf(c: Context): ExecutionContext | null {
  try {
    return c.executionCtx as ExecutionContext
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
