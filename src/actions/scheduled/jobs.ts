import { JOB_NAMES, type JobName } from '../../domain/job-names.ts'
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

const BY_NAME: Record<JobName, Job> = {
  anchor,
  hold,
  denylist,
  retirements,
  administrators,
  signing_keys: signingKeys,
  status_lists: statusLists,
  status_places: statusPlaces,
  search,
  reminders,
  lists,
  revoked_tokens: revokedTokens,
  old_reminders: oldReminders,
  old_token_counts: oldTokenCounts,
  old_idempotency: oldIdempotencyRecords,
  keys,
  reconciliation,
  verification,
  hashes,
  key_sets: keySets,
  used_assertions: usedAssertions,
  notices,
  unused_secrets: unusedSecrets,
  event_keys: eventKeys,
  audit_tree: auditTree,
  streams,
  events,
}

/** In the order in which they run. */
export const JOBS: Job[] = JOB_NAMES.map((name) => BY_NAME[name])
