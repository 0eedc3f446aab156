const DAY = 86_400
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An id such as the server makes: so many random characters. */
const randomId = (prefix: string, length: number) => {
  const one = `substr('${ALPHABET}', 1 + abs(random() % ${ALPHABET.length}), 1)`
  return `'${prefix}' || ${Array.from({ length }, () => one).join(' || ')}`
}

const numbers = (from: number, to: number) =>
  `(WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to - 1}) SELECT n FROM c)`

const oneOf = (n: string, words: string[]) =>
  `CASE ${n} % ${words.length} ${words.map((word, i) => `WHEN ${i} THEN '${word}'`).join(' ')} END`

// Texts that searches look for: `billing` in a quarter of the clients, `zulu` only at the end of
// the names, and `needle`, `ßß` or `ж` in a few clients and no others.
const NAME = `CASE WHEN n % 20 = 9 THEN 'Zulu ' ELSE '' END
  || ${oneOf('(n * 7919)', ['Nightly', 'Hourly', 'Quarterly', 'Weekly', 'Daily'])} || ' '
  || ${oneOf('(n * 104729)', ['billing', 'payroll', 'invoice', 'ledger'])} || ' export ' || n`
const DESCRIPTION = `'Reads what has changed since the last run and sends it to the warehouse'
  || CASE n WHEN 17 THEN ' needle' WHEN 411 THEN ' needle' WHEN 612 THEN ' ßß' WHEN 613 THEN ' ж' ELSE '' END`

// One tag that all have, one that a tenth have, and one that a thousandth have.
const TAGS = `json_array('env:prod', CASE n % 10 WHEN 4 THEN 'team:tenth' ELSE 'team:other' END,
  CASE n % 1000 WHEN 8 THEN 'team:rare' ELSE 'kind:batch' END)`
/** Half of them in the last 90 days, the others before. */
const LAST_USE = (now: number) => `${now} - n * 37 % 180 * ${DAY} - n % ${DAY}`

// The end of a day, as the server's: of the older of the two secrets, and of the newer.
const OLDER = `CASE WHEN n % 50 = 7 THEN -2 ELSE n * 31 % 45 + 1 END`
const NEWER = `CASE WHEN n % 50 = 7 THEN -1 WHEN n % 90 = 11 THEN 3 + n % 8 ELSE n * 31 % 45 + 46 END`

const secretsOf = (from: number, to: number, now: number, days: string, created: number) => {
  const midnight = now - (now % DAY) + DAY - 1
  return `INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest, pepper_version, hint,
      created_at, expires_at, remind, reminders_planned, reminder_days)
    SELECT ${randomId('secret_', 16)}, client_id, ${randomId('', 12)}, ${randomId('', 43)}, '1',
      ${randomId('', 4)}, ${now - created * DAY}, ${midnight} + (${days}) * ${DAY}, 1, (${days}) <= 14, 14
    FROM (SELECT id AS n, client_id FROM portcullis_clients WHERE id > ${from} AND id <= ${to})`
}

/**
 * Clients `from` to `to`: each with two secrets and five permissions, of two APIs; one in fifty expired,
 * one in a hundred suspended and in the denylist, one in ten with a role, one in ninety reminded of.
 * What lists go by is not settled: that is the server's to do.
 */
