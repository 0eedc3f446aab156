import { describe, expect, it } from 'vitest'
import type { Member } from '../../../src/domain/member.ts'
import type { TrustedIssuer } from '../../../src/domain/federation.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import { administratorBody } from '../../../src/http/admin/administrators/body.ts'
import { apiBody } from '../../../src/http/admin/apis/body.ts'
import { verdictBody } from '../../../src/http/admin/audit/body.ts'
import { eventsWebhookBody, resentBody } from '../../../src/http/admin/events/body.ts'
import { diagnosisBody, issuerBody } from '../../../src/http/admin/federation/body.ts'
import { roleBody } from '../../../src/http/admin/roles/body.ts'
import { signingKeyBody } from '../../../src/http/admin/signing-keys/body.ts'
import { PUBLIC_JWK } from '../../support/client-keys.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const times = (n: number) => `2026-11-22T12:0${n}:00Z`
const at = (n: number) => NOON + 60 * n
const MADE = { createdAt: at(0), updatedAt: at(1), version: 3 }
const MADE_SHOWN = { created_at: times(0), updated_at: times(1) }

describe('events', () => {
  it('that could not be sent are told with when, what and why', () => {
    const failed = { at: at(4), eventId: 'evt_1', type: 'client.created', detail: 'status 500' }
    const shown = { at: times(4), event_id: 'evt_1', type: 'client.created', problem: 'status 500' }
    const health = {
      webhook: { format: 'slack' as const, host: 'siem.example' },
      begunAt: at(0),
      pending: 7,
      oldestAt: at(1),
      failingSince: at(2),
      retryAt: at(3),
      failures: [failed],
      setAside: [{ ...failed, eventId: 'evt_2', seq: 2 }],
    }
    expect(eventsWebhookBody(health)).toEqual({
      configured: true,
      format: 'slack',
      host: 'siem.example',
      begun_at: times(0),
      pending: 7,
      oldest_pending_at: times(1),
      failing_since: times(2),
      next_attempt_at: times(3),
      last_failures: [shown],
      set_aside: [{ ...shown, event_id: 'evt_2' }],
    })
  })

  it('that are sent again are each accepted, or not, and why', () => {
    const type = 'client.created'
    const body = resentBody([
      { eventId: 'evt_1', type, delivery: { outcome: 'accepted' } },
      { eventId: 'evt_2', type, delivery: { outcome: 'failed', detail: 'status 500' } },
    ])
    expect(body.results).toEqual([
      { event_id: 'evt_1', type, accepted: true, problem: null },
      { event_id: 'evt_2', type, accepted: false, problem: 'status 500' },
    ])
  })
})

const ISSUER: TrustedIssuer = {
  ...MADE,
  issuerId: 'issuer_1',
  issuer: 'https://ci.example.com',
  name: 'CI',
  preset: 'custom',
  keys: { from: 'discovery' },
  algorithms: ['ES256'],
  audiences: ['https://auth.example'],
  maxLifetime: 900,
  checkJti: true,
  verifier: { keyId: 'issuer_1', digest: 'digest', pepperVersion: '1' },
  createdBy: 'administrator_1',
}
const ISSUER_SHOWN = {
  ...MADE_SHOWN,
  issuer_id: 'issuer_1',
  issuer: 'https://ci.example.com',
  name: 'CI',
  preset: 'custom',
  algorithms: ['ES256'],
  audiences: ['https://auth.example'],
  max_lifetime: 900,
  check_jti: true,
  created_by: 'administrator_1',
}

describe('an issuer', () => {
  const uploaded = [
    { jwk: PUBLIC_JWK, kid: 'a', alg: 'ES256' },
    { jwk: PUBLIC_JWK, kid: null, alg: null },
  ]

  it.each<[string, TrustedIssuer['keys'], object]>([
    ['that it publishes', { from: 'discovery' }, { jwks_uri: null, jwks: null }],
    [
      'at an address',
      { from: 'uri', uri: 'https://a.example' },
      { jwks_uri: 'https://a.example', jwks: null },
    ],
    [
      'that were uploaded',
      { from: 'upload', keys: uploaded },
      { jwks_uri: null, jwks: { keys: [{ ...PUBLIC_JWK, kid: 'a', alg: 'ES256' }, PUBLIC_JWK] } },
    ],
  ])('has keys %s', (_, keys, shown) => {
    expect(issuerBody({ ...ISSUER, keys })).toEqual({ ...ISSUER_SHOWN, ...shown })
  })

  it('is diagnosed with each check and each rule', () => {
    const checks = [{ check: 'form' as const, holds: true, detail: 'It is a JWT.' }]
    const condition = {
      claim: 'sub',
      expected: 'a',
      actual: 'b',
      holds: false,
      why: 'It is another.',
    }
    const rule = {
      issuerId: 'issuer_1',
      subject: 'a',
      claims: {},
      tokenLifetime: 60,
      clientId: 'client_1',
      credentialId: 'rule_1',
      expiresAt: null,
    }
    const rules = [{ rule, conditions: [condition], isExpired: true, matches: false }]
    const found = { issuer: ISSUER, claims: {}, checks, clientId: 'client_1' }
    expect(diagnosisBody({ ...found, rules, isUnsigned: true })).toEqual({
      client_id: 'client_1',
      issuer_id: 'issuer_1',
      signature_checked: false,
      checks,
      rules: [
        {
          client_id: 'client_1',
          credential_id: 'rule_1',
          matches: false,
          expired: true,
          conditions: [condition],
        },
      ],
    })
    const none = { ...found, issuer: null, clientId: null, rules: [], isUnsigned: false }
    const nothing = { client_id: null, issuer_id: null, signature_checked: true, checks, rules: [] }
    expect(diagnosisBody(none)).toEqual(nothing)
  })
})

