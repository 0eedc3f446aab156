import { MINUTE, type Seconds } from './time.ts'

/** The longest wait before an event is sent again, to a webhook or to a stream. */
export const EVENT_RETRY_MOST: Seconds = 15 * MINUTE

/** How long to wait after a failed attempt: a minute, and twice as long for each failure before it. */
export function retryWait(failuresBefore: number, most: Seconds): Seconds {
  return Math.min(most, MINUTE * 2 ** failuresBefore)
}
