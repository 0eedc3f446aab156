import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../src/domain/audit.ts'
import { DETAIL_DEFAULTS } from '../../src/domain/client-details.ts'
import { Refusal } from '../../src/domain/errors.ts'
import {
  toClientDetails,
  toDetailsBody,
  toNewClient,
  toOverrides,
  toSecretInput,
} from '../../src/web/client-input.ts'
import { eventBody } from '../../src/web/event-body.ts'
import {
  toDiagnosed,
  toIssuerChange,
  toNewIssuer,
  toNewRule,
} from '../../src/web/federation-input.ts'
import { toImportedClient } from '../../src/web/import-input.ts'
import { toIncident } from '../../src/web/incident-input.ts'
import { CLIENT, ISSUER } from './fields.ts'

const PERMISSIONS = [{ audience: 'orders', permission: 'read' }]
const ACCESS = { roles: ['role_1'], permissions: PERMISSIONS }
const SENT_SECRET = { expires_on: '2027-01-31', remind: false, label: 'Old' }
const SECRET = { expiresOn: '2027-01-31', remind: false, label: 'Old' }

/** The sentence of a refusal about the field that is wrong. */
async function problemOf(reading: () => unknown): Promise<string> {
  const error: unknown = await Promise.resolve()
    .then(reading)
    .catch((thrown: unknown) => thrown)
  if (!(error instanceof Refusal)) throw new Error('it was taken')
  const [{ field, detail } = { field: '', detail: '' }] = error.extras.fields ?? []
  return `${field}: ${detail}`
}

describe('the details of a client', () => {
  const BODY = {
    client_name: 'Export',
    description: 'At night.',
    access_token_lifetime: 60,
    allow_self_rotation: true,
    tags: ['a'],
    contacts: ['ada@example.com'],
    assertion_audience: 'issuer' as const,
    jwks_uri: null,
    profile: null,
    require_dpop: true,
    tls_client_certificate_bound_access_tokens: true,
  }

  it('have each name of the wire, in both directions', () => {
    expect(toDetailsBody({ ...DETAIL_DEFAULTS, ...toClientDetails(BODY) })).toEqual(BODY)
    expect(toClientDetails({ tags: undefined, client_name: 'a' })).toStrictEqual({ name: 'a' })
  })

  it('of a new one come with its access and its secret', () => {
    const made = toNewClient({ ...CLIENT, ...ACCESS, secret: SENT_SECRET })
    expect(made).toStrictEqual({ name: 'Export', ...ACCESS, secret: SECRET })
    expect(toNewClient({ ...CLIENT, ...ACCESS, secret: null }).secret).toBeNull()
    expect(toNewClient({ ...CLIENT, ...ACCESS }).secret).toBeUndefined()
  })

  it('of a duplicate are those that were sent', () => {
    expect(toOverrides({})).toStrictEqual({})
    const sent = { tags: ['b'], ...ACCESS, secret: { label: 'Old' } }
    const secret = { label: 'Old' }
    expect(toOverrides(sent)).toStrictEqual({ tags: ['b'], ...ACCESS, secret })
    expect(toOverrides({ secret: null })).toStrictEqual({ secret: null })
  })

  it('of a secret have no field that was not sent', () => {
    expect(toSecretInput()).toStrictEqual({})
    expect(toSecretInput(SENT_SECRET)).toStrictEqual(SECRET)
  })
})

it('an imported client has its id, and a secret by its text or its hash', () => {
  const sent = { ...CLIENT, ...ACCESS, client_id: 'export-1' }
  const client = { name: 'Export', ...ACCESS, clientId: 'export-1' }
  expect(toImportedClient({ ...sent, secret: null })).toStrictEqual({ ...client, secret: null })
  const byText = toImportedClient({ ...sent, secret: { ...SENT_SECRET, text: 'a' } })
  expect(byText).toStrictEqual({ ...client, secret: { ...SECRET, text: 'a' } })
  const byHash = toImportedClient({ ...sent, secret: { hash: '$' } })
  expect(byHash).toStrictEqual({ ...client, secret: { hash: '$' } })
})

it('an incident has its measures, and no reason that is empty', () => {
  const measures = { suspend: true, end_secrets: false, revoke_tokens: true }
  const read = { clientIds: ['a'], suspend: true, endSecrets: false, revokeTokens: true }
  expect(toIncident({ client_ids: ['a'], reason: 'Leaked.', ...measures })).toEqual({
    ...read,
    reason: 'Leaked.',
  })
  const without = toIncident({ client_ids: ['a'], reason: '', ...measures })
  expect(without).toStrictEqual({ ...read, reason: undefined })
})

