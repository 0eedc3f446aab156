import type { Handler, Hono } from 'hono'
import type { ApiDocs } from '../../domain/api-docs.ts'
import { newApp } from '../../web/app.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { withPreflight } from '../../web/methods.ts'
import { otherMethod } from '../admin/shared/problems.ts'
import { ISSUER, OPENAPI_TEXT } from './openapi-text.ts'
import { PAGE_HEADERS, policyFor, scalarPage } from './scalar-page.ts'

const BASE = '/admin/v1'

/** The OpenAPI document, for everyone, and pages that show it if the host wants them. */
export function referenceRoutes(issuer: string, apiDocs: ApiDocs | null): Hono<AppEnv> {
  const reference = newApp<AppEnv>()
  answer(reference, `${BASE}/openapi.json`, (c) =>
    // A function, because `$&` has a meaning in a replacement text.
    c.body(
      OPENAPI_TEXT.replaceAll(ISSUER, () => issuer),
      200,
      DOCUMENT_HEADERS,
    ),
  )
  if (!apiDocs) return reference
  const headers = { ...PAGE_HEADERS, 'Content-Security-Policy': policyFor(apiDocs, issuer) }
  answer(reference, `${BASE}/docs`, (c) => c.html(scalarPage(apiDocs), 200, headers))
  return reference
}

const DOCUMENT_HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // Tools that run in a browser read it from elsewhere.
  'Access-Control-Allow-Origin': '*',
}

function answer(reference: Hono<AppEnv>, path: string, handle: Handler<AppEnv>): void {
  reference.get(path, handle)
  reference.all(path, withPreflight(otherMethod(['GET'])))
}
