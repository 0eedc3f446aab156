import { describe, expect, it } from 'vitest'
import { keysOf } from '../../openapi/fields.ts'
import { ALL, SHARED } from '../../openapi/nouns.ts'
import type { Json } from '../support/server.ts'
import { DOCUMENT, OPERATIONS } from './document.ts'

/** A field of the document: its noun, the names on the way to it, and what is said of it. */
type Field = { noun: string; path: string[]; text: string }

const textsOf = ({ fields = {} }: { fields?: Record<string, string> }) => Object.entries(fields)

function fieldsIn(noun: string, path: string[], schema: Json): Field[] {
  const here = { noun, path, text: schema['description'] ?? '' }
  const parts = [schema['items'], schema['additionalProperties'], ...choicesOf(schema)]
  const properties = Object.entries<Json>(schema['properties'] ?? {})
  return [
    here,
    ...parts.filter(isSchema).flatMap((part) => fieldsIn(noun, path, part).slice(1)),
    ...properties.flatMap(([name, part]) => fieldsIn(noun, [...path, name], part)),
  ]
}

const choicesOf = (schema: Json): unknown[] => [
  ...(schema['anyOf'] ?? []),
  ...(schema['oneOf'] ?? []),
]

const isSchema = (part: unknown): part is Json => typeof part === 'object' && part !== null

function ownerOf(name: string): string {
  const owner = ALL.find(({ requests, responses }) => name in { ...requests, ...responses })
  return owner?.tag ?? ''
}

const FIELDS: Field[] = [
  ...Object.entries<Json>(DOCUMENT['components'].schemas).flatMap(([name, schema]) =>
    fieldsIn(ownerOf(name), [name], schema),
  ),
  ...OPERATIONS.flatMap(({ id, tag, parameters, body, answers }) => [
    ...parameters.map(({ name, description = '' }) => ({
      noun: tag,
      path: [id, name],
      text: description,
    })),
    ...(body ? fieldsIn(tag, [id], body.schema).slice(1) : []),
    ...Object.values(answers)
      .flatMap(({ content }) => Object.values(content))
      .flatMap(({ schema }) => fieldsIn(tag, [id], schema).slice(1)),
  ]),
]

/** A text comes first, before what the checks of the field say. */
const has = ({ text }: Field, words: string) => text === words || text.startsWith(`${words} `)

const at = (place: string) => [
  ...new Set(FIELDS.filter(({ path }) => path.join('.') === place).map(({ text }) => text)),
]

const NAME = 'What people call it.'
const ONCE = 'Shown this once; only a keyed hash of it is kept.'

describe('the texts for fields', () => {
  it.each(ALL.map((noun) => [noun.tag, noun] as const))(
    'of %s are all published, on fields of its own',
    (tag, noun) => {
      const lost = textsOf(noun).filter(
        ([key, words]) =>
          !FIELDS.some(
            (field) => field.noun === tag && keysOf(field.path).includes(key) && has(field, words),
          ),
      )
      expect(lost).toEqual([])
    },
  )

  it.each(ALL.map((noun) => [noun.tag, noun] as const))(
    'of %s are on no field of another noun that does not say the same itself',
    (tag, noun) => {
      const own = Object.fromEntries(
        ALL.map((one) => [one.tag, textsOf(one).map(([, words]) => words)]),
      )
      const strays = FIELDS.filter((field) => field.noun !== tag).flatMap((field) =>
        textsOf(noun)
          .filter(([, words]) => has(field, words) && !own[field.noun]?.includes(words))
          .map(([key]) => `${key} on ${field.path.join('.')}`),
      )
      expect(strays).toEqual([])
    },
  )

  it('that belong to no noun are published, and no noun has others for their fields', () => {
    for (const [key, words] of textsOf(SHARED)) {
      const fields = FIELDS.filter(({ path }) => path.at(-1) === key)
      expect(fields.filter((field) => has(field, words)).length).toBeGreaterThan(0)
      expect(fields.filter((field) => !has(field, words))).toEqual([])
    }
  })
})

