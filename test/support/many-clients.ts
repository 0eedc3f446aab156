import { env } from 'cloudflare:workers'
import { d1Clients } from '../../src/storage/clients/clients.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1SearchIndex } from '../../src/storage/clients/search-index.ts'
import { ISSUER } from './server.ts'

const DAY = 86_400

// Every fourth of them has each status; those who have one are spread over all names and dates.
const INSERT_CLIENTS = `
  INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
    created_by, updated_at, version, suspended_at, generation, denylist_version, access_token_lifetime)
  SELECT 'client_' || n, 'Client ' || n, 'client ' || (n * 7919 % 100003),
    CASE WHEN n % 5000 = 7 THEN 'needle!!' ELSE 'hay' END, '',
    ?3 - 40000 + n, 'bootstrap', ?3, 1, CASE n % 4 WHEN 3 THEN ?3 END, 0, 0, 43200
  FROM (WITH RECURSIVE c(n) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM c WHERE n < ?2 - 1) SELECT n FROM c)`

const INSERT_SECRETS = `
  INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest, pepper_version, hint, created_at,
    expires_at, remind)
  SELECT 'secret_' || client_id, client_id, 'key_' || client_id, '', '1', 'abcd', ?3 - 40000,
    CASE id % 4 WHEN 1 THEN ?3 - id % 1000 WHEN 2 THEN ?3 + 7 * ${DAY} + id % 1000
      ELSE ?3 + 90 * ${DAY} + id % 1000 END, 1
  FROM portcullis_clients WHERE id > ?1 AND id <= ?2`

const INSERT_ACCESS = `
  INSERT INTO portcullis_client_permissions (client_id, permission_id)
  SELECT client_id, (SELECT max(id) FROM portcullis_permissions) FROM portcullis_clients
  WHERE id > ?1 AND id <= ?2`

/** Fills up to `to` clients as the server would have: what lists and the search go by is its own code's. */
export async function fillClients(from: number, to: number, now: number): Promise<void> {
  const db = openDatabase(env.DB)
  await env.DB.batch([
    env.DB.prepare(INSERT_CLIENTS).bind(from, to, now),
    env.DB.prepare(INSERT_SECRETS).bind(from, to, now),
    env.DB.prepare(INSERT_ACCESS).bind(from, to),
  ])
  await d1Clients(db, ISSUER).settle(now, to)
  let filed = 0
  do filed = await d1SearchIndex(db).file(to)
  while (filed > 0)
}
