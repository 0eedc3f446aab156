import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../../src/http/admin/routes.ts'
import { ISSUER, type Json, testServer } from '../../support/server.ts'

const PERSON =
  'This needs a person with manage access, or the bootstrap token: no client can change who administers this server.'

/** Changes of who has power, and messages to people and receivers: no client's token makes them. */
const PERSONS = [
  'POST /issuers',
  'PATCH /issuers/:issuer_id',
  'DELETE /issuers/:issuer_id',
  'POST /administrators',
  'PATCH /administrators/:administrator_id',
  'DELETE /administrators/:administrator_id',
  'POST /signing-keys',
  'DELETE /signing-keys/:kid',
  'POST /audit-events/verification',
  'POST /reminders/test',
  'POST /events-webhook/test',
  'POST /events-webhook/resend',
  'POST /client-imports',
]

/** These ask, though by a body. */
const ASKING = new Set(['POST /federation/diagnoses', 'POST /credential-lookups'])

/** By the rule: reading is a right, changing another, and the log has one of its own. */
function neededFor(route: string): string {
  if (PERSONS.includes(route)) return PERSON
  if (/^GET \/audit-events\b/.test(route)) return 'This needs audit:read.'
  const isReading = route.startsWith('GET ') || ASKING.has(route)
  return `This needs clients:${isReading ? 'read' : 'manage'}.`
}

it('each route says to a client without it which right it needs', async () => {
  const server = testServer()
  const bearer = await server.token(await server.client({ [ISSUER]: 'tokens:introspect' }))
  const said: string[] = []
  for (const { method, path } of ADMIN_ROUTES) {
    const at = path.replaceAll(/:\w+/g, 'x')
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const response = await server.admin(method, at, body, bearer)
    const { status, detail } = await response.json<Json>()
    said.push(`${method} ${path}: ${status} ${detail}`)
  }
  const routes = ADMIN_ROUTES.map(({ method, path }) => `${method} ${path}`)
  expect(said).toEqual(routes.map((route) => `${route}: 403 ${neededFor(route)}`))
  expect(PERSONS.filter((route) => !routes.includes(route))).toEqual([])
})
