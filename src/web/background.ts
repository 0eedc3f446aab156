import type { Context } from 'hono'
import { logFailure } from './log.ts'

/** Something to do when the answer is on its way. */
export type Work = () => Promise<unknown>

/** Starts the work behind an answer; its failure is logged, and concerns the answer no more. */
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

/** None in a host's own tests, which call `app.request` without one: Hono's getter then throws. */
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
