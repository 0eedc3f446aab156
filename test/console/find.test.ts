import { SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { API, type Client, ISSUER, type TestServer, testServer } from '../support/server.ts'

const log = console
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

afterEach(() => {
  vi.restoreAllMocks()
})

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Refund bot' })
  const console = await signIn(server)
  const find = async (text: string) => (await console.post('/find', { text })).text()
  return { server, client, console, find, said: async (text: string) => textOf(await find(text)) }
}

async function eve(server: TestServer) {
  const body = { email: 'eve@example.com', access: 'view' }
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', body)
  return signInAs(server, String(id))
}

const suspendLink = ({ id }: Client) => `href="/console/clients/${id}/suspension" data-dialog`
const leakLink = ({ id }: Client) => `href="/console/incidents/new?client_id=${id}" data-dialog`

describe('a token', () => {
  it('has its verdict, its client and what can be done about it first, and is shown nowhere', async () => {
    const { server, client, find } = await world()
    const token = await server.token(client)
    const page = await find(` Authorization: Bearer ${token}\n`)
    expect(textOf(page)).toContain('✓ This token is active. Refund bot (Available)')
    expect(textOf(page)).toMatch(/Expiry ✓ OK Expires in 12 hours \([^)]+ UTC\)\./)
    expect(page).toContain(`href="/console/clients/${client.id}"`)
    expect([page.includes(suspendLink(client)), page.includes(leakLink(client))]).toEqual([
      true,
      true,
    ])
    expect(page.indexOf('This token is active')).toBeLessThan(page.indexOf('Contents'))
    for (const part of [token, ...token.split('.')]) expect(page).not.toContain(part)
    expect(page).not.toContain('Failed')
  })

  it('that is not active has the reasons beneath its verdict', async () => {
    const { server, client, find, said } = await world()
    const token = await server.token(client)
    await server.suspend(client, { reason: 'SEC-881' })
    const page = await find(token)
    expect(textOf(page)).toContain('● This token is not active. Refund bot (Suspended)')
    expect(textOf(page)).toContain('API client ● Failed The client is suspended.')
    expect(textOf(page)).toContain('Reason SEC-881')
    expect([page.includes(suspendLink(client)), page.includes(leakLink(client))]).toEqual([
      false,
      true,
    ])
    server.clock.now += 60 * 60 * 7
    await server.resume(client)
    await server.admin('DELETE', `/clients/${client.id}/tokens`)
    expect(await said(token)).toContain('Issued before all tokens of the client were revoked')
  })

  it('of another issuer is explained, whatever it says', async () => {
    const { find } = await world()
    const foreign = await new SignJWT({ email: '<img src=x>', exp: 1e300, n: null, o: { a: [1] } })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer('https://accounts.example.com')
      .sign(new TextEncoder().encode('x'.repeat(32)))
    const page = await find(foreign)
    expect(textOf(page)).toContain('Another server: ask that one about this token.')
    expect(textOf(page)).toContain('Not an access token: its type is not at+jwt.')
    expect(page).toContain('&lt;img src=x&gt;')
  })

  it('that is cut off still names its client, and is said to be damaged', async () => {
    const { server, client, said } = await world()
    const token = await server.token(client)
    const page = await said(token.slice(0, token.lastIndexOf('.')))
    expect(page).toContain('● This token is not active. Refund bot (Available)')
    expect(page).toContain('damaged or not complete')
  })
})

describe('a secret', () => {
  it('is told from what only begins like it, with its client, and is shown nowhere', async () => {
    const { client, find } = await world()
    const lines = vi.spyOn(log, 'error')
    const other = formatSecret(client.secret.slice(3, 15), 'x'.repeat(43))
    const verdicts = {
      [`client_secret=${client.secret}`]: '✓ This secret works. Refund bot (Available)',
      [client.secret.slice(0, -9)]:
        '✓ The secret that begins like this works. Refund bot (Available)',
      [`…${client.secret.slice(-4)}`]:
        '✓ A secret that ends like this works. Refund bot (Available)',
      [other]: '● This text only begins like a secret. Refund bot (Available)',
    }
    for (const [pasted, verdict] of Object.entries(verdicts)) {
      const page = await find(pasted)
      expect(textOf(page)).toContain(verdict)
      expect(page).toContain(leakLink(client))
      for (const secret of [client.secret, other]) expect(page).not.toContain(secret.slice(0, 20))
    }
    expect(lines).not.toHaveBeenCalled()
  })

  it('of nobody is said to be so', async () => {
    const { said } = await world()
    const page = await said(`pc_AbCdEfGhIjKl_${'x'.repeat(49)}`)
    expect(page).toContain('Nothing found This text is mistyped: its checksum is wrong.')
    expect(page).toContain('No secret begins like this one')
  })
})

it('finds a client by its ID, and a key of the server by its kid', async () => {
  const { server, client, said } = await world()
  expect(await said(client.id)).toContain('This is an API client. Refund bot (Available)')
  await server.token(client)
  const { data } = await server.adminOk('GET', '/signing-keys')
  expect(await said(String(data[0]?.kid))).toContain('This signing key of this server')
})

it('asks for something to find, and takes nothing from an address', async () => {
  const { server, client, console } = await world()
  const empty = await console.post('/find', { text: '  ' })
  const why = expect.stringContaining('This text must not be empty')
  expect([empty.status, textOf(await empty.text())]).toEqual([400, why])
  const token = await server.token(client)
  const led = await console.get(`/find?text=${token}`)
  expect([led.status, led.headers.get('location')]).toEqual([303, '/console/find'])
  expect(textOf(await console.follow(led))).not.toContain('This token is')
  const moved = await server.send(`/console/inspector?token=${token}`, {
    headers: { Cookie: console.cookie },
    redirect: 'manual',
  })
  expect([moved.status, moved.headers.get('location')]).toEqual([302, '/console/find'])
})

it('is for everyone who may see clients, without what they may not do', async () => {
  const { server, client } = await world()
  const visitor = await eve(server)
  const text = await server.token(client)
  const page = await (await visitor.post('/find', { text })).text()
  expect(textOf(page)).toContain('This token is active')
  expect([page.includes(suspendLink(client)), page.includes(leakLink(client))]).toEqual([
    false,
    false,
  ])
  expect((await visitor.get(`/incidents/new?client_id=${client.id}`)).status).toBe(403)
  const body = new URLSearchParams({ text, form_token: formTokenIn(await visitor.html('/find')) })
  const foreign = await server.send('/console/find', {
    method: 'POST',
    headers: {
      Cookie: visitor.cookie,
      Origin: `${ISSUER}.attacker.example`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: body.toString(),
  })
  expect(foreign.status).toBe(403)
})
