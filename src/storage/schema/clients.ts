import { sql } from 'drizzle-orm'
import type { AssertionAudience, Profile } from '../../domain/client-details.ts'
import type { StoredKind } from '../../domain/credential.ts'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

// Every table begins with portcullis_, so that a host can keep its own beside them. No cascades: if
// drizzle-kit rebuilt a table, they would silently empty the tables that refer to it.

export const clients = sqliteTable(
  'portcullis_clients',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    clientId: text('client_id').notNull().unique(),
    name: text().notNull(),
    nameKey: text('name_key').notNull(),
    description: text().notNull(),
    searchText: text('search_text').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
    suspendedAt: integer('suspended_at'),
    suspendedReason: text('suspended_reason'),
    generation: integer().notNull(),
    tokensValidFrom: integer('tokens_valid_from'),
    denylistVersion: integer('denylist_version').notNull(),
    accessTokenLifetime: integer('access_token_lifetime').notNull(),
    allowSelfRotation: integer('allow_self_rotation', { mode: 'boolean' }).notNull().default(false),
    assertionAudience: text('assertion_audience')
      .$type<AssertionAudience>()
      .notNull()
      .default('issuer'),
    profile: text().$type<Profile>(),
    requireDpop: integer('require_dpop', { mode: 'boolean' }).notNull().default(false),
    bindToCertificate: integer('bind_to_certificate', { mode: 'boolean' }).notNull().default(false),
    boundSince: integer('bound_since'),
    tags: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    contacts: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    lastTokenAt: integer('last_token_at'),
    // The newest of the last token and the last use of any credential; 0: never, which an index puts
    // first. Triggers keep it, because a release that still runs beside this one does not know it.
    lastUsedAt: integer('last_used_at').notNull().default(0),
    // The place of its tokens in the status lists, and when it was given; triggers keep them.
    statusList: text('status_list'),
    statusBlock: integer('status_block'),
    statusSince: integer('status_since'),
    // An index for lists, never the source of truth: the status by the rule, and until when it
    // holds. The query itself judges a row again once its listed_until has come.
    listedStatus: text('listed_status').notNull().default('available'),
    listedExpiry: integer('listed_expiry').notNull().default(0),
    listedUntil: integer('listed_until').notNull().default(0),
    // The same for what holds from listed_until until next_until, where the client still has this version:
    // secrets end at midnight, all at once, and the cron refreshes some thousands of rows a run.
    nextStatus: text('next_status'),
    nextExpiry: integer('next_expiry'),
    nextUntil: integer('next_until').notNull().default(0),
    nextVersion: integer('next_version').notNull().default(0),
    // An index for the search, never the source of truth: the rules by which the words are indexed.
    // 0: they are not, or are those of an older text.
    searchRules: integer('search_rules').notNull().default(0),
  },
  (t) => [
    index('portcullis_clients_by_creation').on(t.createdAt, t.id),
    index('portcullis_clients_by_name').on(t.nameKey, t.id),
    index('portcullis_clients_by_expiry').on(t.listedExpiry, t.id),
    index('portcullis_clients_by_use').on(t.lastUsedAt, t.id),
    index('portcullis_clients_by_status_creation').on(t.listedStatus, t.createdAt, t.id),
    index('portcullis_clients_by_status_name').on(t.listedStatus, t.nameKey, t.id),
    index('portcullis_clients_by_status_expiry').on(t.listedStatus, t.listedExpiry, t.id),
    index('portcullis_clients_by_listed_until').on(t.listedUntil),
    index('portcullis_clients_by_search_rules').on(t.searchRules),
    // No place is anybody else's.
    uniqueIndex('portcullis_clients_by_status_place')
      .on(t.statusList, t.statusBlock)
      .where(sql`status_list IS NOT NULL`),
    // The few clients that have ever had a denylist entry.
    index('portcullis_clients_on_denylist').on(t.clientId).where(sql`denylist_version > 0`),
    // Clients that need a person's decision.
    index('portcullis_clients_held')
      .on(t.suspendedAt)
      .where(sql`suspended_reason >= 'Held: ' AND suspended_reason < 'Held:!'`),
  ],
)

/** How many clients are listed with each status; triggers keep it, since counting reads them all. */
export const clientCounts = sqliteTable('portcullis_client_counts', {
  status: text().primaryKey(),
  n: integer().notNull(),
})

/**
 * The tags of the clients, by which they are found; triggers keep it. WITHOUT ROWID, which the
 * migration says by hand because drizzle cannot: a row is its key.
 */
export const clientTags = sqliteTable(
  'portcullis_client_tags',
  { tag: text().notNull(), client: integer().notNull() },
  (t) => [primaryKey({ columns: [t.tag, t.client] })],
)

/**
 * The credentials of every kind. The table is called after the first kind that there was: a release
 * that still runs beside this one knows it by that name.
 */
