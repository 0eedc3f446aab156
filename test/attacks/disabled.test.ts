import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'
import { doorsOpenTo, errorOf, deployment, NOON, REPORTS, secretOf } from './deployment.ts'

const GRANT = { grant_type: 'client_credentials' }
const REFUSED = [401, 'invalid_client']

const everyCharacterEncoded = (text: string) =>
  [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')

/** Every way to ask for a token: how the client authenticates, and what it asks for. */
async function asksForTokens(server: TestServer, client: Client) {
  const encoded = [client.id, client.secret].map(everyCharacterEncoded).join(':')
  const inBody = { client_id: client.id, client_secret: client.secret }
  const wanted = [
    {},
    { scope: 'invoices:read' },
    { resource: API },
    { resource: REPORTS, scope: 'reports:read' },
  ]
  const answers: unknown[] = []
  for (const fields of wanted) {
    const asked = { ...GRANT, ...fields }
    const basic = { Authorization: `bASIC ${btoa(encoded)}` }
    answers.push(await errorOf(await server.form('/oauth/token', asked, client)))
    answers.push(await errorOf(await server.form('/oauth/token', { ...asked, ...inBody })))
    answers.push(await errorOf(await server.form('/oauth/token', asked, undefined, basic)))
  }
  return answers
}

it('CVE-2026-2733: a disabled client is served on no path', async () => {
  const { issuer, server, powerful, client, observer } = await deployment()
  const bearer = await server.token(powerful, { resource: issuer })
  const own = await server.token(powerful, { resource: API })
  const others = await server.token(client, { resource: API })
  await server.suspend(powerful)
  expect(await errorOf(await server.tokenRequest(powerful))).toEqual(REFUSED)
  const headers = { Authorization: `Bearer ${bearer}` }
  for (const token of [others, own, bearer]) {
    for (const path of ['/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
      expect(await errorOf(await server.form(path, { token }, powerful))).toEqual(REFUSED)
      const byBearer = await server.form(path, { token }, undefined, headers)
      expect([path, byBearer.status]).toEqual([path, 401])
    }
  }
  for (const { method, path } of ADMIN_ROUTES) {
    const to = `/admin/v1${path.replace(/:\w+/g, powerful.id)}`
    const { status } = await server.send(to, { method, headers })
    expect([method, path, status]).toEqual([method, path, 401])
  }
  expect((await server.send('/health', { headers })).status).toBe(401)
  const page = await server.send('/console/clients', { headers, redirect: 'manual' })
  expect(page.status).toBe(303)
  expect(await server.introspect(others, observer)).toMatchObject({ active: true })
})

it('CVE-2025-64521: a disabled client gets no token by any way of authenticating', async () => {
  const { server, client } = await deployment()
  const second = await secretOf(server, client)
  await server.suspend(client)
  // Made while it is suspended, and on another server of the same database.
  const third = await secretOf(server, client)
  const other = testServer({ now: NOON })
  for (const credentials of [client, second, third]) {
    for (const at of [server, other]) {
      const answers = await asksForTokens(at, credentials)
      expect(answers).toEqual(answers.map(() => REFUSED))
    }
  }
  await server.resume(client)
  expect((await server.tokenRequest(third)).status).toBe(200)
})

it('CVE-2026-9705: the tokens of a disabled client pass no door that they passed before', async () => {
  const all = await deployment()
  const { issuer, server, powerful } = all
  const token = await server.token(powerful, { resource: API })
  const bearer = await server.token(powerful, { resource: issuer })
  const doors = ['introspection', 'service binding', 'guard by denylist', 'guard that asks']
  const own = ['introspection', 'admin', 'health', 'service binding']
  expect(await doorsOpenTo(all, token)).toEqual(doors)
  expect(await doorsOpenTo(all, bearer)).toEqual(own)
  await server.suspend(powerful)
  expect([await doorsOpenTo(all, token), await doorsOpenTo(all, bearer)]).toEqual([[], []])
  await server.resume(powerful)
  expect(await doorsOpenTo(all, token)).toEqual(doors)
  await server.adminOk('DELETE', `/clients/${powerful.id}`)
  expect([await doorsOpenTo(all, token), await doorsOpenTo(all, bearer)]).toEqual([[], []])
})

it('what was seen active a moment ago is not after a suspension somewhere else', async () => {
  const all = await deployment()
  const { issuer, server, client, observer } = all
  const elsewhere = testServer({ now: NOON, issuer })
  const token = await server.token(client)
  for (let round = 0; round < 3; round++) {
    expect(await elsewhere.introspect(token, observer)).toMatchObject({ active: true })
    expect((await server.suspend(client)).status).toBe(200)
    expect(await elsewhere.introspect(token, observer)).toEqual({ active: false })
    expect((await elsewhere.resume(client)).status).toBe(200)
  }
})

it('CVE-2025-64708: what has expired is expired with the second, though no job has run', async () => {
  const all = await deployment()
  const { server, observer } = all
  const made = { secret: { expires_on: '2026-11-23' }, access_token_lifetime: 3600 }
  const client = await server.client({ [API]: 'invoices:read' }, made)
  const token = await server.token(client)
  const doors = await doorsOpenTo(all, token)
  expect(doors).toHaveLength(4)
  server.clock.now = NOON + 3599
  expect(await doorsOpenTo(all, token)).toEqual(doors)
  server.clock.now = NOON + 3600
  expect(await doorsOpenTo(all, token)).toEqual([])
  const end = Date.UTC(2026, 10, 23, 23, 59, 59) / 1000
  const answers: unknown[] = []
  for (const now of [end - 1, end, end + 86_400]) {
    server.clock.now = now
    const shown = await server.adminOk('GET', `/clients/${client.id}`)
    answers.push([(await server.tokenRequest(client)).status, shown['status']])
  }
  expect(answers).toEqual([
    [200, 'needs_attention'],
    [401, 'expired'],
    [401, 'expired'],
  ])
  // Nor does the job bring anything back.
  await server.cron()
  expect((await server.tokenRequest(client)).status).toBe(401)
  expect(await server.introspect(token, observer)).toEqual({ active: false })
})
