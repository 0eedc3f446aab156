import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { API, ISSUER, type Json, type TestServer } from '../support/server.ts'
import type { Caller } from './who-may.ts'

/** How a caller says who it is: by a header, and on a form of its session by the session's token. */
export type Credential = { headers: Record<string, string>; formToken: string }

export type Callers = Record<Caller, Credential> & Record<string, Credential>

const bearer = (token: string): Credential => ({
  headers: { Authorization: `Bearer ${token}` },
  formToken: '',
})

/** One of each kind, each as able as its kind can be. */
export async function makeCallers(server: TestServer): Promise<Callers> {
  const all = 'clients:read clients:manage audit:read tokens:introspect'
  await server.api(API, all.replace(' tokens:introspect', ''))
  const having = async (scope: string, fields: Json = {}) => {
    const client = await server.client({ [ISSUER]: scope }, fields)
    return { client, token: await server.token(client) }
  }
  const expired = await having(all, { access_token_lifetime: 60 })
  server.clock.now += 60
  const suspended = await having(all)
  await server.suspend(suspended.client)
  const reader = await having('clients:read')
  const elsewhere = await server.token(await server.client({ [API]: all }))
  const stranger = await administrator(server, 'stranger', 'manage')
  await server.adminOk('DELETE', `/administrators/${stranger.id}`)
  return {
    nobody: { headers: {}, formToken: '' },
    wrong: bearer(`${reader.token.slice(0, -2)}AA`),
    expired: bearer(expired.token),
    suspended: bearer(suspended.token),
    elsewhere: bearer(elsewhere),
    introspector: bearer((await having('tokens:introspect')).token),
    auditor: bearer((await having('audit:read')).token),
    reader: bearer(reader.token),
    manager: bearer((await having('clients:manage')).token),
    bootstrap: bearer(server.bindings.BOOTSTRAP_TOKEN ?? ''),
    stranger: stranger.credential,
    viewer: (await administrator(server, 'viewer', 'view')).credential,
    ruler: (await administrator(server, 'ruler', 'manage')).credential,
    breakglass: await sessionOf(signIn(server)),
  }
}

async function administrator(server: TestServer, name: string, access: 'view' | 'manage') {
  const body = { email: `${name}@example.com`, access }
  const { administrator_id } = await server.adminOk('POST', '/administrators', body)
  const id = String(administrator_id)
  return { id, credential: await sessionOf(signInAs(server, id)) }
}

async function sessionOf(signedIn: ReturnType<typeof signIn>): Promise<Credential> {
  const { cookie, html } = await signedIn
  return { headers: { Cookie: cookie }, formToken: formTokenIn(await html('/find')) }
}
