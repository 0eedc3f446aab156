import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { newKeySchema } from './requests.ts'
import { CREDENTIAL_FIELDS, MAY_LAST } from './field-description.ts'
import { keyResponse } from './response.ts'

const ALL = '/clients/{client_id}/keys'

/** The key of RFC 8037 A.2, with its thumbprint as kid. */
const JWK = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

const KEY_EXAMPLE = {
  key_id: 'key_4Xq8mZr1Tn0cVb7L',
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  algorithm: 'EdDSA',
  jwk: JWK,
  label: 'Build server',
  replay: 'once',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  expires_at: null,
  last_used_at: null,
  remind: true,
  reminded_at: null,
}

export const keys: Description = {
  tag: 'Public keys',
  about: 'What clients without a secret prove themselves with: private_key_jwt, RFC 7523.',
  requests: { NewKey: newKeySchema },
  responses: { Key: keyResponse },
  examples: { Key: KEY_EXAMPLE },
  fields: {
    ...CREDENTIAL_FIELDS,
    expires_on: MAY_LAST,
    jwk: 'RFC 7517. EC on P-256 or P-384, Ed25519, or RSA of 2048 to 4096 bits.',
    pem: 'The same as a PEM block, which begins with -----BEGIN PUBLIC KEY-----.',
    replay:
      'How often one assertion is accepted: once, or until it expires, for clients that send a stored one.',
  },
  operations: {
    [`GET ${ALL}`]: {
      id: 'listKeys',
      does: 'List the public keys of a client',
      query: pageSchema,
      answers: { 200: { what: 'A page of keys.', schema: page(keyResponse), headers: ['ETag'] } },
    },
    [`POST ${ALL}`]: {
      id: 'createKey',
      does: 'Add a public key',
      more: 'A private key is refused, and should be replaced: it has been sent.',
      body: { schema: newKeySchema, examples: [{ jwk: JWK, label: 'Build server' }] },
      answers: created(keyResponse, 'The key.', ['Location']),
      conditional: true,
      refusals: conflict('The client has it already, or ten.'),
    },
    [`GET ${ALL}/{key_id}`]: {
      id: 'getKey',
      does: 'Get a public key',
      answers: one(keyResponse, 'The key.'),
    },
    [`DELETE ${ALL}/{key_id}`]: {
      id: 'deleteKey',
      does: 'Delete a public key',
      more: 'Assertions signed with it are refused at once.',
      answers: GONE,
      conditional: true,
    },
  },
}
