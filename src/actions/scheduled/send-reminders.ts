import type { ClaimedReminders, Recipient } from '../../domain/reminders.ts'
import type { EventDraft } from '../../domain/audit.ts'
import type { Delivery } from '../../domain/mail.ts'
import type { Deps } from '../../domain/deps.ts'
import { type Reminder, retryIn } from '../../domain/reminder.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'

export type ReminderDeps = CommitDeps & Pick<Deps, 'reminders' | 'mailer' | 'reminderLead'>

/** What one run does at most: so many messages, of so many reminders. */
export type ReminderBounds = { messages: number; reminders: number; secrets: number }

const CLAIM_LENGTH = 22

/** How often what became of a mail is written down when D1 does not answer. */
const MAX_ATTEMPTS = 4

/**
 * Sends what is due, one message a person. A reminder is noted as handed over before it is: a run that
 * is killed then, or whose answer is lost, leaves it in doubt, and nobody gets it twice. A provider
 * that takes a message once, however often it is handed over, gets it again instead. Answers how many
 * people had something due.
 */
export async function sendReminders(deps: ReminderDeps, bounds: ReminderBounds): Promise<number> {
  await deps.reminders.plan(deps.now(), deps.reminderLead, bounds.secrets)
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
  const letter = { kind: 'reminder', reminders, now } as const
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
    // It may stand there as handed over, and was not: without this nobody would ever send it.
    const detail = 'the database did not answer before it was handed over'
    await retry(deps, () => noteFailure(deps, claim, claimed, { outcome: 'refused', detail }))
    throw error
  }
}

/** What only this run knows is worth more than one try. */
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
  { administratorId }: Recipient,
  reminders: Reminder[],
): Promise<void> {
  const secretIds = reminders.map((reminder) => reminder.secretId)
  await commitChange(deps, NO_ONE_TO_ASK, async () => ({
    result: undefined,
    events: reminders.map((reminder) => sentEvent(reminder, administratorId)),
    writes: [{ kind: 'reminders_sent', ...sent, secretIds }],
  }))
}

/** An address is a person's; the log, which is for good, names the administrator. */
function sentEvent({ clientId, secretId }: Reminder, recipient: string): EventDraft {
  const changes = { recipient: { from: null, to: recipient } }
  const target = { type: 'secret', id: secretId } as const
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
  // A refusal now says nothing of an earlier attempt whose answer was lost.
  const keepsMessage = isInDoubt || claimed.messageId !== claim
  await deps.reminders.failed(claim, { detail, now, dueAt, keepsMessage })
}
