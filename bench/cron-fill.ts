const DAY = 86_400

export const CLIENTS = 100_000
export const ENDING = 10_000
/** Suspended clients with a denylist entry, and some whose entry is still due. */
export const SUSPENDED = 1000
export const DUE = 50

const rows = (many: number, columns: string) =>
  `WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${many - 1})
   SELECT ${columns} FROM c`

/** Every tenth client has a secret that ends within the next days; the others live long. */
export function fillStatements(now: number): string[] {
  return [
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
      created_by, updated_at, version, suspended_at, generation, denylist_version,
      access_token_lifetime, listed_status, listed_expiry, listed_until)
     ${rows(
       CLIENTS,
       `printf('client_%06d', n), 'Client ' || n, 'client ' || n, '', 'client ' || n, ${now} - 40 * ${DAY},
        'bootstrap', ${now}, 1, CASE WHEN n % 100 = 1 THEN ${now} END, 0, n % 100 = 1, 43200,
        'available', ${now} + 90 * ${DAY},
        CASE n % ${CLIENTS / ENDING} WHEN 0 THEN ${now} ELSE ${now} + 60 * ${DAY} END`,
     )}`,
    `INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest, pepper_version, hint,
      created_at, expires_at, remind)
     ${rows(
       CLIENTS,
       `printf('secret_%06d', n), printf('client_%06d', n), printf('key_%06d', n), 'd', '1', 'abcd',
        ${now} - 40 * ${DAY}, ${now} + CASE n % ${CLIENTS / ENDING} WHEN 0 THEN 10 * ${DAY} + n
        ELSE 90 * ${DAY} + n END, 1`,
     )}`,
    `INSERT INTO portcullis_client_permissions (client_id, permission_id)
     SELECT client_id, 1 FROM portcullis_clients`,
    `INSERT INTO portcullis_administrators (administrator_id, email, access, created_at, updated_at,
      version) ${rows(2, `'administrator_' || n, 'manager-' || n || '@example.com', 'manage', ${now}, ${now}, 1`)}`,
    `INSERT INTO portcullis_denylist_outbox (client_id, version)
     SELECT client_id, 1 FROM portcullis_clients WHERE denylist_version > 0 LIMIT ${DUE}`,
    `INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
     ${rows(5000, `'jti_' || n, printf('client_%06d', n), ${now} - ${DAY}`)}`,
  ]
}
