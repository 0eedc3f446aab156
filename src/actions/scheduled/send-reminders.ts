import type { ClaimedReminders, Recipient } from '../../domain/reminders.ts'
import type { EventDraft } from '../../domain/audit.ts'
import type { Delivery, Reader } from '../../domain/mail.ts'
import type { Deps } from '../../domain/deps.ts'
import { type Reminder, reminderKey, retryIn, UNUSED } from '../../domain/reminder.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'

export type ReminderDeps = CommitDeps & Pick<Deps, 'reminders' | 'mailer'>

/** The limits of one run: messages, and the reminders and secrets planned. */
export type ReminderBounds = { messages: number; reminders: number; secrets: number }

const CLAIM_LENGTH = 22

/** How often recording the outcome of a mail is attempted when the database does not answer. */
const MAX_ATTEMPTS = 4

/**
 * Sends due reminders, one message per person. A reminder is recorded as handed over before it is:
 * if the run is killed or the answer lost, the outcome stays unknown, and it is not sent twice. A
 * provider that discards duplicates is given the message again instead. Returns how many people had
 * something due.
 */
export async function sendReminders(deps: ReminderDeps, bounds: ReminderBounds): Promise<number> {
  await deps.reminders.plan(deps.now(), bounds.secrets)
  const recipients = await deps.reminders.recipients(deps.now(), bounds.messages)
  for (const recipient of recipients) await sendTo(deps, recipient, bounds.reminders)
  return recipients.length
}

async function sendTo(deps: ReminderDeps, recipient: Recipient, limit: number): Promise<void> {
  const { email } = recipient
  const claim = deps.random(CLAIM_LENGTH)
  const claimed = await deps.reminders.claim(email, claim, deps.now(), limit)
  if (!claimed) return
  const now = deps.now()
  const reminders = await noteHandOver(deps, claim, claimed, now)
  if (reminders.length === 0) return
  const letter = { kind: 'reminder', reminders, reader: readerOf(recipient), now } as const
  const delivery = await deps.mailer.send({ messageId: claimed.messageId, to: email, letter })
  await retry(deps, async (isAgain) => {
    if (delivery.outcome !== 'accepted') return noteFailure(deps, claim, claimed, delivery)
    if (isAgain && (await deps.reminders.isSent(claim))) return
    return noteSent(deps, { claim, wasRepeated: claimed.messageId !== claim }, recipient, reminders)
  })
}

async function noteHandOver(
  deps: ReminderDeps,
  claim: string,
  claimed: ClaimedReminders,
  now: Seconds,
): Promise<Reminder[]> {
  try {
    return await deps.reminders.handOver(claim, now, deps.mailer.deduplicates)
  } catch (error) {
    // It may be recorded as handed over although it was not: without this it would never be sent.
    const detail = 'the database did not answer before it was handed over'
    await retry(deps, () => noteFailure(deps, claim, claimed, { outcome: 'refused', detail }))
    throw error
  }
}

/** Only this run knows the outcome, so it is worth more than one attempt. */
async function retry(deps: ReminderDeps, work: (isAgain: boolean) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt > 1)
    } catch (error) {
      if (!(error instanceof Unavailable) || attempt === MAX_ATTEMPTS) throw error
      await deps.backOff(attempt)
    }
  }
}

async function noteSent(
  deps: ReminderDeps,
  sent: { claim: string; wasRepeated: boolean },
  recipient: Recipient,
  reminders: Reminder[],
): Promise<void> {
  const keys = reminders.map(reminderKey)
  const to = recipient.administratorId ?? readerOf(recipient)
  await commitChange(deps, NO_ONE_TO_ASK, async () => ({
    result: undefined,
    events: reminders.map((reminder) => sentEvent(reminder, to)),
    writes: [{ kind: 'reminders_sent', ...sent, keys }],
  }))
}

function readerOf({ administratorId, isContact }: Recipient): Reader {
  if (administratorId !== null) return 'administrator'
  return isContact ? 'contact' : 'configured'
}

/** An address is personal data; the log is permanent, so it names the administrator by id. */
function sentEvent({ clientId, kind, credentialId, days }: Reminder, to: string): EventDraft {
  const about = days === UNUSED ? 'unused' : days
  const changes = {
    recipient: { from: null, to },
    ...(about !== null && { days: { from: null, to: about } }),
  }
  const target = { type: kind, id: credentialId }
  return { action: 'reminder.sent', ...SYSTEM, clientId, target, changes }
}

async function noteFailure(
  deps: ReminderDeps,
  claim: string,
  claimed: ClaimedReminders,
  delivery: Exclude<Delivery, { outcome: 'accepted' }>,
): Promise<void> {
  const { detail, outcome } = delivery
  const isInDoubt = outcome === 'unknown'
  if (isInDoubt && !deps.mailer.deduplicates) return deps.reminders.doubted(claim, detail)
  const now = deps.now()
  const wait = retryIn(claimed.attempts, now - (claimed.failingSince ?? now))
  const dueAt = now + wait
  // A refusal now says nothing about an earlier attempt whose answer was lost.
  const keepsMessage = isInDoubt || claimed.messageId !== claim
  await deps.reminders.failed(claim, { detail, now, dueAt, keepsMessage })
}
