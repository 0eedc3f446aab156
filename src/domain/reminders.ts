import type { Reminder } from './reminder.ts'
import type { Seconds } from './time.ts'

/** A message to be sent: what it is about, and how often it was tried before. */
export type ClaimedReminders = {
  /** The same for a message that was handed over before and whose answer was lost. */
  messageId: string
  attempts: number
  failingSince: Seconds | null
}

export type Recipient = { email: string; administratorId: string }

export interface Reminders {
  /** Notes who is to be reminded of which secrets that end within `lead`. */
  plan(now: Seconds, lead: Seconds, limit: number): Promise<void>
  /** Recipients with something due, who waited longest first. */
  recipients(now: Seconds, limit: number): Promise<Recipient[]>
  /** Takes what is due of one recipient for `claim` alone; null when there is nothing. */
  claim(email: string, claim: string, now: Seconds, limit: number): Promise<ClaimedReminders | null>
  /**
   * Notes that the claim is handed over now, and what it says by what holds now. From here on it is
   * not sent again, unless `repeatable`: a provider that takes one message once.
   */
  handOver(claim: string, now: Seconds, repeatable: boolean): Promise<Reminder[]>
  /** The provider did not take it, or, where it is `repeatable`, may not have: again at `dueAt`. */
  failed(
    claim: string,
    failure: { detail: string; now: Seconds; dueAt: Seconds; keepsMessage: boolean },
  ): Promise<void>
  /** Whether what this claim handed over was noted as sent. */
  isSent(claim: string): Promise<boolean>
  /** Notes why it is not known what became of it. */
  doubted(claim: string, detail: string): Promise<void>
  /** Makes due again what a clock that was ahead has put off. */
  bringForward(now: Seconds): Promise<void>
  /** Drops what secrets that ended have left; how many. */
  forget(now: Seconds, limit: number): Promise<number>
}
