import { isoTime, type Seconds } from '../../domain/time.ts'
import { minuteInUtc, relativeTime } from './words.ts'

/** A time in words, with the exact UTC time in its title. */
export function Time({ at, now, none }: { at: Seconds | null; now: Seconds; none?: string }) {
  if (at === null) return <span class="faint">{none ?? 'never'}</span>
  return (
    <time datetime={isoTime(at)} title={minuteInUtc(at)}>
      {relativeTime(at, now)}
    </time>
  )
}
