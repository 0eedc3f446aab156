import type { Ledger } from '../../domain/ledger.ts'
import type { Metrics } from '../../domain/metrics.ts'

/** Measures every committed change: by a person, a client, or the cron. */
export function measuredLedger(ledger: Ledger, metrics: Metrics): Ledger {
  return {
    ...ledger,
    async commit(head, events, writes, leaseId) {
      const isCommitted = await ledger.commit(head, events, writes, leaseId)
      if (!isCommitted) return false
      for (const { action, actor, clientId } of events) {
        const [caller, name] = [actor.type, action]
        metrics.write({ kind: 'change', name, caller, clientId: clientId ?? undefined })
      }
      return true
    },
  }
}
