import * as v from 'valibot'
import { ailingResponse, healthResponse } from '../src/http/health-response.ts'
import * as responses from '../src/http/oauth/response.ts'
import * as requests from './oauth-requests.ts'
import type { Description } from '../src/http/reference/description.ts'
import { transmitterResponse } from '../src/http/ssf/response.ts'

const CREDENTIALS =
  'Credentials in the header, or client_id and client_secret in the form, or a client_assertion signed with a private key; never two of these. Or client_id alone and a client certificate, where the metadata says so.'

const TOKEN = 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'

/** The endpoints of clients and resource servers. What they take is a form. */
export const oauth: Description = {
  tag: 'OAuth',
  about: 'For clients and resource servers.',
  responses: {
    Token: responses.tokenResponse,
    Introspection: responses.introspectionResponse,
    RotatedSecret: responses.rotatedResponse,
    OAuthError: responses.oauthErrorResponse,
  },
  examples: { Introspection: { active: false } },
  fields: {
    overlap: 'Seconds for which the secret used goes on working; 86400 at most, and by default.',
    client_assertion:
      'A JWT (RFC 7523 §3): iss and sub are the client, aud is the issuer, exp is at most 300 seconds away, jti is used once.',
    assertion: 'The token of a platform (RFC 7523 §2.1).',
    scope: 'Scope values, separated by single spaces.',
    resource: 'Audiences of APIs; left out, those to which the scopes belong.',
    audience: 'The same by another name.',
    expires_in: 'Seconds.',
    'RotatedSecret.client_secret': 'Shown this once; only a keyed hash of it is kept.',
  },
  operations: {
    'POST /oauth/token': {
      id: 'issueToken',
      does: 'Issue an access token',
      more: `RFC 6749 §4.4, RFC 8707; the token is a JWT by RFC 9068. With a proof in the header DPoP it is bound to that key (RFC 9449), and the answer may have DPoP-Nonce. ${CREDENTIALS}`,
      body: {
        schema: requests.tokenForm,
        examples: [{ grant_type: 'client_credentials', scope: 'invoices:read' }],
      },
      answers: {
        200: { what: 'The token, and the scope that it has.', schema: responses.tokenResponse },
      },
    },
    'POST /oauth/introspect': {
      id: 'introspectToken',
      does: 'Ask whether a token is active',
      more: `RFC 7662, of the primary database each time. The caller learns of its own tokens, and of those for audiences on which it has tokens:introspect. ${CREDENTIALS}`,
      body: { schema: requests.introspectionForm, examples: [{ token: TOKEN }] },
      answers: { 200: { what: 'What holds of it now.', schema: responses.introspectionResponse } },
      refusals: { 403: { shared: 'OAuthForbidden' } },
    },
    'POST /oauth/revoke': {
      id: 'revokeToken',
      does: 'Revoke a token of the client itself',
      more: `RFC 7009. ${CREDENTIALS}`,
      body: { schema: requests.revocationForm, examples: [{ token: TOKEN }] },
      answers: { 200: { what: 'The token is revoked, or was not valid.' } },
    },
    'POST /oauth/rotate': {
      id: 'rotateSecret',
      does: 'Replace the secret that the client authenticates with',
      more: `Where allow_self_rotation lets it; otherwise unauthorized_client. ${CREDENTIALS}`,
      body: { schema: requests.rotationForm, optional: true, examples: [{ overlap: '3600' }] },
      answers: { 201: { what: 'The new secret, this once.', schema: responses.rotatedResponse } },
    },
  },
}

const METADATA = { what: 'Where everything is.', schema: responses.metadataResponse }

const STATUS_REFUSALS = {
  404: { shared: 'OAuthNotFound' },
  503: { shared: 'OAuthUnavailable' },
  500: { shared: 'OAuthServerError' },
} as const

/** Anyone may read them. */
export const publicDocuments: Description = {
  tag: 'Public documents',
  about: 'For everyone.',
  responses: { Metadata: responses.metadataResponse, KeySet: responses.keySetResponse },
  fields: {
    usable_from: 'From then on every API has it, and a rotation lets it sign at once.',
    discarded: 'Keys that could not be used when they were tried, and were replaced.',
    failing: 'What does not answer.',
    taken_back: 'Whether the database lacks what was anchored outside it, as after a restore.',
    closed: 'Whether it is closed for maintenance.',
    shut: 'Whether no client gets in until the denylist is compared with the restored database.',
    denylist_pass:
      'The comparison of the denylist with the database: how many entries, and how many clients were held.',
    done: 'Whether it has seen all that the denylist knows.',
    anchors: 'Where the audit log ended, as it is kept in KV; `unreadable` are not of this server.',
    kv_emptied_at: 'When KV was found without anything that was kept there.',
    missing: 'Why no mail leaves.',
  },
  operations: {
    'GET /.well-known/oauth-authorization-server': {
      id: 'getMetadata',
      does: 'Get the metadata of the server',
      more: 'RFC 8414.',
      answers: { 200: METADATA },
    },
    'GET /.well-known/openid-configuration': {
      id: 'getOpenIdConfiguration',
      does: 'Get the same metadata at the OpenID Connect path',
      answers: { 200: METADATA },
    },
    'GET /.well-known/jwks.json': {
      id: 'getKeys',
      does: 'Get the public keys',
      more: 'RFC 7517; to be kept for five minutes at most.',
      answers: { 200: { what: 'The keys that verify tokens.', schema: responses.keySetResponse } },
      refusals: { 503: { shared: 'OAuthUnavailable' }, 500: { shared: 'OAuthServerError' } },
    },
    'GET /.well-known/ssf-configuration': {
      id: 'getTransmitterConfiguration',
      does: 'Get the metadata for receivers of security events',
      more: 'SSF 1.0 §7.1; where SECURITY_EVENTS is on.',
      answers: { 200: { what: 'Where everything is.', schema: transmitterResponse } },
    },
    'GET /oauth/status-lists': {
      id: 'listStatusLists',
      does: 'List the status lists',
      more: 'draft-ietf-oauth-status-list-21; where STATUS_LISTS is on.',
      answers: { 200: { what: 'The URIs of all lists.', schema: responses.statusListsResponse } },
      refusals: STATUS_REFUSALS,
    },
    'GET /oauth/status-lists/{list_id}': {
      id: 'getStatusList',
      does: 'Get a status list',
      answers: { 200: { what: 'The list, signed.', type: 'application/statuslist+jwt' } },
      refusals: { ...STATUS_REFUSALS, 501: { shared: 'NotTold' } },
    },
    'GET /health': {
      id: 'getHealth',
      does: 'Ask how the server stands',
      more: 'With a token that may read clients: what is wrong, and all else. fail_on makes it 503 from another level on.',
      query: requests.healthQuery,
      answers: {
        200: { what: 'Clients are served.', schema: healthResponse },
        503: {
          what: 'Clients are not served, or the status is as bad as fail_on or worse.',
          schema: ailingResponse,
          headers: ['RetryAfter'],
        },
      },
      refusals: {
        400: { shared: 'InvalidRequest' },
        401: { shared: 'InvalidToken' },
        403: { shared: 'OAuthForbidden' },
        429: { shared: 'SlowDown' },
        500: { shared: 'OAuthServerError' },
      },
    },
    'GET /admin/v1/openapi.json': {
      id: 'getDescription',
      does: 'Get this description',
      answers: { 200: { what: 'OpenAPI 3.1.', schema: v.object({ openapi: v.string() }) } },
    },
  },
}
