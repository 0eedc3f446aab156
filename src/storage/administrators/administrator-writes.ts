import { sql } from '../sql.ts'
import type { Administrator } from '../../domain/administrator.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Statement } from '../database.ts'
import { deleteFrom, insertInto, update } from '../statements.ts'

export function administratorStatements(
  { before, after }: Write & { kind: 'administrator' },
  at: Seconds,
): Statement[] {
  if (!after) {
    const { administratorId } = before
    return [deleteFrom('administrators', { administratorId }), judgeReminders(before, at)]
  }
  return [
    before ? change(after) : insertInto('administrators', after),
    ...(before && !isStillReminded(before, after) ? [judgeReminders(before, at)] : []),
    ...(isNewlyReminded(before, after) ? [catchUp(after, at)] : []),
  ]
}

/** Recorded addresses are never removed. */
export function configuredStatements({
  emails,
}: Write & { kind: 'configured_administrators' }): Statement[] {
  return [
    sql`INSERT OR IGNORE INTO portcullis_configured_administrators (email)
      SELECT value FROM json_each(${JSON.stringify(emails)})`,
  ]
}

function change({ administratorId, email, access, updatedAt, version }: Administrator): Statement {
  return update('administrators', { administratorId }, { email, access, updatedAt, version })
}

/** Administrators with `manage` are reminded, at their address. */
function isNewlyReminded(before: Administrator | null, after: Administrator): boolean {
  if (after.access !== 'manage') return false
  return before?.access !== 'manage' || before.email !== after.email
}

function isStillReminded(before: Administrator, after: Administrator): boolean {
  return after.access === 'manage' && before.email === after.email
}

/**
 * Waiting reminders are due now: the cron drops those that are not for this address any more. It may be
 * a contact's, too.
 */
function judgeReminders({ email }: Administrator, at: Seconds): Statement {
  return sql`UPDATE portcullis_reminders SET due_at = ${at}
    WHERE email = ${email} AND sending_at IS NULL AND due_at > ${at}`
}

/**
 * Planned reminders list only the administrators of that time; the cron adds this one, a portion at
 * a time.
 */
function catchUp({ administratorId }: Administrator, at: Seconds): Statement {
  return update('administrators', { administratorId }, { catchUpExpiry: at, catchUpId: 0 })
}
