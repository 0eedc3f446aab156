import type { Child } from 'hono/jsx'
import { isoTime, type Seconds } from '../../domain/time.ts'
import { minuteInUtc, relativeTime, shortTime } from './words.ts'

type TimeProps = {
  at: Seconds | null
  now: Seconds
  /** Shown where there is no time. */
  none?: string
  /** `8h ago` in place of `8 hours ago`, for a table. */
  isShort?: boolean
}

/** A time in words, with the exact UTC time in its title; a script adds the visitor's own. */
export function Time({ at, now, none, isShort = false }: TimeProps) {
  if (at === null) return <span class="faint">{none ?? 'never'}</span>
  return <Moment at={at}>{isShort ? shortTime(at, now) : relativeTime(at, now)}</Moment>
}

/** The same for a time that is said otherwise, such as by its day. */
export function Moment({ at, children }: { at: Seconds; children: Child }) {
  return (
    <time datetime={isoTime(at)} title={minuteInUtc(at)}>
      {children}
    </time>
  )
}
