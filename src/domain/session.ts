import type { Administrator } from './administrator.ts'
import type { Seconds } from './time.ts'

/** That somebody signed in to the console, until when, and whether they left before. */
export type Session = {
  sessionId: string
  /** Null for the bootstrap token, which is nobody's. */
  administratorId: string | null
  createdAt: Seconds
  expiresAt: Seconds
  endedAt: Seconds | null
}

/** A session with the administrator whose it is, as the database has them now; null where they are gone. */
export type FoundSession = { session: Session; administrator: Administrator | null }

export interface Sessions {
  find(sessionId: string): Promise<FoundSession | null>
}

export function isOpen({ endedAt, expiresAt }: Session, now: Seconds): boolean {
  return endedAt === null && now < expiresAt
}
