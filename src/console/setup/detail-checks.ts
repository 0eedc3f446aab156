import type { HealthDetail } from '../../actions/health/check-health.ts'
import { isMissing, useInWords } from '../../domain/key-use.ts'
import { thresholdsInWords } from '../../domain/reminder-days.ts'
import { isDue, MINUTE, type Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { relativeTime } from '../kit/words.ts'
import { eventsCheck, streamsCheck } from './events-check.ts'
import { type Check, type SetupFacts, settingsFor } from './checks.ts'

// The cron runs each minute.
const CRON_LATE: Seconds = 5 * MINUTE

export function detailChecks(facts: SetupFacts): Check[] {
  const { detail, now } = facts
  if (!detail) return []
  return [
    cronCheck(detail, facts),
    mailCheck(detail, facts),
    remindersCheck(detail, facts),
    eventsCheck(detail, now),
    ...streamsCheck(detail, now),
    denylistCheck(detail),
    auditLogCheck(detail, now),
    strangeKeysCheck(detail),
    keyVersionsCheck(detail),
    openCheck(detail),
  ]
}

function cronCheck({ cron }: HealthDetail, { isLocal, issuer, now }: SetupFacts): Check {
  const name = 'Cron'
  const mend = isLocal
    ? [`curl ${issuer}/cdn-cgi/handler/scheduled`]
    : ['npx wrangler triggers deploy']
  if (!cron)
    return { name, ok: false, means: 'The cron has never run, so no reminders are sent.', mend }
  const ran = `The cron last ran ${relativeTime(cron.ranAt, now)}`
  if (cron.failed.length > 0) {
    const means = `${ran}, and these jobs failed: ${cron.failed.join(', ')}. The log says why.`
    return { name, ok: false, means, mend: ['npx wrangler tail'] }
  }
  if (isDue(cron.ranAt, CRON_LATE + 1, now)) {
    return {
      name,
      ok: false,
      means: `${ran}; it should run every minute. Until it runs, no reminders are sent.`,
      mend,
    }
  }
  return { name, ok: true, means: `${ran}.` }
}

const MAIL = ['MAIL_FROM', 'SMTP_URL']

function mailCheck({ mailer, backlog }: HealthDetail, { isLocal }: SetupFacts): Check {
  const name = 'Email'
  if (mailer.name === 'log') {
    const missing = mailer.missing ? ` Missing or wrong: ${mailer.missing}.` : ''
    const means = `Email isn’t set up: reminders only go to the log.${missing} Set MAIL_FROM, and one of SMTP_URL, MAIL_WEBHOOK_URL or the EMAIL binding.`
    return { name, ok: false, means, mend: settingsFor(MAIL, isLocal) }
  }
  if (backlog.lastMailError) {
    return {
      name,
      ok: false,
      means: `The last email was refused (${mailer.name}): ${backlog.lastMailError}`,
    }
  }
  return { name, ok: true, means: `Emails are sent by ${mailer.name}.` }
}

function remindersCheck({ backlog }: HealthDetail, facts: SetupFacts): Check {
  const name = 'Reminders'
  const { remindersGivenUp: givenUp, remindersUncertain: uncertain, reminders } = backlog
  if (givenUp + uncertain === 0) {
    return { name, ok: true, means: `${reminders || 'None'} waiting. ${remindingInWords(facts)}` }
  }
  const failed = `${givenUp} couldn’t be sent for a day. Once email works again, they are sent automatically.`
  const unknown = `It isn’t known whether ${uncertain} arrived; the secrets concerned say so.`
  const means = [givenUp > 0 && failed, uncertain > 0 && unknown].filter(Boolean).join(' ')
  return { name, ok: false, means }
}

function remindingInWords({ reminders: { days, recipients, unusedDays } }: SetupFacts): string {
  const also = recipients.length > 0 ? `, also to ${recipients.length} in REMINDER_RECIPIENTS` : ''
  const unused =
    unusedDays === null
      ? ''
      : ` Secrets that are not used for ${countedInWords(unusedDays, 'day')} are ended.`
  return `They are sent ${thresholdsInWords(days, 'a credential')}${also}.${unused}`
}

function denylistCheck({ backlog: { denylistEntries: entries } }: HealthDetail): Check {
  const name = 'Denylist backlog'
  if (entries === 0) return { name, ok: true, means: 'APIs that read KV know every change.' }
  const means = `${countedInWords(entries, 'entry is', 'entries are')} still to be written: APIs that read KV see an older state of these clients. If this doesn’t go down, KV refuses writes (the Free plan allows 1,000 a day).`
  return { name, ok: false, means }
}

function auditLogCheck({ auditLog, denylist }: HealthDetail, now: Seconds): Check {
  const name = 'Audit log'
  if (denylist.databaseRestore) {
    const means =
      'The database was restored to an earlier state. Check the clients that are held, then accept the log (docs/operations.md, Restore the database).'
    return { name, ok: false, means }
  }
  if (!auditLog)
    return { name, ok: false, means: 'Not verified yet. The cron does that when it runs.' }
  const { verdict, verifiedAt } = auditLog
  const when = `verified ${relativeTime(verifiedAt, now)}`
  if (verdict.intact) return { name, ok: true, means: `Intact, ${when}.` }
  const means = `Not intact, ${when}: event ${verdict.brokenAt} is ${WHY[verdict.why]}. Somebody wrote to the database, or it was restored to an earlier state.`
  return { name, ok: false, means }
}

const WHY = {
  missing: 'missing',
  altered: 'changed',
  key_missing: 'sealed with a version of AUDIT_KEY that isn’t configured',
  truncated: 'cut off, with all later ones',
  not_anchored: 'not the one that was anchored',
}

function strangeKeysCheck({ strangeKeys }: HealthDetail): Check {
  const name = 'Signing keys'
  if (strangeKeys.length === 0)
    return { name, ok: true, means: 'All keys in the database are ours.' }
  const means = `${strangeKeys.length} in the database ${strangeKeys.length === 1 ? 'is' : 'are'} not ours. They are not published or used. Somebody else writes to the database, or WRAPPING_KEY lacks a version that is still needed (docs/operations.md, A signing key that is not ours).`
  return { name, ok: false, means }
}

function keyVersionsCheck({ keys }: HealthDetail): Check {
  const name = 'Key versions'
  const missing = keys.filter(isMissing)
  if (missing.length > 0) {
    const means = `Still needed, but not configured: ${missing.map(useInWords).join(', ')}. Add them after the current ones (docs/configuration.md, Versioned secrets).`
    return { name, ok: false, means }
  }
  const older = keys.filter(({ isCurrent, uses }) => !isCurrent && uses > 0)
  const still =
    older.length > 0 ? ` Older versions in use: ${older.map(useInWords).join(', ')}.` : ''
  return { name, ok: true, means: `All versions that are needed are configured.${still}` }
}

function openCheck({ closed, denylist }: HealthDetail): Check {
  const name = 'Open'
  if (denylist.shut) {
    const far = denylist.pass
      ? `: ${countedInWords(denylist.pass.entries, 'entry', 'entries')} so far`
      : ''
    const means = `The database was restored to an earlier state. Until it has been compared with the denylist, no tokens are issued and none is active${far}.`
    return { name, ok: false, means }
  }
  if (!closed) return { name, ok: true, means: 'Tokens are issued.' }
  const means = 'CLOSED is on: no tokens are issued and none is active.'
  return { name, ok: false, means, mend: ['npx wrangler secret delete CLOSED'] }
}
