import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../src/domain/errors.ts'
import type { PublicKey } from '../../../src/domain/public-key.ts'
import { bulkBody, clientBody } from '../../../src/http/admin/clients/body.ts'
import { aCertificate, aClient, aSecret } from '../../domain/arbitraries.ts'
import { PUBLIC_JWK } from '../../support/client-keys.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const times = (n: number) => `2026-11-22T12:0${n}:00Z`
const at = (n: number) => NOON + 60 * n
const verifier = { keyId: 'key_1', digest: 'digest', pepperVersion: '1' }

/** The dates and the maker of a credential, as they are stored and as they are shown. */
const FULL = {
  label: 'Old',
  createdAt: at(0),
  createdBy: 'client_2',
  expiresAt: at(1),
  lastUsedAt: at(2),
  remind: true,
  remindedAt: at(3),
  reminderError: 'refused',
}
const FULL_SHOWN = {
  label: 'Old',
  created_at: times(0),
  created_by: 'client_2',
  expires_at: times(1),
  last_used_at: times(2),
  remind: true,
  reminded_at: times(3),
  reminder_error: 'refused',
}
const BARE = {
  ...FULL,
  expiresAt: null,
  lastUsedAt: null,
  remind: false,
  remindedAt: null,
  reminderError: null,
}
const BARE_SHOWN = {
  ...FULL_SHOWN,
  expires_at: null,
  last_used_at: null,
  remind: false,
  reminded_at: null,
  reminder_error: undefined,
}

const SECRET = aSecret({
  ...FULL,
  secretId: 'secret_1',
  hint: 'wxyz',
  verifier,
  retiresAt: at(4),
  retireOthersIn: 60,
})
const KEY: PublicKey = {
  ...FULL,
  keyId: 'key_1',
  kid: 'kid_1',
  algorithm: 'ES256',
  jwk: PUBLIC_JWK,
  thumbprint: 'thumbprint',
  replay: 'once',
  verifier,
}
const RULE = {
  ...FULL,
  credentialId: 'rule_1',
  issuerId: 'issuer_1',
  subject: 'repo:a/b',
  claims: { environment: 'production' },
  tokenLifetime: 600,
  verifier,
}
const RULE_SHOWN = {
  credential_id: 'rule_1',
  issuer_id: 'issuer_1',
  subject: 'repo:a/b',
  claims: { environment: 'production' },
  token_lifetime: 600,
}
const EXACT = { by: 'thumbprint', thumbprint: 'sha256', subject: 'CN=a' } as const

const CLIENT = aClient({
  clientId: 'client_1',
  name: 'Export',
  createdAt: at(0),
  createdBy: 'administrator_1',
  updatedAt: at(1),
  suspension: { at: at(2), reason: 'Leaked.' },
  tokensValidFrom: at(3),
  lastTokenAt: at(4),
  lastUsedAt: at(5),
  boundSince: at(6),
  propagation: 'pending',
  roles: ['role_1'],
  secrets: [
    SECRET,
    aSecret({
      ...SECRET,
      ...BARE,
      expiresAt: at(9),
      secretId: 'secret_2',
      retiresAt: null,
      retireOthersIn: null,
    }),
  ],
  publicKeys: [KEY, { ...KEY, ...BARE }],
  federatedCredentials: [RULE, { ...RULE, ...BARE }],
  certificates: [
    aCertificate({ ...FULL, material: EXACT, verifier }),
    aCertificate({ ...BARE, material: { by: 'san_dns', name: 'a.example' }, verifier }),
  ],
})
const NEVER = aClient({ suspension: null, secrets: [], access: [], permissions: [] })
const BRIEF = {
  client_id: 'client_1',
  client_name: 'Export',
  status: 'suspended',
  suspended_at: times(2),
  suspended_reason: 'Leaked.',
  tokens_valid_from: times(3),
  last_token_at: times(4),
  propagation: 'pending',
}
const NEVER_BRIEF = {
  client_id: NEVER.clientId,
  client_name: NEVER.name,
  status: 'needs_attention',
  suspended_at: null,
  suspended_reason: null,
  tokens_valid_from: null,
  last_token_at: null,
  propagation: 'complete',
}

describe('a client', () => {
  const shown = clientBody(CLIENT, NOON, { requireDpop: false })

  it('is shown with each of its dates, or null', () => {
    expect(shown).toMatchObject({
      ...BRIEF,
      created_at: times(0),
      created_by: 'administrator_1',
      updated_at: times(1),
      last_used_at: times(5),
      bound_since: times(6),
      dpop_required: false,
      roles: ['role_1'],
      permissions: CLIENT.permissions,
      scope: 'invoices:read',
    })
    const never = { ...NEVER_BRIEF, last_used_at: null, bound_since: null, dpop_required: true }
    expect(clientBody(NEVER, NOON, { requireDpop: true })).toMatchObject(never)
  })

  it('is shown with its credentials of each kind', () => {
    expect(shown).toMatchObject({
      secrets: [
        {
          secret_id: 'secret_1',
          key_id: 'key_1',
          hint: 'wxyz',
          ...FULL_SHOWN,
          retires_at: times(4),
          retire_others_in: 60,
        },
        {
          ...BARE_SHOWN,
          secret_id: 'secret_2',
          expires_at: times(9),
          retires_at: null,
          retire_others_in: null,
        },
      ],
      keys: [FULL_SHOWN, BARE_SHOWN].map((dates) => ({
        key_id: 'key_1',
        kid: 'kid_1',
        algorithm: 'ES256',
        jwk: PUBLIC_JWK,
        replay: 'once',
        ...dates,
      })),
      federated_credentials: [
        { ...RULE_SHOWN, ...FULL_SHOWN },
        { ...RULE_SHOWN, ...BARE_SHOWN },
      ],
      certificates: [
        { certificate_id: 'cert_1', thumbprint: 'sha256', subject: 'CN=a', ...FULL_SHOWN },
        { certificate_id: 'cert_1', san_dns: 'a.example', ...BARE_SHOWN },
      ],
    })
    expect(JSON.stringify(shown)).not.toMatch(/digest|pepper/)
  })

  it('is shown with what needs attention', () => {
    const ends = { expires_at: times(1) }
    expect(shown.attention).toEqual([
      { reason: 'secret_expiring', secret_id: 'secret_2', expires_at: times(9) },
      { reason: 'key_expiring', key_id: 'key_1', ...ends },
      { reason: 'federated_credential_expiring', credential_id: 'rule_1', ...ends },
      { reason: 'certificate_expiring', certificate_id: 'cert_1', ...ends },
    ])
    expect(clientBody(NEVER, NOON, { requireDpop: false }).attention).toEqual([
      { reason: 'no_permissions' },
      { reason: 'no_credentials' },
    ])
  })
})

it('a change of many says of each what became of it', () => {
  const changed = {
    clientId: 'client_1',
    before: CLIENT,
    client: CLIENT,
    isChanged: true,
    refusal: null,
  }
  const none = {
    clientId: 'client_9',
    before: null,
    client: null,
    isChanged: false,
    refusal: new Refusal('not_found', 'There is no such client.'),
  }
  expect(bulkBody([changed, none], NOON).results).toEqual([
    {
      client_id: 'client_1',
      client_name: 'Export',
      ok: true,
      changed: true,
      status: 'suspended',
      propagation: 'pending',
      error: undefined,
    },
    {
      client_id: 'client_9',
      client_name: null,
      ok: false,
      changed: false,
      status: null,
      propagation: null,
      error: { type: 'urn:portcullis:problem:not_found', detail: 'There is no such client.' },
    },
  ])
})
