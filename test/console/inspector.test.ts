import { SignJWT } from 'jose'
import { afterEach, expect, it, vi } from 'vitest'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { API, ISSUER, testServer } from '../support/server.ts'

const log = console
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

afterEach(() => {
  vi.restoreAllMocks()
})

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const console = await signIn(server)
  const inspect = async (token: string) => (await console.post('/inspector', { token })).text()
  return { server, client, console, inspect }
}

it('explains an active token, with its claims, and shows it nowhere', async () => {
  const { server, client, inspect } = await world()
  const token = await server.token(client)
  const page = await inspect(token)
  expect(textOf(page)).toContain('This token is active')
  expect(textOf(page)).toMatch(/Expiry ✓ Right Expires in 12 hours \([^)]+ UTC\)\./)
  expect(page).toContain(`href="/console/clients/${client.id}"`)
  for (const part of [token, ...token.split('.')]) expect(page).not.toContain(part)
  expect(page).not.toContain('✕')
})

it('takes a Bearer header as it was copied', async () => {
  const { server, client, inspect } = await world()
  const token = await server.token(client)
  expect(textOf(await inspect(` Authorization: Bearer ${token}\n`))).toContain('token is active')
})

it('says why a token is not active', async () => {
  const { server, client, inspect } = await world()
  const token = await server.token(client)
  await server.suspend(client)
  expect(textOf(await inspect(token))).toContain('API client ✕ Wrong Is suspended.')
  server.clock.now += 60 * 60 * 7
  await server.resume(client)
  await server.admin('DELETE', `/clients/${client.id}/tokens`)
  expect(textOf(await inspect(token))).toContain(
    'Issued before all tokens of the client were revoked',
  )
})

it('explains the token of another issuer, whatever it says', async () => {
  const { inspect } = await world()
  const foreign = await new SignJWT({ email: '<img src=x>', exp: 1e300, n: null, o: { a: [1] } })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('https://accounts.example.com')
    .sign(new TextEncoder().encode('x'.repeat(32)))
  const page = await inspect(foreign)
  expect(textOf(page)).toContain('Another server: it decides about its tokens.')
  expect(textOf(page)).toContain('No access token: its type is not at+jwt.')
  expect(page).toContain('&lt;img src=x&gt;')
})

it('warns of a pasted secret, says whose it is, and shows it nowhere', async () => {
  const { client, inspect } = await world()
  const lines = vi.spyOn(log, 'error')
  for (const pasted of [
    client.secret,
    `client_secret=${client.secret}`,
    client.secret.slice(0, -9),
  ]) {
    const page = await inspect(pasted)
    expect(textOf(page)).toContain('This is a client secret, not a token.')
    expect(page).toContain(`href="/console/clients/${client.id}"`)
    expect(page).not.toContain(client.secret.slice(0, 20))
  }
  const page = await inspect(`pc_AbCdEfGhIjKl_${'x'.repeat(49)}`)
  expect(textOf(page)).toContain('This is a client secret')
  expect(page).not.toContain('this API client')
  expect(lines).not.toHaveBeenCalled()
})

it('asks for something to inspect, and takes no token from an address', async () => {
  const { server, client, console } = await world()
  const empty = await console.post('/inspector', { token: '  ' })
  expect([empty.status, textOf(await empty.text())]).toEqual([
    400,
    expect.stringContaining('It must be pasted first'),
  ])
  const page = await console.html(`/inspector?token=${await server.token(client)}`)
  expect(textOf(page)).not.toContain('This token is')
})

it('is for everyone who may see clients, and refuses a form of another site', async () => {
  const { server, client } = await world()
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
    email: 'eve@example.com',
    access: 'view',
  })
  const eve = await signInAs(server, String(id))
  const token = await server.token(client)
  const response = await eve.post('/inspector', { token })
  expect(textOf(await response.text())).toContain('This token is active')
  const body = new URLSearchParams({ token, form_token: formTokenIn(await eve.html('/inspector')) })
  const foreign = await server.send('/console/inspector', {
    method: 'POST',
    headers: {
      Cookie: eve.cookie,
      Origin: `${ISSUER}.attacker.example`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: body.toString(),
  })
  expect(foreign.status).toBe(403)
})
