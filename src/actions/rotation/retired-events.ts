import type { EventDraft } from '../../domain/audit.ts'
import type { Secret } from '../../domain/secret.ts'
import { isoTime } from '../../domain/time.ts'

type RetiredEvent = Pick<EventDraft, 'action' | 'target' | 'changes'>

/** An event for each secret that got an end, or a sooner one. */
export function retiredEvents(before: Secret[], after: Secret[]): RetiredEvent[] {
  return after.flatMap(({ secretId, retiresAt }) => {
    const from = before.find((secret) => secret.secretId === secretId)?.retiresAt ?? null
    if (retiresAt === null || retiresAt === from) return []
    const changes = { retires_at: { from: from && isoTime(from), to: isoTime(retiresAt) } }
    return [{ action: 'secret.retired', target: { type: 'secret', id: secretId }, changes }]
  })
}
