import { makeThings, NEEDLE, type Things } from '../attacks/things.ts'
import { fill, withVersion } from '../attacks/route-requests.ts'
import { ENTRIES } from '../attacks/who-may.ts'
import { signIn } from '../support/console.ts'
import { API, type Client, type Json, type TestServer } from '../support/server.ts'

/** Fills in a form, such as `POST /clients/:client_id/...`, to be sent several times. */
export async function filledIn(server: TestServer, route: string) {
  await server.api(API, 'clients:read')
  const visitor = await signIn(server)
  const made = await makeThings(server, '')
  if (route.endsWith('resumption')) await server.suspend({ id: made['client_id'] } as Client)
  const inConsole = route.replace(' ', ' /console')
  const things: Things = await withVersion(server, inConsole, made)
  const [, body = {}] = ENTRIES[inConsole] ?? []
  const { suspended_at: _any, ...fields } = JSON.parse(fill(JSON.stringify(body), things)) as Json
  const at = things['client_id'] && (await suspendedAt(server, things['client_id']))
  const all = { ...fields, called: NEEDLE, ...(at && { suspended_at: at }) }
  const send = await visitor.fill(fill(route.slice('POST '.length), things), all)
  return { visitor, send }
}

async function suspendedAt(server: TestServer, id: string): Promise<string> {
  const { suspended_at: at } = await server.adminOk('GET', `/clients/${id}`)
  return at ? String(Date.parse(String(at)) / 1000) : ''
}