describe('an issuer', () => {
  const KEY = { kid: 'a' }
  const deps = {
    parseKeySet: async (jwks: object) =>
      ('keys' in jwks ? jwks.keys : 'must be a key set') as never,
    outboundUrlProblem: (url: string) => (url.startsWith('https://') ? null : 'must be https'),
  }
  const uri = 'https://issuer.example/jwks.json'

  it('has its fields, and no field that was not sent', async () => {
    const sent = { algorithms: ['RS256' as const], max_lifetime: 60, check_jti: true }
    const made = await toNewIssuer(deps, { ...ISSUER, preset: 'custom', name: 'Builds', ...sent })
    const read = { algorithms: ['RS256'], maxLifetime: 60, checkJti: true }
    expect(made).toStrictEqual({ ...ISSUER, preset: 'custom', name: 'Builds', ...read })
    const change = await toIssuerChange(deps, { audiences: ['a'] })
    expect(change).toStrictEqual({ audiences: ['a'] })
  })

  it('has keys by an address, or as they were sent', async () => {
    const byUri = await toIssuerChange(deps, { jwks_uri: uri })
    expect(byUri).toStrictEqual({ keys: { from: 'uri', uri } })
    const byKeys = await toIssuerChange(deps, { jwks: { keys: [KEY] } })
    expect(byKeys).toStrictEqual({ keys: { from: 'upload', keys: [KEY] } })
  })

  it.each([
    [{ jwks: { keys: [KEY] }, jwks_uri: uri }, 'jwks: must not be sent with jwks_uri'],
    [{ jwks_uri: 'http://issuer.example' }, 'jwks_uri: must be https'],
    [{ jwks: {} }, 'jwks: must be a key set'],
    [{ jwks: { keys: [] } }, 'jwks: must have a key that verifies signatures'],
  ])('has no keys that are wrong: %#', async (sent, says) => {
    expect(await problemOf(() => toIssuerChange(deps, sent))).toBe(says)
  })
})

it('a rule has its fields by the names of the code', () => {
  const sent = { issuer_id: 'issuer_1', expires_on: '2027-01-31', token_lifetime: 60, subject: 'a' }
  const read = { issuerId: 'issuer_1', expiresOn: '2027-01-31', tokenLifetime: 60, subject: 'a' }
  expect(toNewRule(sent)).toStrictEqual(read)
})

describe('what a diagnosis is of', () => {
  const [client_id, claims] = ['', { sub: 'a' }]
  const SAYS = 'assertion: must be sent, or issuer and claims instead of it'

  it('is a token, or what it would say', () => {
    expect(toDiagnosed({ client_id, assertion: 'ey' })).toStrictEqual({ assertion: 'ey' })
    expect(toDiagnosed({ client_id, issuer: 'a', claims })).toStrictEqual({ issuer: 'a', claims })
  })

  it.each([
    {},
    { issuer: 'a' },
    { claims },
    { assertion: 'ey', issuer: 'a' },
    { assertion: 'ey', claims },
    { assertion: 'ey', issuer: 'a', claims },
  ])('is nothing else: %j', async (sent) => {
    expect(await problemOf(() => toDiagnosed({ client_id, ...sent }))).toBe(SAYS)
  })
})

describe('an event of the log', () => {
  const event: AuditEvent = {
    eventId: 'event_1',
    at: Date.UTC(2026, 10, 26) / 1000,
    action: 'client.suspended',
    actor: { type: 'administrator', id: 'admin_1' },
    clientId: 'client_1',
    target: { type: 'client', id: 'client_1' },
    reason: 'Leaked.',
    changes: { status: { from: 'active', to: 'suspended' } },
    requestId: 'request_1',
  }
  const body = {
    event_id: 'event_1',
    at: '2026-11-26T00:00:00Z',
    action: 'client.suspended',
    actor: { type: 'administrator', id: 'admin_1' },
    client_id: 'client_1',
    target: { type: 'client', id: 'client_1' },
    reason: 'Leaked.',
    changes: { status: { from: 'active', to: 'suspended' } },
    request_id: 'request_1',
  }

  it('has each of its fields, and no names where none are asked for', () => {
    expect(JSON.parse(JSON.stringify(eventBody(event)))).toEqual(body)
  })

  it('has the names that are known, and says of what is gone that it is', () => {
    const names = new Map([
      ['administrator admin_1', { name: 'Ada', isGone: true }],
      ['client client_1', { name: 'Export', isGone: false }],
      ['client admin_1', { name: 'Not Ada', isGone: false }],
    ])
    expect(eventBody(event, names)).toEqual({
      ...body,
      actor: { ...body.actor, name: 'Ada', removed: true },
      client_name: 'Export',
      target: { ...body.target, name: 'Export' },
    })
    const { target } = eventBody(event, names)
    expect(target).not.toHaveProperty('removed')
    expect(eventBody({ ...event, clientId: null }, names).client_name).toBeUndefined()
  })
})
