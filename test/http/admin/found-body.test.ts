import { describe, expect, it } from 'vitest'
import { Refusal, Unavailable } from '../../../src/domain/errors.ts'
import { incidentBody, recordedBody } from '../../../src/http/admin/incidents/body.ts'
import { lookupBody } from '../../../src/http/admin/lookups/body.ts'
import { aClient } from '../../domain/arbitraries.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const times = (n: number) => `2026-11-22T12:0${n}:00Z`
const at = (n: number) => NOON + 60 * n

const CLIENT = aClient({
  clientId: 'client_1',
  name: 'Export',
  suspension: { at: at(2), reason: 'Leaked.' },
  tokensValidFrom: at(3),
  lastTokenAt: at(4),
  propagation: 'pending',
})
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

const REFUSAL = new Refusal('not_found', 'There is no such client.')
const PROBLEM = {
  type: 'urn:portcullis:problem:not_found',
  title: 'Not found',
  status: 404,
  detail: 'There is no such client.',
}
const LATER = {
  type: 'urn:portcullis:problem:unavailable',
  title: 'Unavailable',
  status: 503,
  detail: 'Try again in a moment.',
}

describe('an incident', () => {
  it('that is recorded says of each client what was done', () => {
    const outcomes = [
      { clientId: 'client_1', client: CLIENT, wasMadeBefore: false },
      { clientId: 'client_9', failure: REFUSAL },
      { clientId: 'client_8', failure: new Unavailable('d1', 'down') },
    ]
    expect(recordedBody({ incidentId: 'incident_1', outcomes }, NOON)).toEqual({
      incident_id: 'incident_1',
      results: [
        { client_id: 'client_1', done: true, client: BRIEF },
        { client_id: 'client_9', done: false, client: null, error: PROBLEM },
        { client_id: 'client_8', done: false, client: null, error: LATER },
      ],
    })
  })

  it('that is read says of each client what it did since', () => {
    const one = {
      clientId: 'client_1',
      at: at(1),
      suspended: true,
      endedSecrets: ['secret_1'],
      tokensRevoked: true,
    }
    const gone = {
      ...one,
      suspended: false,
      endedSecrets: [],
      tokensRevoked: false,
      refused: [],
      issued: 0,
    }
    const refused = [{ outcome: 'suspended', count: 3 }]
    const incident = {
      incidentId: 'incident_1',
      at: at(0),
      actor: { type: 'administrator', id: 'administrator_1' } as const,
      reason: 'Leaked.',
      clients: [
        { ...one, client: CLIENT, issued: 2, refused },
        { ...gone, client: null },
      ],
    }
    expect(incidentBody(incident as never, NOON)).toEqual({
      incident_id: 'incident_1',
      at: times(0),
      actor: incident.actor,
      reason: 'Leaked.',
      counted_from: '2026-11-22',
      clients: [
        {
          client_id: 'client_1',
          at: times(1),
          suspended: true,
          ended_secrets: ['secret_1'],
          tokens_revoked: true,
          client: BRIEF,
          issued: 2,
          refused: { suspended: 3 },
        },
        {
          client_id: 'client_1',
          at: times(1),
          suspended: false,
          ended_secrets: [],
          tokens_revoked: false,
          client: null,
          issued: 0,
          refused: {},
        },
      ],
    })
  })
})

const CREDENTIAL = {
  kind: 'secret' as const,
  id: 'secret_1',
  label: 'Old',
  keyId: 'key_1',
  hint: 'wxyz',
  name: null,
  createdAt: at(0),
  expiresAt: at(1),
  retiresAt: at(2),
  lastUsedAt: at(3),
}
const CREDENTIAL_SHOWN = {
  id: 'secret_1',
  key_id: 'key_1',
  hint: 'wxyz',
  name: null,
  label: 'Old',
  created_at: times(0),
  expires_at: times(1),
  retires_at: times(2),
  last_used_at: times(3),
}
const NEVER = {
  ...CREDENTIAL,
  expiresAt: null,
  retiresAt: null,
  lastUsedAt: null,
  name: 'a.example',
}
const NEVER_SHOWN = {
  ...CREDENTIAL_SHOWN,
  name: 'a.example',
  expires_at: null,
  retires_at: null,
  last_used_at: null,
}

it('a lookup says of each match what it is, and whether it works', () => {
  const known = {
    kind: 'secret' as const,
    by: 'whole_secret' as const,
    client: CLIENT,
    credential: CREDENTIAL,
    works: false,
    why: ['Suspended.'],
  }
  const findings = [{ check: 'server' as const, good: false, what: 'closed' }]
  const token = {
    kind: 'access_token' as const,
    by: 'token' as const,
    client: null,
    credential: NEVER,
    works: true,
    why: [],
    findings,
  }
  const none = { ...token, credential: null, findings: undefined }
  const body = lookupBody(
    {
      kind: 'part_of_secret',
      matches: [known, token, none as never],
      isCut: true,
      notes: ['Short.'],
    },
    NOON,
  )
  const nothing = { client: null, works: true, why: [], kind: 'access_token', matched_by: 'token' }
  const says = 'The server is closed for maintenance: no token is active.'
  expect(body).toEqual({
    text_is: 'part_of_secret',
    more: true,
    notes: ['Short.'],
    matches: [
      {
        kind: 'secret',
        matched_by: 'whole_secret',
        works: false,
        why: ['Suspended.'],
        client: BRIEF,
        credential: CREDENTIAL_SHOWN,
        findings: undefined,
      },
      {
        ...nothing,
        credential: NEVER_SHOWN,
        findings: [{ check: 'server', good: false, detail: says }],
      },
      { ...nothing, credential: null, findings: undefined },
    ],
  })
})