export function clientStatements(from: number, to: number, now: number): string[] {
  return [
    // Administrators that the measurement of fewer clients added.
    `DELETE FROM portcullis_administrators WHERE email LIKE 'new-%'`,
    `DELETE FROM portcullis_reminders WHERE email LIKE 'new-%'`,
    `INSERT INTO portcullis_clients (id, client_id, name, name_key, description, search_text, created_at,
      created_by, updated_at, version, suspended_at, generation, denylist_version, access_token_lifetime,
      tags, contacts, last_token_at, last_used_at)
     SELECT n + 1, client_id, name, lower(name), description,
      lower(name || char(10) || description || char(10) || client_id), ${now} - 90 * ${DAY} + n,
      'bootstrap', ${now}, 1, CASE n % 100 WHEN 3 THEN ${now} END, 0, n % 100 = 3, 43200,
      ${TAGS}, '["owner-' || n % 50 || '@example.com"]', ${LAST_USE(now)}, ${LAST_USE(now)}
     FROM (SELECT n, ${randomId('client_', 22)} AS client_id, ${NAME} AS name, ${DESCRIPTION} AS description
       FROM ${numbers(from, to)} LIMIT -1 OFFSET 0)`, // (Kept whole: flattened, each mention would be another id.)
    secretsOf(from, to, now, OLDER, 40),
    secretsOf(from, to, now, NEWER, 30),
    `INSERT INTO portcullis_client_permissions (client_id, permission_id)
     SELECT client_id, p.value FROM portcullis_clients c,
      json_each((SELECT json_group_array(id) FROM (SELECT id FROM portcullis_permissions
        WHERE declared AND api_id <> 'api_portcullis' AND position < 3 ORDER BY id LIMIT 5))) p
     WHERE c.id > ${from} AND c.id <= ${to}`,
    `INSERT INTO portcullis_client_roles (client_id, role_id)
     SELECT client_id, (SELECT role_id FROM portcullis_roles ORDER BY id LIMIT 1)
     FROM portcullis_clients WHERE id > ${from} AND id <= ${to} AND id % 10 = 0`,
    `INSERT INTO portcullis_reminders (secret_id, email, expires_at, message_id, sending_at, sent_at, attempts)
     SELECT s.secret_id, a.email, s.expires_at, s.secret_id, ${now}, ${now}, 1
     FROM portcullis_clients c CROSS JOIN portcullis_secrets s ON s.client_id = c.client_id
     JOIN portcullis_administrators a ON a.access = 'manage'
     WHERE c.id > ${from} AND c.id <= ${to} AND s.expires_at BETWEEN ${now} AND ${now + 14 * DAY}
       AND s.created_at = ${now - 30 * DAY}`,
    `INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
     SELECT ${randomId('', 22)}, client_id, ${now + DAY}
     FROM portcullis_clients WHERE id > ${from} AND id <= ${to} AND id % 100 = 50`,
    `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
     SELECT ${randomId('client_', 22)}, 1, 0, ${now - 60 * DAY} FROM ${numbers(from, to)} WHERE n % 20 = 0`,
    `INSERT INTO portcullis_token_counts (day, client_id, outcome, count)
     SELECT ${Math.floor(now / DAY)} - n % 30, client_id, 'issued', 24
     FROM (SELECT id AS n, client_id FROM portcullis_clients WHERE id > ${from} AND id <= ${to})`,
  ]
}

/**
 * Data that does not grow with the clients: APIs of five permissions, roles, and people, two of
 * whom are reminded.
 */
export function backgroundStatements(now: number): string[] {
  return [
    `INSERT INTO portcullis_apis (api_id, audience, name, name_key, created_at, updated_at, version)
     SELECT ${randomId('api_', 16)}, 'https://api-' || n || '.example.com', 'API ' || n, 'api ' || n,
      ${now}, ${now}, 1 FROM ${numbers(0, 150)}`,
    `INSERT INTO portcullis_permissions (api_id, permission, declared, position)
     SELECT a.api_id, 'thing-' || a.id || '-' || p.n || ':read', 1, p.n FROM portcullis_apis a, ${numbers(0, 5)} p
     WHERE a.audience IS NOT NULL`,
    `INSERT INTO portcullis_permissions (api_id, permission, declared, position)
     SELECT api_id, 'tokens:introspect', 0, 9 FROM portcullis_apis WHERE audience IS NOT NULL`,
    `INSERT INTO portcullis_roles (role_id, name, name_key, description, created_at, updated_at, version)
     SELECT ${randomId('role_', 16)}, 'Role ' || n, 'role ' || n, '', ${now}, ${now}, 1
     FROM ${numbers(0, 150)}`,
    `INSERT INTO portcullis_role_permissions (role_id, permission_id)
     SELECT role_id, (SELECT min(id) + 5 FROM portcullis_permissions WHERE api_id <> 'api_portcullis')
     FROM portcullis_roles`,
    `INSERT INTO portcullis_administrators (administrator_id, email, access, created_at, updated_at, version)
     SELECT ${randomId('administrator_', 16)}, 'person-' || n || '@example.com',
      CASE WHEN n < 2 THEN 'manage' ELSE 'view' END, ${now}, ${now}, 1 FROM ${numbers(0, 150)}`,
  ]
}

/** Work that is due for the cron: reminders to plan and to send, rows of lists, expired tokens. */
export function dueStatements(now: number): string[] {
  return [
    `UPDATE portcullis_secrets SET reminders_planned = 0 WHERE id IN (
      SELECT id FROM portcullis_secrets WHERE reminders_planned = 1 AND expires_at > ${now}
      ORDER BY expires_at LIMIT 300)`,
    `DELETE FROM portcullis_reminders WHERE secret_id IN (
      SELECT secret_id FROM portcullis_secrets WHERE reminders_planned = 0)`,
    `UPDATE portcullis_clients SET listed_until = ${now} WHERE id <= 300`,
    `INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
     SELECT 'over_' || hex(randomblob(9)), 'nobody', ${now - DAY} FROM ${numbers(0, 300)}`,
    `INSERT INTO portcullis_denylist_outbox (client_id, version)
     SELECT client_id, denylist_version FROM portcullis_clients WHERE denylist_version > 0 LIMIT 8`,
  ]
}
