import { type Handler, Hono } from 'hono'
import type { Door } from '../../web/door.ts'
import { otherMethod } from '../admin/problems.ts'
import { ISSUER, OPENAPI_TEXT } from './openapi-text.ts'

const BASE = '/admin/v1'

/** The OpenAPI document, for everyone. */
export function referenceRoutes(issuer: string): Hono<Door> {
  const reference = new Hono<Door>()
  answer(reference, `${BASE}/openapi.json`, (c) =>
    // A function, because `$&` in a replacement text would mean something.
    c.body(
      OPENAPI_TEXT.replaceAll(ISSUER, () => issuer),
      200,
      DOCUMENT_HEADERS,
    ),
  )
  return reference
}

const DOCUMENT_HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // Tools that run in a browser read it from elsewhere.
  'Access-Control-Allow-Origin': '*',
}

function answer(reference: Hono<Door>, path: string, handle: Handler<Door>): void {
  reference.get(path, handle)
  reference.all(path, otherMethod(['GET']))
}