export const secrets = sqliteTable(
  'portcullis_secrets',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    secretId: text('secret_id').notNull().unique(),
    clientId: text('client_id')
      .notNull()
      .references(() => clients.clientId),
    kind: text().$type<StoredKind>().notNull().default('secret'),
    // The lookup key of a credential: part of a secret, or the id of any other.
    keyId: text('key_id').notNull().unique(),
    // A keyed hash: of the secret, or of the material below.
    digest: text().notNull(),
    pepperVersion: text('pepper_version').notNull(),
    hint: text().notNull(),
    label: text().notNull().default(''),
    // Null for those made before it was kept.
    createdBy: text('created_by'),
    // The public key and how its assertions are judged, as JSON; the address of published keys; null
    // for a secret.
    material: text(),
    createdAt: integer('created_at').notNull(),
    // Far in the future for what never expires.
    expiresAt: integer('expires_at').notNull(),
    retiresAt: integer('retires_at'),
    lastUsedAt: integer('last_used_at'),
    firstUsedAt: integer('first_used_at'),
    // Null where no other secret waits for the first use of this one, or no longer.
    retireOthersIn: integer('retire_others_in'),
    graceAt: integer('grace_at'),
    remind: integer({ mode: 'boolean' }).notNull(),
    remindedAt: integer('reminded_at'),
    // An index for the cron, never the source of truth: whether the reminders of this secret are in
    // their table. Every change that may affect who is reminded resets it.
    remindersPlanned: integer('reminders_planned', { mode: 'boolean' }).notNull().default(false),
    // The last event about its end: 0 none, 1 that it is near, 2 that it has come. Reset when the end
    // changes.
    expiryTold: integer('expiry_told').notNull().default(0),
    // While they are: the threshold that was planned last, in days. The default, above every threshold, is
    // what a release that knows only one threshold leaves.
    reminderDays: integer('reminder_days').notNull().default(1000),
    // When the notice that it is not used was planned. It counts only if it is newer than the last use.
    unusedNoticeAt: integer('unused_notice_at'),
  },
  (t) => [
    index('portcullis_secrets_by_client').on(t.clientId, t.id),
    index('portcullis_secrets_by_jwks_uri').on(t.material).where(sql`kind = 'jwks_uri'`),
    index('portcullis_secrets_by_expiry').on(t.remindersPlanned, t.expiresAt),
    index('portcullis_secrets_untold').on(t.expiryTold, t.expiresAt).where(sql`retires_at IS NULL`),
    index('portcullis_secrets_by_reminder')
      .on(t.reminderDays, t.expiresAt)
      .where(sql`reminders_planned = 1`),
    // Finds whose a credential is, by the end of a secret, or by what names a key or a certificate.
    index('portcullis_secrets_by_hint').on(t.hint).where(sql`kind = 'secret'`),
    index('portcullis_keys_by_kid').on(sql`material ->> 'kid'`).where(sql`kind = 'public_key'`),
    index('portcullis_credentials_by_thumbprint')
      .on(sql`material ->> 'thumbprint'`)
      .where(sql`kind IN ('public_key', 'certificate')`),
    // Rules by what a token says, for a caller that names no client.
    index('portcullis_rules_by_subject')
      .on(sql`material ->> 'issuerId'`, sql`material ->> 'subject'`)
      .where(sql`kind = 'federated_credential'`),
    // The few secrets for whose first use others wait.
    index('portcullis_secrets_replacing').on(t.lastUsedAt).where(sql`retire_others_in IS NOT NULL`),
    // Finds the rows to hash anew after PEPPER was rotated.
    index('portcullis_hashes_by_pepper').on(t.pepperVersion, t.id).where(sql`kind <> 'secret'`),
    // Counts a pepper version's live secrets. Drizzle-kit splits an expression at its commas.
    index('portcullis_secrets_by_pepper').on(
      t.pepperVersion,
      sql`CASE WHEN retires_at IS NULL THEN expires_at ELSE retires_at END`,
    ),
  ],
)

export const revokedTokens = sqliteTable(
  'portcullis_revoked_tokens',
  {
    jti: text().primaryKey(),
    clientId: text('client_id').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    index('portcullis_revoked_tokens_by_client').on(t.clientId, t.expiresAt),
    index('portcullis_revoked_tokens_by_expiry').on(t.expiresAt),
  ],
)

/**
 * Assertions that were used, until they expire: each is accepted once. WITHOUT ROWID, which the
 * migration says by hand because drizzle cannot: a row is its key.
 */
export const usedAssertions = sqliteTable(
  'portcullis_used_assertions',
  {
    assertionId: text('assertion_id').primaryKey(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('portcullis_used_assertions_by_expiry').on(t.expiresAt)],
)

/** Deleted clients: their denylist entries, and their ids, which are not used again. */
export const deletedClients = sqliteTable('portcullis_deleted_clients', {
  clientId: text('client_id').primaryKey(),
  denylistVersion: integer('denylist_version').notNull(),
  generation: integer().notNull(),
  deletedAt: integer('deleted_at').notNull(),
})