describe('a signing key', () => {
  const key = (kid: string, fields: Partial<SigningKey> = {}): SigningKey => ({
    kid,
    algorithm: 'ES256',
    publicJwk: '{}',
    wrappedKey: '1.a.b',
    createdAt: at(0),
    activatesAt: at(0),
    retiresAt: null,
    revokedAt: null,
    ...fields,
  })

  it('has its state, and the dates that belong to it', () => {
    const [old, now] = [key('old'), key('now', { activatesAt: at(1) })]
    const [next, revoked] = [key('next', { activatesAt: at(9) }), key('bad', { revokedAt: at(3) })]
    const keys = [old, now, next, revoked]
    const shown = keys.map((one) => signingKeyBody(one, keys, at(4)))
    const none = { algorithm: 'ES256', created_at: times(0), revoked_at: null }
    expect(shown).toMatchObject([
      { ...none, kid: 'old', state: 'retiring', activates_at: times(0), retired_at: times(1) },
      { ...none, kid: 'now', state: 'active', activates_at: times(1), retired_at: times(9) },
      { ...none, kid: 'next', state: 'standby', activates_at: times(9), retired_at: null },
      { ...none, kid: 'bad', state: 'revoked', revoked_at: times(3) },
    ])
    expect(JSON.stringify(shown)).not.toContain('1.a.b')
    const unplanned = key('far', { activatesAt: at(0) + 400 * 86_400 })
    expect(signingKeyBody(unplanned, [unplanned], NOON)).toMatchObject({ activates_at: null })
  })
})

it('an administrator is one by hand, or by a group, and may be blocked', () => {
  const person = {
    ...MADE,
    administratorId: 'a_1',
    email: 'ada@example.com',
    access: 'view' as const,
  }
  const shown = { administrator_id: 'a_1', email: 'ada@example.com', access: 'view', ...MADE_SHOWN }
  expect(administratorBody(person)).toEqual({ ...shown, by_group: false, blocked_at: null })
  const member: Member = {
    ...person,
    issuer: 'https://idp.example',
    subject: 'ada',
    blockedAt: at(2),
  }
  expect(administratorBody(member)).toEqual({ ...shown, by_group: true, blocked_at: times(2) })
  expect(administratorBody({ ...member, blockedAt: null })).toMatchObject({ blocked_at: null })
})

it('an API and a role have their permissions', () => {
  const api = { permission: 'read', description: 'Reads.' }
  const [audience, name] = ['https://api.example', 'API']
  expect(apiBody({ ...MADE, apiId: 'api_1', audience, name, permissions: [api] } as never)).toEqual(
    {
      ...MADE_SHOWN,
      api_id: 'api_1',
      audience,
      name,
      permissions: [api],
    },
  )
  const permissions = [{ audience, permission: 'read' }]
  const role = { ...MADE, roleId: 'role_1', name: 'Reader', description: 'Reads.', permissions }
  expect(roleBody(role)).toEqual({
    ...MADE_SHOWN,
    role_id: 'role_1',
    name: 'Reader',
    description: 'Reads.',
    permissions,
  })
})

describe('a verdict on the audit log', () => {
  const position = { seq: 7, seal: '1.seal' }
  const intact = { intact: true as const, complete: true, position }
  it.each([
    [intact, null, { intact: true, complete: true, events: 7, accepted_up_to: null }],
    [
      { ...intact, complete: false, position: { ...position, acceptedUpTo: 3 } },
      'next',
      { intact: true, complete: false, events: 7, accepted_up_to: 3 },
    ],
    [
      { intact: false as const, brokenAt: 5, why: 'altered' as const },
      'next',
      { intact: false, broken_at: 5, reason: 'altered' },
    ],
  ])('%# is told', (verdict, next, shown) => {
    const cursor = verdict.intact ? next : null
    expect(verdictBody(verdict, next)).toEqual({ ...shown, next_cursor: cursor })
  })
})