describe('a field that another noun describes', () => {
  it.each([
    ['NewCertificate.pem', 'One exact certificate. It begins with -----BEGIN CERTIFICATE-----.'],
    [
      'NewFederatedCredential.subject',
      'The whole sub, compared to the letter; without it claims alone decide.',
    ],
    [
      'FederatedCredential.subject',
      'The whole sub, compared to the letter; without it claims alone decide.',
    ],
    ['Certificate.subject', 'Who it says it is, as RFC 4514 writes it.'],
    ['Client.jwks_uri', 'The https URL of the JWK set that it publishes instead of keys here.'],
    ['NewClient.jwks_uri', 'The https URL of the JWK set that it publishes instead of keys here.'],
    [
      'Issuer.jwks_uri',
      'Where its keys are, unless its discovery document says so or they were uploaded.',
    ],
    ['issueToken.assertion', 'The token of a platform (RFC 7523 §2.1).'],
    [
      'DiagnosisRequest.assertion',
      'A token, as the workload would send it. Nothing of it is stored.',
    ],
    ['CreatedClient.client_secret', ONCE],
    ['RotatedSecret.client_secret', ONCE],
    ['AuditEvent.at', 'When it was committed.'],
    ['Client.last_used_at', 'The last use of any credential, or the last token.'],
    ['Secret.last_used_at', 'May lag a minute.'],
    ['BulkResults.results', 'One for each client, in the order of client_ids.'],
    [
      'Client.tls_client_certificate_bound_access_tokens',
      'Whether its tokens are bound to its certificate: RFC 8705 §3.',
    ],
    ['BriefClient.client_name', NAME],
    [
      'listClients.unused_since',
      'Last used before, or never used and created before: a date or a moment.',
    ],
    ['listClients.key', 'Id, key id or hint of a credential.'],
    ['listClients.audience', 'With any permission of this API; with permission, that one.'],
    ['Permission.audience', 'What tokens for the API have in aud.'],
  ])('has its own text: %s', (place, text) => {
    expect(at(place)).toEqual([text])
  })

  it.each([
    ['SubjectChange.subject'],
    ['Metadata.jwks_uri'],
    ['Metadata.issuer'],
    ['Metadata.tls_client_certificate_bound_access_tokens'],
    ['getTransmitterConfiguration.jwks_uri'],
    ['issueToken.client_secret'],
    ['introspectToken.client_secret'],
    ['revokeToken.client_secret'],
    ['rotateSecret.client_secret'],
    ['RecordedIncident.results.done'],
    ['EventsWebhook.last_failures.at'],
    ['EventsWebhook.set_aside.at'],
    ['Incident.at'],
    ['Incident.clients.at'],
    ['readAuditCheckpoint.at'],
    ['AuditEvent.actor'],
    ['resendEvents.results'],
    ['Diagnosis.rules.conditions.why'],
    ['getHealth.events.set_aside'],
    ['Problem.in_use_by.clients.more'],
  ])('has none where nothing is written for it: %s', (place) => {
    expect(at(place)).toEqual([''])
  })

  it('has the text of a lookup where a text is looked up, and nothing of how secrets are kept', () => {
    expect(at('LookupRequest.text')).toEqual([expect.stringContaining('Nothing of it is stored')])
    expect(at('LookupRequest.text')).toEqual([expect.not.stringContaining('hash')])
  })
})

describe('a check of several fields', () => {
  it.each([
    ['NewIncident', 'At least one of suspend, end_secrets and revoke_tokens must be true.'],
    [
      'ClientImport.clients.secret',
      'A text or a hash, and not both; null for a client without one.',
    ],
  ])('is said of the whole, in a sentence that names them: %s', (place, text) => {
    expect(at(place)).toEqual([text])
  })
})
