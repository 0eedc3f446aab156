import { describe, expect, it } from 'vitest'
import { bannerIn, type ConsoleVisitor, signIn } from '../support/console.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

const NAME = 'Airflow (prod)'
const COOKIE = '__Host-portcullis-flash'

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: NAME })
  return { server, client, visitor: await signIn(server), path: `/clients/${client.id}` }
}

const flashOf = (response: Response) =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

/** A page as a browser with this flash message opens it. */
function open(server: TestServer, { cookie }: ConsoleVisitor, flash: string, path: string) {
  return server.send(`/console${path}`, { headers: { Cookie: `${cookie}; ${flash}` } })
}

const isDropped = (response: Response) =>
  (response.headers.get('set-cookie') ?? '').startsWith(`${COOKIE}=; Max-Age=0`)

describe('INV-21: what a form has done is told', () => {
  it('on the page behind it, by name, and the cookie that said so is dropped', async () => {
    const { server, visitor, path } = await world()
    const done = await visitor.post(`${path}/suspension`, { reason: 'SEC-881' })
    expect(done.headers.get('location')).toBe(`/console${path}`)
    const cookie = done.headers.get('set-cookie') ?? ''
    for (const part of [COOKIE, 'Max-Age=60', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) {
      expect(cookie).toContain(part)
    }
    const page = await open(server, visitor, flashOf(done), path)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(isDropped(page)).toBe(true)
    expect(bannerIn(await page.text())).toMatch(/^Suspended Airflow \(prod\)\. /)
    expect(bannerIn(await visitor.html(path))).toBeNull()
  })

  it('on no other page, which leaves it for the one that it is meant for', async () => {
    const { server, visitor, path } = await world()
    const flash = flashOf(await visitor.post(`${path}/suspension`))
    for (const other of ['/clients', `${path}/details`, '/nothing', '/clients/client_none']) {
      const page = await open(server, visitor, flash, other)
      expect([other, page.headers.has('set-cookie')]).toEqual([other, false])
      expect(bannerIn(await page.text())).toBeNull()
    }
    const meant = await open(server, visitor, flash, `${path}?x=1`)
    expect(bannerIn(await meant.text())).toContain('Suspended')
  })

  it('to nobody else, and not after a minute', async () => {
    const { server, visitor, path } = await world()
    const other = await signIn(server)
    const flash = flashOf(await visitor.post(`${path}/suspension`))
    const elsewhere = await open(server, other, flash, path)
    expect([bannerIn(await elsewhere.text()), isDropped(elsewhere)]).toEqual([null, true])
    server.clock.now += 61
    const late = await open(server, visitor, flash, path)
    expect([bannerIn(await late.text()), isDropped(late)]).toEqual([null, true])
  })

  it('by nothing that an address or a forged cookie says', async () => {
    const { server, visitor, path } = await world()
    for (const what of ['suspended', 'deleted', 'revoked', 'updated', 'created']) {
      expect(await visitor.html(`${path}?done=${what}`)).not.toContain('class="banner"')
    }
    const flash = flashOf(await visitor.post(`${path}/suspension`))
    const session = visitor.cookie.replace('__Host-portcullis=', '')
    for (const forged of [
      `${flash}x`,
      `${COOKIE}=${session}`,
      `${COOKIE}=`,
      `${COOKIE}=e30.AAAA`,
    ]) {
      const page = await open(server, visitor, forged, path)
      expect([forged, page.status, bannerIn(await page.text())]).toEqual([forged, 200, null])
    }
  })
})

type World = Awaited<ReturnType<typeof world>>

const SINCE: [what: string, form: string, since: (world: World) => Promise<unknown>][] = [
  ['suspended', 'suspension', ({ server, client }) => server.resume(client)],
  [
    'suspended by somebody else since',
    'suspension',
    async ({ server, client }) => {
      await server.resume(client)
      server.clock.now += 1
      await server.suspend(client, { reason: 'another' })
    },
  ],
  ['resumed', 'resumption', ({ server, client }) => server.suspend(client)],
  [
    'saved',
    'details',
    async ({ server, path }) => {
      server.clock.now += 1
      await server.adminOk('PATCH', path, { client_name: 'Theirs' })
    },
  ],
]

describe('INV-21: what is not so any more is not told', () => {
  it.each(SINCE)('%s', async (_what, form, since) => {
    const all = await world()
    const { server, client, visitor, path } = all
    const fields: Record<string, string> = { version: '1', client_name: 'Mine', description: '' }
    if (form === 'resumption') {
      await server.suspend(client)
      fields['suspended_at'] = String(server.clock.now)
    }
    const flash = flashOf(await visitor.post(`${path}/${form}`, fields))
    expect(flash).toContain(COOKIE)
    await since(all)
    const page = await open(server, visitor, flash, path)
    const html = await page.text()
    expect([bannerIn(html), isDropped(page)]).toEqual([null, true])
    expect(html).not.toMatch(/Undo<|Suspend again/)
  })

  it('deleted, where something is there', async () => {
    const { server, visitor } = await world()
    const role = await server.adminOk('POST', '/roles', { name: 'Reader', permissions: [] })
    const fields = { version: '2', called: 'Reader' }
    const path = `/roles/${String(role['role_id'])}`
    const refused = await visitor.post(`${path}/deletion`, fields)
    expect([refused.status, refused.headers.has('set-cookie')]).toEqual([412, false])
  })
})

describe('an Undo', () => {
  it('of a resume asks, with the reason from before, and the log tells what was done', async () => {
    const { server, client, visitor, path } = await world()
    await server.suspend(client, { reason: 'SEC-881' })
    const at = String(server.clock.now)
    const page = await visitor.follow(
      await visitor.post(`${path}/resumption`, { suspended_at: at }),
    )
    expect(page).toMatch(new RegExp(`href="/console${path}/suspension">\\s*Suspend again…`))
    const asked = await visitor.html(`${path}/suspension`)
    expect(asked).toContain('SEC-881</textarea>')
    expect((await server.adminOk('GET', path))['status']).toBe('available')
    server.clock.now += 60
    await visitor.post(`${path}/suspension`, { reason: 'SEC-881' })
    const { data } = await server.adminOk('GET', '/audit-events?limit=3')
    const told = data.map((event: Record<string, unknown>) => [event['action'], event['reason']])
    expect(told.slice(0, 2)).toEqual([
      ['client.suspended', 'SEC-881'],
      ['client.resumed', undefined],
    ])
    const done = await visitor.get(`${path}/suspension`)
    const why = expect.stringMatching(/This was already done(?![^]*<\/textarea>)/)
    expect([done.status, await done.text()]).toEqual([200, why])
  })

  it('of a suspension by somebody else is of theirs, and says that my reason was lost', async () => {
    const { server, client, visitor, path } = await world()
    await server.suspend(client, { reason: 'theirs' })
    const page = await visitor.follow(await visitor.post(`${path}/suspension`, { reason: 'mine' }))
    expect(bannerIn(page)).toMatch(/has been suspended since .* Your reason was not recorded\./)
    expect(page).toContain('Reason: <bdi>theirs</bdi>')
    expect(page).not.toContain('Undo<')
  })
})

it('markup in a name is text in a banner', async () => {
  const server = testServer()
  const visitor = await signIn(server)
  const name = '<img src=x onerror=alert(1)>'
  const client: Client = await server.client({}, { client_name: name })
  const page = await visitor.follow(await visitor.post(`/clients/${client.id}/suspension`))
  expect(bannerIn(page)).toContain('Suspended &lt;img src=x')
  expect(page).not.toContain('<img src=x')
})
