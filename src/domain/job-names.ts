/**
 * The jobs of the cron, in the order in which they run: the most urgent first. While an urgent one
 * fails, a revoked client may stay alive or token issuing may stop: it cannot wait until morning.
 */
const URGENCY = {
  anchor: 'urgent',
  hold: 'urgent',
  denylist: 'urgent',
  retirements: 'can wait',
  administrators: 'can wait',
  signing_keys: 'urgent',
  status_lists: 'can wait',
  status_places: 'can wait',
  // Placed here although it is not urgent: mails use whatever is left, and search gives way to the
  // passes by itself.
  search: 'can wait',
  reminders: 'can wait',
  lists: 'can wait',
  revoked_tokens: 'can wait',
  old_reminders: 'can wait',
  old_token_counts: 'can wait',
  old_idempotency: 'can wait',
  keys: 'urgent',
  reconciliation: 'can wait',
  verification: 'can wait',
  hashes: 'can wait',
  key_sets: 'can wait',
  used_assertions: 'can wait',
  notices: 'can wait',
  unused_secrets: 'can wait',
  event_keys: 'can wait',
  audit_tree: 'can wait',
  streams: 'can wait',
  // Last: a receiver that is behind takes whatever is left.
  events: 'can wait',
} satisfies Record<string, 'urgent' | 'can wait'>

export type JobName = keyof typeof URGENCY

export const JOB_NAMES = Object.keys(URGENCY) as JobName[]

/** Whether a failure of this job is urgent; the name may be one that an earlier release wrote. */
export function isUrgent(name: string): boolean {
  return Object.hasOwn(URGENCY, name) && URGENCY[name as JobName] === 'urgent'
}
