import { isWrite } from '../../doubles/faults.ts'

// The name of a call to a binding in the matrix: the first line that its text matches.
const SITES: [string, RegExp][] = [
  ['credential', /^SELECT\s+c\.client_id, c\.suspended_at.*FROM \((SELECT 1)\)/s],
  ['credential and token', /^SELECT\s+c\.client_id, c\.suspended_at.*FROM json_each\(\?2\) j/s],
  ['session', /^SELECT s\.session_id/],
  ['is revoked', /^SELECT 1 FROM portcullis_revoked_tokens/],
  ['note use', /^UPDATE portcullis_secrets SET last_used_at/],
  ['note token', /^UPDATE portcullis_clients SET last_token_at/],
  ['rehash', /^UPDATE portcullis_secrets SET digest/],
  ['token counts', /^INSERT INTO portcullis_token_counts/],
  ['signing keys', /^SELECT kid, algorithm/],
  ['head', /^SELECT seq, seal, .*FROM portcullis_ledger_head/s],
  ['turn', /^UPDATE portcullis_ledger_head\s+SET reserved_by/],
  ['commit', /^INSERT INTO portcullis_audit_events/],
  ['was it committed', /^SELECT 1 FROM portcullis_audit_events/],
  ['client', /^SELECT\s+c\.name AS name,.*WHERE c\.client_id = \?$/s],
  ['revoked by itself', /^SELECT count\(\*\) AS n\s+FROM portcullis_revoked_tokens/],
  ['claim entry', /^UPDATE portcullis_denylist_outbox SET\s+unsettled_until = CASE/],
  ['settle entry', /^INSERT INTO portcullis_denylist_outbox .*SELECT j\.value/s],
  ['repeat entries', /^INSERT INTO portcullis_denylist_outbox .*SELECT value, 0/s],
  ['entries ahead', /^SELECT c\.client_id\s+FROM json_each/],
  ['denylist states', /^WITH told AS MATERIALIZED/],
  ['job states', /^SELECT (name, ran_at|unixepoch\(\) AS clock, c\.name)/],
  ['backlog', /^SELECT unixepoch\(\) AS clock, \(/],
  ['note job states', /^INSERT INTO portcullis_chores/],
  ['plan reminders', /^INSERT INTO portcullis_reminders/],
  ['reminder recipients', /^SELECT a\.email, a\.administrator_id AS administratorId, \(/],
  ['claim reminders', /^DELETE FROM portcullis_reminders AS r/],
  ['hand over reminders', /^UPDATE portcullis_reminders AS r SET sending_at/],
  ['reminders failed', /^UPDATE portcullis_reminders SET\s+(message_id|claimed_by)/],
  ['reminders in doubt', /^UPDATE portcullis_reminders SET last_error/],
  ['reminders sent', /^SELECT 1 FROM portcullis_reminders/],
  ['forget reminders', /^DELETE FROM portcullis_reminders WHERE rowid/],
  ['forget revoked tokens', /^DELETE FROM portcullis_revoked_tokens/],
  ['forget idempotency', /^DELETE FROM portcullis_idempotency_records/],
  ['idempotency record', /^SELECT r\.key_hash AS keyHash/],
  ['forget token counts', /^DELETE FROM portcullis_token_counts/],
  ['settle lists', /^UPDATE portcullis_clients AS c SET listed/],
  [
    'events of an action',
    /^SELECT .* FROM portcullis_audit_events WHERE client_id = \? AND action = \?/s,
  ],
  ['events', /^SELECT .* FROM portcullis_audit_events WHERE seq >/s],
  ['seals', /^SELECT e\.seq, e\.seal.*portcullis_audit_events/s],
  ['key checks', /^SELECT \(SELECT json_group_array/],
  ['key versions', /^WITH RECURSIVE peppers/],
  ['schema', /^SELECT name, sql FROM sqlite_master/],
  ['list clients', /^\s*WITH page AS/],
  ['API of audience', /FROM portcullis_apis a WHERE a\.audience/],
  ['clients not filed', /FROM portcullis_clients WHERE search_rules </],
  ['permissions', /portcullis_permissions/],
  ['never configured', /portcullis_configured_administrators/],
  ['get entry', /^get client:/],
  ['put entry', /^put client:/],
  ['get anchor', /^get anchor:latest/],
  ['put anchor', /^put anchor:latest/],
  ['put anchor of a change', /^put anchor:recent/],
  ['put anchor of the day', /^put anchor:\d/],
  ['probe', /^get health/],
  ['list entries', /^list client:/],
  ['list anchors', /^list anchor:/],
  ['send', /^send/],
  ['unwrap', /^unwrap/],
]

/** The name of a call's site; for a call without a name, its text. */
export function siteOf(binding: 'd1' | 'kv' | 'mail' | 'key', texts: string[]): string {
  const [text = ''] = texts.map((one) => one.trim())
  const name = SITES.find(([, pattern]) => pattern.test(text))?.[0] ?? text.slice(0, 400)
  const access = binding === 'd1' && isWrite({ texts }) ? 'd1 write' : binding
  return `${access}: ${name}`
}
