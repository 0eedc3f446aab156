import type { Right } from '../src/domain/authority.ts'
import type { AdminRoute } from '../src/http/admin/shared/route.ts'
import { ADMIN_ROUTES } from '../src/http/admin/routes.ts'
import type { Described } from '../src/http/reference/description.ts'
import { STREAM_ROUTES } from '../src/http/ssf/routes.ts'
import type { Json } from './from-valibot.ts'
import type { Kind } from './paths.ts'

/** The kind of an operation, by its method and path. */
export type KindOf = (key: string) => Kind

/** The credentials by which an operation of the admin API can be called: by the right of its route. */
const SECURITY: Record<Right, Json[]> = {
  'clients:read': [{ bootstrap_token: [] }, { access_token: ['clients:read'] }],
  'clients:manage': [{ bootstrap_token: [] }, { access_token: ['clients:manage'] }],
  'audit:read': [{ bootstrap_token: [] }, { access_token: ['audit:read'] }],
  person: [{ bootstrap_token: [] }],
}

export const adminKind =
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

const routeOf = (key: string): AdminRoute => found(ADMIN_ROUTES, key)

function found<R extends { method: string; path: string }>(routes: R[], key: string): R {
  const route = routes.find(
    ({ method, path }) => key === `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
  )
  if (!route) throw new TypeError(`openapi: there is no route ${key}`)
  return route
}

export const oauthKind =
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

export const streamKind =
  (tag: string): KindOf =>
  (key) => ({
    tag,
    security: [{ access_token: [found(STREAM_ROUTES, key).scope] }],
    bodyType: 'application/json',
    refusals: ({ described }) => ({
      400: 'StreamInvalid',
      401: 'StreamUnauthenticated',
      403: 'StreamForbidden',
      404: 'StreamNotFound',
      ...(described.body ? { 413: 'StreamTooLarge' } : {}),
      500: 'StreamServerError',
      503: 'StreamUnavailable',
    }),
  })

export const publicKind =
  (tag: string): KindOf =>
  (key) => ({
    tag,
    security: key === 'GET /health' ? [{}, ...SECURITY['clients:read']] : [],
    bodyType: '',
    refusals: () => ({}),
  })
