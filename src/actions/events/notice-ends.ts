import type { EventDraft } from '../../domain/audit.ts'
import type { DueNotice } from '../../domain/due-notices.ts'
import type { Deps } from '../../domain/deps.ts'
import { DAY, isoTime, type Seconds } from '../../domain/time.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'

export type NoticeDeps = CommitDeps & Pick<Deps, 'dueNotices' | 'reminderDays'>

const NOTICES_MAX = 50

/**
 * Makes events of what no request makes one of: a credential that will end or has ended, a client that
 * is refused often. They are in the log, once each, like every other event: what is due is read again
 * behind the head that the commit continues, and marked in the same batch.
 */
export async function noticeEnds(deps: NoticeDeps, since: Seconds): Promise<void> {
  const lead = Math.max(...deps.reminderDays) * DAY
  const find = (now: Seconds) => deps.dueNotices.find(now, since, lead, NOTICES_MAX)
  if ((await find(deps.now())).length === 0) return
  await commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const due = await find(now)
    const secretIds = due.flatMap((one) => ('credentialId' in one ? one.credentialId : []))
    return {
      result: undefined,
      events: due.map(eventOf),
      writes: [{ kind: 'expiries_told', secretIds }],
    }
  })
}

function eventOf(notice: DueNotice): EventDraft {
  const { action, clientId } = notice
  if (action === 'client.refused_often') {
    const changes = { refused_today: { from: null, to: notice.refusedToday } }
    return { action, ...SYSTEM, clientId, target: { type: 'client', id: clientId }, changes }
  }
  const target = { type: notice.kind, id: notice.credentialId } as EventDraft['target']
  const changes = { expires_at: { from: null, to: isoTime(notice.expiresAt) } }
  return { action, ...SYSTEM, clientId, target, changes }
}
