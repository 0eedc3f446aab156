import { describe, expect, it } from 'vitest'
import { transmitterMetadata } from '../../../src/http/ssf/body.ts'
import { POLL, PUSH, updateSchema } from '../../../src/http/ssf/requests.ts'
import { STREAM_ROUTES } from '../../../src/http/ssf/routes.ts'
import { messagesIn } from '../../web/fields.ts'

describe('a route for receivers', () => {
  it('needs the scope to read, or to manage', () => {
    const routes = STREAM_ROUTES.map(({ method, path, scope }) => `${method} ${path}: ${scope}`)
    expect(routes).toEqual([
      'GET /ssf/streams: ssf.read',
      'POST /ssf/streams: ssf.manage',
      'PATCH /ssf/streams: ssf.manage',
      'PUT /ssf/streams: ssf.manage',
      'DELETE /ssf/streams: ssf.manage',
      'GET /ssf/status: ssf.read',
      'POST /ssf/status: ssf.manage',
      'POST /ssf/subjects/add: ssf.manage',
      'POST /ssf/subjects/remove: ssf.manage',
      'POST /ssf/verification: ssf.manage',
      'POST /ssf/poll/:stream_id: ssf.read',
    ])
  })

  it('that changes a stream reads its fields as the one that makes it', () => {
    const stream_id = 'stream_1'
    expect(messagesIn(updateSchema, { stream_id, description: 'x', iss: 'y' })).toEqual([])
    const long = 'x'.repeat(1001)
    expect(messagesIn(updateSchema, { stream_id, description: long })).toEqual(['is too long'])
    expect(messagesIn(updateSchema, { stream_id: long })).toEqual(['is too long'])
    expect(messagesIn(updateSchema, {})).toHaveLength(1)
  })
})

it('the metadata of the transmitter says where everything is', () => {
  expect([PUSH, POLL]).toEqual(['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'])
  const issuer = 'https://events.example'
  expect(transmitterMetadata(issuer)).toEqual({
    spec_version: '1_0',
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
    configuration_endpoint: `${issuer}/ssf/streams`,
    status_endpoint: `${issuer}/ssf/status`,
    add_subject_endpoint: `${issuer}/ssf/subjects/add`,
    remove_subject_endpoint: `${issuer}/ssf/subjects/remove`,
    verification_endpoint: `${issuer}/ssf/verification`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    default_subjects: 'ALL',
  })
})
