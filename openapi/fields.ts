import { DESCRIPTIONS } from './nouns.ts'

/** Fields of nothing that is described by itself. */
const OTHERS: Record<string, string> = {
  overlap: 'Seconds for which the secret used goes on working; 86400 at most, and by default.',
  client_assertion:
    'A JWT (RFC 7523 §3): iss and sub are the client, aud is the issuer, exp is at most 300 seconds away, jti is used once.',
  next_cursor: 'Where the next page begins; null on the last.',
  usable_from: 'From then on every API has it, and a rotation lets it sign at once.',
  discarded: 'Keys that could not be used when they were tried, and were replaced.',
  errors: 'What is wrong with which field; a nested one with dots.',
  expires_in: 'Seconds.',
  gen: 'Token generation of the client.',
  failing: 'What does not answer.',
  taken_back: 'Whether the database lacks what was anchored outside it, as after a restore.',
  closed: 'Whether it is closed for maintenance.',
  shut: 'Whether no client gets in until the denylist is compared with a database that was taken back.',
  denylist_pass:
    'The comparison of the denylist with the database: how many entries, and how many clients were held.',
  done: 'Whether it has seen all that the denylist knows.',
  anchors: 'Where the audit log ended, as it is kept in KV; `unreadable` are not of this server.',
  kv_emptied_at: 'When KV was found without anything that was kept there.',
  missing: 'Why no mail leaves.',
  resource: 'Audiences of APIs; left out, those to which the scopes belong.',
}

/** What a field means, wherever it occurs. */
export const FIELDS: Record<string, string> = Object.assign(
  {},
  OTHERS,
  ...DESCRIPTIONS.map(({ fields = {} }) => fields),
)
