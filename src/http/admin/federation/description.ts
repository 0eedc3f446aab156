import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import {
  diagnosisSchema,
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from './requests.ts'
import { CREDENTIAL_FIELDS, MAY_LAST } from '../clients/field-description.ts'
import { diagnosisResponse, federatedCredentialResponse, issuerResponse } from './response.ts'

const ISSUER = '/issuers/{issuer_id}'
const RULES = '/clients/{client_id}/federated-credentials'
const GITHUB = 'https://token.actions.githubusercontent.com'

const FEDERATED_CREDENTIAL_EXAMPLE = {
  credential_id: 'fed_4Xq8mZr1Tn0cVb7L',
  issuer_id: 'iss_2Kq8mZr1Tn0cVb7L',
  subject: null,
  claims: { repository_id: '123456789', environment: 'production' },
  token_lifetime: 3600,
  label: 'Deployment',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  expires_at: null,
  last_used_at: null,
  remind: true,
  reminded_at: null,
}

export const federation: Description = {
  tag: 'Workload identity',
  about:
    'Platforms whose tokens stand for a client, so that it needs no secret (RFC 7521, RFC 7523).',
  requests: {
    NewIssuer: newIssuerSchema,
    IssuerChange: issuerPatchSchema,
    NewFederatedCredential: newFederatedCredentialSchema,
    DiagnosisRequest: diagnosisSchema,
  },
  responses: {
    Issuer: issuerResponse,
    FederatedCredential: federatedCredentialResponse,
    Diagnosis: diagnosisResponse,
  },
  examples: {
    Issuer: {
      issuer_id: 'iss_2Kq8mZr1Tn0cVb7L',
      issuer: GITHUB,
      name: 'GitHub Actions',
      preset: 'github',
      jwks_uri: null,
      jwks: null,
      algorithms: ['RS256'],
      audiences: [],
      max_lifetime: 900,
      check_jti: true,
      created_by: 'bootstrap',
      created_at: '2026-09-02T08:00:00Z',
      updated_at: '2026-09-02T08:00:00Z',
    },
    FederatedCredential: FEDERATED_CREDENTIAL_EXAMPLE,
  },
  fields: {
    ...CREDENTIAL_FIELDS,
    expires_on: MAY_LAST,
    issuer: 'The iss of its tokens, to the letter.',
    preset: 'The platform: what is left out, it says, and it refuses what is dangerous there.',
    jwks_uri: 'Where its keys are, unless its discovery document says so or they were uploaded.',
    jwks: 'Its keys, where they cannot be read from here (RFC 7517 §5).',
    algorithms: 'What its tokens may be signed with.',
    audiences: 'What aud may be; empty: the issuer identifier of this server.',
    max_lifetime: 'The most seconds between the iat and the exp of a token.',
    check_jti: 'Whether each token is accepted only once.',
    subject: 'The whole sub, compared to the letter; without it claims alone decide.',
    claims:
      'Claims by name, compared by value and type; a name that begins with / is a JSON Pointer (RFC 6901).',
    token_lifetime: 'The most seconds that an access token issued for it lives.',
    assertion: 'A token, as the workload would send it. Nothing of it is stored.',
  },
  operations: {
    'GET /issuers': {
      id: 'listIssuers',
      does: 'List trusted issuers',
      query: pageSchema,
      answers: { 200: { what: 'A page of issuers.', schema: page(issuerResponse) } },
    },
    'POST /issuers': {
      id: 'createIssuer',
      does: 'Trust an issuer',
      body: { schema: newIssuerSchema, examples: [{ issuer: GITHUB, preset: 'github' }] },
      answers: created(issuerResponse, 'The issuer.'),
      refusals: conflict('It is registered already, or there are 50.'),
    },
    [`GET ${ISSUER}`]: {
      id: 'getIssuer',
      does: 'Get a trusted issuer',
      answers: one(issuerResponse, 'The issuer.'),
    },
    [`PATCH ${ISSUER}`]: {
      id: 'updateIssuer',
      does: 'Change how tokens of an issuer are judged',
      more: 'Holds for the next token.',
      body: { schema: issuerPatchSchema, examples: [{ max_lifetime: 600 }] },
      answers: one(issuerResponse, 'The issuer.'),
      conditional: true,
    },
    [`DELETE ${ISSUER}`]: {
      id: 'deleteIssuer',
      does: 'Trust an issuer no more',
      answers: GONE,
      conditional: true,
      refusals: conflict('A federated credential of a client names it.'),
    },
    [`GET ${RULES}`]: {
      id: 'listFederatedCredentials',
      does: 'List the federated credentials of a client',
      query: pageSchema,
      answers: {
        200: {
          what: 'A page of federated credentials.',
          schema: page(federatedCredentialResponse),
          headers: ['ETag'],
        },
      },
    },
    [`POST ${RULES}`]: {
      id: 'createFederatedCredential',
      does: 'Let a workload get tokens for a client',
      more: 'Everything must hold of a token. A rule without conditions is refused.',
      body: {
        schema: newFederatedCredentialSchema,
        examples: [
          {
            issuer_id: 'iss_2Kq8mZr1Tn0cVb7L',
            claims: { repository_id: '123456789', environment: 'production' },
          },
        ],
      },
      answers: created(federatedCredentialResponse, 'The federated credential.', ['Location']),
      conditional: true,
      refusals: conflict('The client has such a rule already, or twenty.'),
    },
    [`GET ${RULES}/{credential_id}`]: {
      id: 'getFederatedCredential',
      does: 'Get a federated credential',
      answers: one(federatedCredentialResponse, 'The federated credential.'),
    },
    [`DELETE ${RULES}/{credential_id}`]: {
      id: 'deleteFederatedCredential',
      does: 'Delete a federated credential',
      more: 'The workload gets no more tokens.',
      answers: GONE,
      conditional: true,
    },
    'POST /federation/diagnoses': {
      id: 'diagnoseFederation',
      does: 'Explain why a token of a workload is trusted or not',
      more: 'Each check and each condition of each rule. Nothing is issued and nothing stored.',
      body: {
        schema: diagnosisSchema,
        examples: [{ issuer: GITHUB, claims: { repository_id: '123456789' } }],
      },
      answers: { 200: { what: 'What was found.', schema: diagnosisResponse } },
    },
  },
}
