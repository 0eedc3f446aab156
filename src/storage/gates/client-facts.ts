import { answered } from '../answered.ts'
import { CREDENTIAL, SHUT_COLUMN } from '../clients/credential-sql.ts'
import type { CredentialRow } from '../clients/credential-row.ts'

/** The columns of the client behind a credential; the others are of the credential. */
type OwnerRow = Pick<
  CredentialRow,
  | 'client_id'
  | 'suspended_at'
  | 'generation'
  | 'access_token_lifetime'
  | 'last_token_at'
  | 'profile'
  | 'require_dpop'
  | 'bind_to_certificate'
  | 'status_list'
  | 'status_block'
  | 'access'
>

/**
 * All that answers about one client depend on, as the database's primary said it; lists are JSON.
 * Without a client, `client_id` is null. Hashes are keyed, and signing keys wrapped, as they are stored.
 */
export type ClientFacts = OwnerRow & {
  credentials: string
  revoked: string
  signing_keys: string
  shut: number
}

const columns = Object.entries(CREDENTIAL)
const isOfOwner = ([name, sql]: [string, string]) => sql.startsWith('c.') || name === 'access'

const OWNER = columns.filter(isOfOwner).map(([name, sql]) => `${sql} AS ${name}`)
const HELD = columns.filter((one) => !isOfOwner(one)).map(([name, sql]) => `'${name}', ${sql}`)

/** Enough for the one that signs, and those whose tokens still live: for another, D1 is asked. */
const KEYS_MAX = 8

const CLIENT_FACTS = `SELECT ${OWNER.join(', ')},
  (SELECT json_group_array(json_object(${HELD.join(', ')}))
    FROM portcullis_secrets s WHERE s.client_id = c.client_id) AS credentials,
  (SELECT json_group_array(jti) FROM portcullis_revoked_tokens WHERE client_id = ?1) AS revoked,
  (SELECT json_group_array(json_object('kid', kid, 'algorithm', algorithm, 'publicJwk', public_jwk,
    'wrappedKey', wrapped_key, 'createdAt', created_at, 'activatesAt', activates_at,
    'retiresAt', retires_at, 'revokedAt', revoked_at)) FROM (SELECT * FROM portcullis_signing_keys
    ORDER BY activates_at DESC, created_at DESC, kid DESC LIMIT ${KEYS_MAX})) AS signing_keys,
  ${SHUT_COLUMN['shut']} AS shut
  FROM (SELECT 1) LEFT JOIN portcullis_clients c ON c.client_id = ?1`

/** One round trip to the primary. @throws Unavailable */
export async function readClientFacts(d1: D1Database, clientId: string): Promise<ClientFacts> {
  const facts = await answered('d1', () =>
    d1.prepare(CLIENT_FACTS).bind(clientId).first<ClientFacts>(),
  )
  if (!facts) throw new Error('a SELECT without FROM has a row')
  return facts
}
