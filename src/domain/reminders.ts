import type { Reminder } from './reminder.ts'
import type { Seconds } from './time.ts'

/** A message to be sent: its reminders, and how often it was tried before. */
export type ClaimedReminders = {
  /** The same id as before for a message that was handed over and whose answer was lost. */
  messageId: string
  attempts: number
  failingSince: Seconds | null
}

/** `administratorId` is null for an address without rights, `isContact` for one that is a client's. */
export type Recipient = { email: string; administratorId: string | null; isContact: boolean }

export interface Reminders {
  /** Records who is to be reminded of which credentials that have come to a threshold. */
  plan(now: Seconds, limit: number): Promise<void>
  /** Recipients with something due, the longest-waiting first. */
  recipients(now: Seconds, limit: number): Promise<Recipient[]>
  /** Claims everything due for one recipient; null if there is nothing. */
  claim(email: string, claim: string, now: Seconds, limit: number): Promise<ClaimedReminders | null>
  /**
   * Records that the claim is being handed over, and returns its current content. From here on it
   * is not sent again, unless `repeatable`: the provider discards duplicates.
   */
  handOver(claim: string, now: Seconds, repeatable: boolean): Promise<Reminder[]>
  /** The provider did not accept it or, if `repeatable`, may not have: retried at `dueAt`. */
  failed(
    claim: string,
    failure: { detail: string; now: Seconds; dueAt: Seconds; keepsMessage: boolean },
  ): Promise<void>
  /** Whether the claim's message was recorded as sent. */
  isSent(claim: string): Promise<boolean>
  /** Records why the outcome is unknown. */
  doubted(claim: string, detail: string): Promise<void>
  /** Makes reminders due again that a fast clock postponed. */
  bringForward(now: Seconds): Promise<void>
  /** Deletes reminders of secrets that have ended and returns how many. */
  forget(now: Seconds, limit: number): Promise<number>
}
