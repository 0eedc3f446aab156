// Made by `npm run migrations`: what each migration leaves, by which /health sees that it was applied, in whichever
// way a host applies them.
export const MIGRATIONS: [name: string, leaves: string[]][] = [
  [
    '0000_start',
    [
      'portcullis_apis',
      'portcullis_audit_events',
      'portcullis_client_permissions',
      'portcullis_client_roles',
      'portcullis_clients',
      'portcullis_deleted_clients',
      'portcullis_denylist_outbox',
      'portcullis_ledger_head',
      'portcullis_permissions',
      'portcullis_revoked_tokens',
      'portcullis_role_permissions',
      'portcullis_roles',
      'portcullis_secrets',
      'portcullis_signing_keys',
    ],
  ],
  ['0001_own_api_and_search', ['portcullis_client_search|portcullis_search_parts']],
  [
    '0002_administrators_reminders_chores',
    [
      'portcullis_administrators',
      'portcullis_chores',
      'portcullis_configured_administrators',
      'portcullis_reminders',
      'portcullis_secrets.reminders_planned',
    ],
  ],
  ['0003_token_counts', ['portcullis_token_counts']],
  ['0004_outbox_by_writer', ['portcullis_denylist_outbox_by_writer']],
  ['0005_idempotency_records', ['portcullis_idempotency_records']],
  ['0006_self_rotation', ['portcullis_clients.allow_self_rotation']],
  [
    '0007_growth',
    [
      'portcullis_client_counts',
      'portcullis_client_counts_insert',
      'portcullis_client_counts_update',
      'portcullis_client_counts_delete',
      'portcullis_administrators.catch_up_expiry',
      'portcullis_administrators.catch_up_id',
    ],
  ],
  ['0008_sessions', ['portcullis_sessions']],
  ['0009_key_checks', ['portcullis_key_checks']],
  [
    '0010_search_words',
    [
      'portcullis_search_parts',
      'portcullis_search_words',
      'portcullis_search_rules_update',
      'portcullis_clients.search_rules',
    ],
  ],
  ['0011_health', ['portcullis_denylist_outbox.since']],
  ['0012_key_versions', ['portcullis_seal_versions', 'portcullis_seal_versions_insert']],
  ['0013_standby_keys', ['portcullis_signing_keys.retires_at']],
  ['0014_tags', ['portcullis_clients.tags']],
]
