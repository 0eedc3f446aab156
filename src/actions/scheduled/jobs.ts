import { keys } from './check-keys.ts'
import { denylist } from './flush-denylist.ts'
import { oldIdempotencyRecords } from './forget-idempotency-records.ts'
import { oldReminders } from './forget-reminders.ts'
import { revokedTokens } from './forget-revoked-tokens.ts'
import { retirements } from './retire-replaced.ts'
import { oldTokenCounts } from './forget-token-counts.ts'
import { hashes } from './hash-anew.ts'
import { search } from './index-clients.ts'
import { usedAssertions } from './forget-used-assertions.ts'
import { auditTree } from './extend-audit-tree.ts'
import type { Job } from './job.ts'
import { keySets } from './read-key-sets.ts'
import { anchor } from './keep-anchor.ts'
import { notices } from './notice-ends.ts'
import { signingKeys } from './keep-signing-keys.ts'
import { administrators } from './let-in-administrators.ts'
import { hold } from './look-through-denylist.ts'
import { reconciliation } from './reconcile.ts'
import { reminders } from './remind-administrators.ts'
import { statusLists, statusPlaces } from './keep-status-lists.ts'
import { events } from './send-events.ts'
import { lists } from './settle-lists.ts'
import { unusedSecrets } from './end-unused-secrets.ts'
import { eventKeys } from './keep-event-keys.ts'
import { streams } from './push-streams.ts'
import { verification } from './verify-log.ts'

/** In the order in which they run: the most urgent first. */
export const JOBS: Job[] = [
  anchor,
  hold,
  denylist,
  retirements,
  administrators,
  signingKeys,
  statusLists,
  statusPlaces,
  // Placed here although it is not urgent: mails use whatever is left, and search gives way to the
  // passes by itself.
  search,
  reminders,
  lists,
  revokedTokens,
  oldReminders,
  oldTokenCounts,
  oldIdempotencyRecords,
  keys,
  reconciliation,
  verification,
  hashes,
  keySets,
  usedAssertions,
  notices,
  unusedSecrets,
  eventKeys,
  auditTree,
  streams,
  // Last: a receiver that is behind takes whatever is left.
  events,
]
