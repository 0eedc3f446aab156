import type { Administrator } from './administrator.ts'
import type { Member } from './member.ts'
import type { Seconds } from './time.ts'

/** A sign-in to the console: until when it lasts, and whether it ended before that. */
export type Session = {
  sessionId: string
  /** Null for the bootstrap token, which does not belong to a person. */
  administratorId: string | null
  createdAt: Seconds
  expiresAt: Seconds
  endedAt: Seconds | null
}

/**
 * A session with its administrator as stored now; null if they were deleted. `member` instead where
 * a group let the person in; null again once they are in the list.
 */
export type FoundSession = {
  session: Session
  administrator: Administrator | null
  member: Member | null
}

export interface Sessions {
  find(sessionId: string): Promise<FoundSession | null>
}

export function isOpen({ endedAt, expiresAt }: Session, now: Seconds): boolean {
  return endedAt === null && now < expiresAt
}
