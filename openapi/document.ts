import type { Right } from '../src/domain/authority.ts'
import type { AdminRoute } from '../src/http/admin/shared/route.ts'
import { ADMIN_ROUTES } from '../src/http/admin/routes.ts'
import type { Described, Description, Operations } from '../src/http/reference/description.ts'
import { type Json, schemasOf } from './from-valibot.ts'
import { NAMED } from './named.ts'
import { NOUNS } from './nouns.ts'
import { oauth, publicDocuments } from './oauth.ts'
import { type Kind, operationOf } from './paths.ts'
import { sharedRefusals } from './refusals.ts'
import { ISSUER, shared } from './shared.ts'

const ABOUT = `OAuth 2.0 client-credentials authorization server. Suspend a client, and its secrets and tokens are rejected from the very next request on.

Another method than a path knows is 405 with Allow. Every answer of the admin API and of the token, introspection and revocation endpoints is no-store. Problems are RFC 9457, OAuth errors RFC 6749 §5.2. Texts have no control, bidirectional or invisible characters.`

const BASE = '/admin/v1'

const EXAMPLES: Record<string, Json> = {
  ...Object.assign({}, ...NOUNS.map(({ examples = {} }) => examples)),
  Introspection: { active: false },
}

/** The document, made from the schemas that validate and the table of routes. */
export function makeDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  const add = (key: string, path: string, operation: Json) => {
    paths[path] = { ...paths[path], [key.split(' ')[0]?.toLowerCase() ?? '']: operation }
  }
  each(oauth.operations, oauthKind(oauth.tag), '', add)
  for (const { tag, operations } of NOUNS) each(operations, adminKind(tag), BASE, add)
  each(publicDocuments.operations, publicKind(publicDocuments.tag), '', add)
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
    tags: [oauth, ...NOUNS, publicDocuments].map(tagOf),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      responses: sharedRefusals(),
      ...shared,
    },
  }
}

const tagOf = ({ tag, about }: Description) => ({ name: tag, description: about })

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
    isMadeOnce: (described) => creates(described) || described.once === true,
    refusals: ({ described, described: { body, query, conditional }, path }) => ({
      ...(body || query ? { 400: 'BadRequest' } : {}),
      401: 'Unauthorized',
      403: 'Forbidden',
      ...(path.includes('{') ? { 404: 'NotFound' } : {}),
      ...(creates(described) ? { 409: 'Conflict', 410: 'Gone', 422: 'KeyReused' } : {}),
      ...(described.once ? { 422: 'KeyReused' } : {}),
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
