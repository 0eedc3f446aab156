import type { Right } from '../src/domain/authority.ts'
import type { AdminRoute } from '../src/http/admin/route.ts'
import { ADMIN_ROUTES } from '../src/http/admin/routes.ts'
import { administratorOperations, reminderOperations } from './administrators.ts'
import { apiOperations } from './apis.ts'
import { auditOperations } from './audit.ts'
import { clientOperations } from './clients.ts'
import { EXAMPLES } from './examples.ts'
import { type Json, schemasOf } from './from-valibot.ts'
import { NAMED } from './named.ts'
import { oauthOperations, publicOperations } from './oauth.ts'
import type { Described, Operations } from './operation.ts'
import { type Kind, operationOf } from './paths.ts'
import { sharedRefusals } from './refusals.ts'
import { roleOperations } from './roles.ts'
import { secretOperations } from './secrets.ts'
import { ISSUER, shared } from './shared.ts'
import { signingKeyOperations } from './signing-keys.ts'

const ABOUT = `OAuth 2.0 client-credentials authorization server. Suspend a client, and its secrets and tokens are dead for the very next request.

Another method than a path knows is 405 with Allow. Every answer of the admin API and of the token, introspection and revocation endpoints is no-store. Problems are RFC 9457, OAuth errors RFC 6749 §5.2. Texts have no control, bidirectional or invisible characters.`

const BASE = '/admin/v1'

type Tagged = [tag: string, about: string, operations: Operations]

const ADMIN: Tagged[] = [
  ['Clients', 'Who gets tokens.', clientOperations],
  ['Secrets', 'What clients prove themselves with.', secretOperations],
  ['APIs', 'What tokens are for.', apiOperations],
  ['Roles', 'Named sets of permissions.', roleOperations],
  ['Administrators', 'People with access to the server itself.', administratorOperations],
  ['Signing keys', 'What tokens are signed with.', signingKeyOperations],
  ['Audit events', 'Who did what, when and why.', auditOperations],
  ['Reminders', 'Mail before a secret expires.', reminderOperations],
]

const OAUTH: Tagged[] = [['OAuth', 'For clients and resource servers.', oauthOperations]]
const PUBLIC: Tagged[] = [['Public documents', 'For everyone.', publicOperations]]

/** The document, made from the schemas that validate and the table of routes. */
export function makeDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  const add = (key: string, path: string, operation: Json) => {
    paths[path] = { ...paths[path], [key.split(' ')[0]?.toLowerCase() ?? '']: operation }
  }
  for (const [tag, , operations] of OAUTH) each(operations, oauthKind(tag), '', add)
  for (const [tag, , operations] of ADMIN) each(operations, adminKind(tag), BASE, add)
  for (const [tag, , operations] of PUBLIC) each(operations, publicKind(tag), '', add)
  const schemas = Object.entries(schemasOf(NAMED)).map(([name, schema]) => [
    name,
    name in EXAMPLES ? { ...schema, examples: [EXAMPLES[name]] } : schema,
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portcullis',
      version,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: ISSUER }],
    tags: [...OAUTH, ...ADMIN, ...PUBLIC].map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      responses: sharedRefusals(),
      ...shared,
    },
  }
}

type Add = (key: string, path: string, operation: Json) => void
type KindOf = (key: string, described: Described) => Kind

function each(operations: Operations, kindOf: KindOf, base: string, add: Add): void {
  for (const [key, described] of Object.entries(operations)) {
    const path = base + (key.split(' ')[1] ?? '')
    add(key, path, operationOf(path, described, kindOf(key, described)))
  }
}

/** Whom an operation of the admin API lets in: by the right of its route. */
const SECURITY: Record<Right, Json[]> = {
  'clients:read': [{ bootstrap_token: [] }, { access_token: ['clients:read'] }],
  'clients:manage': [{ bootstrap_token: [] }, { access_token: ['clients:manage'] }],
  'audit:read': [{ bootstrap_token: [] }, { access_token: ['audit:read'] }],
  person: [{ bootstrap_token: [] }],
}

const adminKind =
  (tag: string): KindOf =>
  (key) => ({
    tag,
    security: SECURITY[routeOf(key).right],
    bodyType: 'application/json',
    isMadeOnce: creates,
    refusals: ({ described, described: { body, query, conditional }, path }) => ({
      ...(body || query ? { 400: 'BadRequest' } : {}),
      401: 'Unauthorized',
      403: 'Forbidden',
      ...(path.includes('{') ? { 404: 'NotFound' } : {}),
      ...(creates(described) ? { 409: 'Conflict', 410: 'Gone', 422: 'KeyReused' } : {}),
      ...(conditional ? { 412: 'Stale' } : {}),
      ...(routeOf(key).conditional ? { 428: 'PreconditionRequired' } : {}),
      ...(body ? { 413: 'TooLarge', 415: 'UnsupportedMediaType' } : {}),
      429: 'TooManyRequests',
      500: 'ServerError',
      503: 'Unavailable',
    }),
  })

const creates = ({ answers }: Described) => 201 in answers

function routeOf(key: string): AdminRoute {
  const route = ADMIN_ROUTES.find(
    ({ method, path }) => key === `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
  )
  if (!route) throw new TypeError(`openapi: there is no route ${key}`)
  return route
}

const oauthKind =
  (tag: string): KindOf =>
  (key) => ({
    tag,
    security: [
      { client_secret_basic: [] },
      ...(key.endsWith('introspect') ? [{ access_token: ['tokens:introspect'] }] : []),
      {},
    ],
    bodyType: 'application/x-www-form-urlencoded',
    refusals: () => ({
      400: 'InvalidRequest',
      401: 'InvalidClient',
      413: 'FormTooLarge',
      429: 'SlowDown',
      500: 'OAuthServerError',
      503: 'OAuthUnavailable',
    }),
  })

const publicKind =
  (tag: string): KindOf =>
  (key) => ({
    tag,
    security: key === 'GET /health' ? [{}, ...SECURITY['clients:read']] : [],
    bodyType: '',
    refusals: () => ({}),
  })
