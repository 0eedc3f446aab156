import { FLUSH_OPERATIONS } from '../edge/flush-outbox.ts'
import { QUARANTINE_OPERATIONS } from '../edge/publish-denylist.ts'
import type { JobName } from '../../domain/job-names.ts'

/** Counted by themselves, beside the portions of the jobs. */
type Part = 'message' | 'message_again' | 'recording'

/** The fewest denylist entries that a run has to be able to write. */
export const ENTRIES_AT_LEAST = 8

/**
 * The most operations that a portion makes, which is not cut in the middle. Measured, not
 * estimated: a test runs each portion at its largest and requires these very numbers, so a
 * statement more or less shows there. A change that loses against another repeats its own.
 */
export const OPERATIONS = {
  anchor: 9,
  hold: 22,
  denylist: FLUSH_OPERATIONS + Math.max(ENTRIES_AT_LEAST, QUARANTINE_OPERATIONS),
  /** Finding clients, and the retirement of as many secrets as one may have. */
  retirements: 13,
  administrators: 12,
  signing_keys: 12,
  /** Two sets, each named by metadata that is read first. */
  key_sets: 7,
  search: 6,
  /** Planning reminders and finding who has some that are due. */
  reminders: 5,
  message: 10,
  /** A message to a provider that discards duplicates: it also records what it now leaves out. */
  message_again: 11,
  /** Looking twice, and a commit. */
  notices: 6,
  /** The claim, one event with its name, a test event, and the release. */
  events: 6,
  event_keys: 7,
  /**
   * Finding streams; one's claim, its events, a token, the message about its pause and whether that may
   * still be sent, the update.
   */
  streams: 11,
  lists: 1,
  /** Opening a list and, where none had a place left, giving places to the newest clients. */
  status_lists: 3,
  /** Giving places, and where it ends the lists that go. */
  status_places: 5,
  revoked_tokens: 1,
  used_assertions: 1,
  old_reminders: 1,
  old_token_counts: 1,
  old_idempotency: 1,
  keys: 1,
  /** Rows of an older PEPPER, the issuers, and both with their new hashes. */
  hashes: 4,
  /** Without a quarantine, for which it asks the budget. */
  reconciliation: 3,
  verification: 7,
  /** A portion of secrets, and the end of one that is not used. */
  unused_secrets: 11,
  /** The head of the tree, salts, events, and what is added, with a key and two copies. */
  audit_tree: 9,
  /** Recording the job states, and the final check. */
  recording: 2,
} satisfies Record<JobName | Part, number>
