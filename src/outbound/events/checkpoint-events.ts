import type { CheckpointCopies } from '../../domain/audit-tree.ts'
import type { EventsWebhook } from '../../domain/events-webhook.ts'

/** Sends each checkpoint to the receiver of events. */
export function eventCopies(webhook: EventsWebhook): CheckpointCopies {
  return {
    async keep(checkpoint) {
      const delivery = await webhook.send({ kind: 'checkpoint', checkpoint })
      if (delivery.outcome === 'accepted') return
      throw new Error(`the receiver of events did not take a checkpoint: ${delivery.detail}`)
    },
  }
}
