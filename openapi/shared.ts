import type { ReceiverScope } from '../src/actions/streams/authorize-receiver.ts'
import { OWN_PERMISSIONS } from '../src/domain/permission.ts'
import type { Json } from './from-valibot.ts'

/** Replaced, wherever it occurs, by the issuer of the server that shows the document. */
export const ISSUER = 'https://issuer.invalid'

const text = { type: 'string' }

export const HEADERS: Json = {
  ETag: { description: 'The version of the resource.', required: true, schema: text },
  Location: { description: 'The URL of what was made.', required: true, schema: text },
  RetryAfter: { description: 'Seconds to wait.', required: true, schema: text },
  Challenge: { description: 'How to authenticate.', required: true, schema: text },
  Replayed: { description: 'true: the request was made before.', schema: { const: 'true' } },
  MadeBefore: { description: 'Where it is, if this request made it before.', schema: text },
}

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: text })

export const PARAMETERS: Json = {
  ClientId: inPath('client_id'),
  SecretId: inPath('secret_id'),
  KeyId: inPath('key_id'),
  CredentialId: inPath('credential_id'),
  IssuerId: inPath('issuer_id'),
  CertificateId: inPath('certificate_id'),
  ApiId: inPath('api_id'),
  RoleId: inPath('role_id'),
  Permission: inPath('permission'),
  AdministratorId: inPath('administrator_id'),
  Kid: inPath('kid'),
  IncidentId: inPath('incident_id'),
  ListId: inPath('list_id'),
  StreamId: inPath('stream_id'),
  Limit: {
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
  },
  Cursor: {
    name: 'cursor',
    in: 'query',
    description: 'The next_cursor of the page before, with the same other parameters.',
    schema: text,
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag that was read; a change made since then is not overwritten (412).',
    schema: text,
    example: '"3"',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'For 24 hours the same request with the same key makes one thing. Again: what it made; or 409 with its Location where a secret was shown.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: 'f3b1a2',
  },
}

const RECEIVER_SCOPES: Record<ReceiverScope, string> = {
  'ssf.read': 'Read and poll a stream of security events',
  'ssf.manage': 'Change a stream of security events',
}

const SECURITY_SCHEMES: Json = {
  bootstrap_token: {
    type: 'http',
    scheme: 'bearer',
    description: 'BOOTSTRAP_TOKEN of the deployment: full administration.',
  },
  access_token: {
    type: 'oauth2',
    description:
      'An access token for the server itself. A token cannot give permissions on the server itself. clients:manage includes clients:read, and ssf.manage ssf.read. One with an ssf scope is for <issuer>/ssf alone.',
    flows: {
      clientCredentials: {
        tokenUrl: `${ISSUER}/oauth/token`,
        scopes: { ...OWN_PERMISSIONS, ...RECEIVER_SCOPES },
      },
    },
  },
  client_secret_basic: {
    type: 'http',
    scheme: 'basic',
    description:
      'RFC 6749 §2.3.1. Where it can be left out, the form or a certificate authenticates the client.',
  },
}

export const shared = {
  headers: HEADERS,
  parameters: PARAMETERS,
  securitySchemes: SECURITY_SCHEMES,
}
