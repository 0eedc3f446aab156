import { type Administrator, auditedChanges } from '../../domain/administrator.ts'
import type { EventDraft } from '../../domain/audit.ts'
import { commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'
import { type AdministratorDeps, newAdministrator } from './create-administrator.ts'

const LET_IN_MAX = 100

/**
 * Creates an administrator for each configured address that was never let in, at most `limit`. Each
 * is let in once: a person who has since been removed, demoted or given another address stays so.
 * Returns how many there were.
 */
export async function letInConfiguredAdministrators(
  deps: AdministratorDeps,
  limit = LET_IN_MAX,
): Promise<number> {
  const { administrators, configuredAdministrators: emails } = deps
  if (emails.length === 0) return 0
  if ((await administrators.neverConfigured(emails)).length === 0) return 0
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const due = (await administrators.neverConfigured(emails)).slice(0, limit)
    const letIn = due.map((email) => newAdministrator(deps, { email, access: 'manage' }, now))
    return {
      result: letIn.length,
      events: letIn.map(createdEvent),
      writes: [
        ...letIn.map((after) => ({ kind: 'administrator' as const, before: null, after })),
        { kind: 'configured_administrators', emails: due },
      ],
    }
  })
}

function createdEvent(after: Administrator): EventDraft {
  return {
    ...SYSTEM,
    action: 'administrator.created',
    clientId: null,
    target: { type: 'administrator', id: after.administratorId },
    changes: auditedChanges(null, after),
  }
}
