import { beforeEach, describe, expect, it } from 'vitest'
import { type ConsoleVisitor, bannerIn, signIn, signInAs } from '../support/console.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const ALL = { suspend: 'yes', end_secrets: 'yes', revoke_tokens: 'yes' }

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

let server: TestServer
let client: Client
let other: Client
let visitor: ConsoleVisitor

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Refund bot' })
  other = await server.client({ [API]: 'invoices:read' }, { client_name: 'Partner' })
  visitor = await signIn(server)
})

const asking = (...ids: string[]) =>
  visitor.html(`/incidents/new?${ids.map((id) => `client_id=${id}`).join('&')}`)
const send = (ids: string[], fields: Record<string, string>) =>
  visitor.post('/incidents', [
    ...ids.map((id): [string, string] => ['client_id', id]),
    ...Object.entries(fields),
  ])
const pathOf = (response: Response) =>
  (response.headers.get('location') ?? '').replace('/console', '')
const ticked = (page: string) =>
  [...page.matchAll(/<input type="checkbox" name="(\w+)" value="yes"( checked="")?/g)]
    .filter(([, , isTicked]) => isTicked)
    .map(([, name]) => name)

describe('the form', () => {
  it('shows all that can be done ticked, which secrets end, and what stays', async () => {
    const { hint } = client.body['secrets'][0]
    const certificate = { san_dns: 'a.example' }
    await server.adminOk('POST', `/clients/${client.id}/certificates`, certificate)
    const page = await asking(client.id)
    expect(ticked(page)).toEqual(['suspend', 'end_secrets', 'revoke_tokens'])
    expect(textOf(page)).toContain('Respond to a leak of Refund bot')
    expect(textOf(page)).toMatch(new RegExp(`1 secret can end: pc_\\w{6}…${hint}\\.`))
    expect(textOf(page)).toContain('Not ended: 1 certificate.')
    expect(page).toContain(`name="client_id" value="${client.id}"`)
    expect(await visitor.html(`/clients/${client.id}`)).toContain(
      `href="/console/incidents/new?client_id=${client.id}"`,
    )
  })

  it('is about several clients, each once, and says so where there is none', async () => {
    const page = await asking(client.id, other.id, client.id, 'client_none')
    expect(textOf(page)).toContain('Respond to a leak of 2 clients')
    expect(page.match(/name="client_id"/g)).toHaveLength(2)
    expect(textOf(page)).toContain('client_none Not there any more: nothing changes')
    const none = await asking()
    expect(textOf(none)).toContain('No client is chosen.')
    expect(none).not.toContain('type="submit" class="danger"')
  })

  it('comes again with what was ticked and typed where nothing was ticked', async () => {
    const response = await send([client.id, other.id], { reason: 'SEC-881' })
    const page = await response.text()
    expect(response.status).toBe(400)
    expect([ticked(page), page.match(/name="client_id"/g)?.length]).toEqual([[], 2])
    expect(textOf(page)).toContain('At least one must be ticked')
    expect(textOf(page)).toContain('Not done. Fix this field: What to do')
    expect(page).toContain('SEC-881</textarea>')
    expect((await server.tokenRequest(client)).status).toBe(200)
  })
})

describe('the page of an incident', () => {
  it('INV-1, INV-21: says what was done, which holds from the answer on', async () => {
    const caller = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(client)
    const response = await send([client.id, other.id], { ...ALL, reason: 'SEC-881' })
    expect(response.status).toBe(303)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    for (const one of [client, other]) expect((await server.tokenRequest(one)).status).toBe(401)
    const page = await visitor.follow(response)
    expect(bannerIn(page)).toBe('Done. Copy the link of this page into the ticket.')
    const text = textOf(page)
    expect(text).toContain('Leak of 2 clients')
    expect(text).toContain('by the bootstrap token')
    expect(text).toContain('Reason: SEC-881')
    expect(text.match(/Done Access suspended, 1 secret ended, all tokens revoked/g)).toHaveLength(2)
    expect(page).toContain(`https://auth.example/console${pathOf(response)}</code>`)
    const activity = await visitor.html(`/clients/${client.id}/activity`)
    expect(activity).toContain(`href="/console${pathOf(response)}"`)
    expect(textOf(activity)).toContain('Leak responded to SEC-881')
  })

  it('INV-21: says how its clients are now, not how they were left', async () => {
    const path = pathOf(await send([client.id, other.id], ALL))
    server.clock.now += 60
    await server.resume(client)
    await server.adminOk('DELETE', `/clients/${other.id}`)
    const text = textOf(await visitor.html(path))
    expect(text).toContain('Refund bot ▲ Needs attention')
    expect(text).toContain('Access was resumed since.')
    expect(text).toContain('Leak of 2 clients')
    expect(text).toContain(`${other.body['client_name']} was deleted since`)
    await server.suspend(client)
    expect(textOf(await visitor.html(path))).toContain('Access was suspended again since.')
    expect(bannerIn(await visitor.html(path))).toBeNull()
  })

  it('names a client that was deleted since, and says that it was suspended before', async () => {
    await server.suspend(client)
    server.clock.now += 60
    const path = pathOf(await send([client.id], ALL))
    expect(textOf(await visitor.html(path))).toContain(
      'Now Access has been suspended since before the response.',
    )
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect(textOf(await visitor.html(path))).toContain('Leak of Refund bot')
  })

  it('says what a client did since, and on which days that was counted', async () => {
    await server.token(client)
    const only = { revoke_tokens: 'yes' }
    const path = pathOf(await send([client.id], only))
    expect(textOf(await visitor.html(path))).not.toContain('since the response')
    server.clock.now += 61
    await server.token(client)
    for (let n = 0; n < 2; n++) await server.tokenRequest({ ...client, secret: 'x' })
    server.clock.now += 61
    await server.token(other)
    const text = textOf(await visitor.html(path))
    expect(text).toMatch(/Last token 1 minute ago , since the response/)
    expect(text).toContain('Issued 2, that day included')
    expect(text).toContain('2: wrong client ID, secret, signature or certificate')
    expect(text).toContain('here from 22 November 2026 on')
  })

  it('names the clients to which nothing was done', async () => {
    const response = await send([client.id, 'client_none'], ALL)
    const page = await visitor.follow(response)
    expect(bannerIn(page)).toBe('Nothing was done to: client_none. Try again for them.')
    expect(textOf(page)).toContain('Leak of Refund bot')
    expect((await send(['client_none'], ALL)).status).toBe(404)
  })

  it('is for those who may see clients, and there for no other id', async () => {
    const path = pathOf(await send([client.id], ALL))
    const body = { email: 'eve@example.com', access: 'view' }
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', body)
    const eve = await signInAs(server, String(id))
    expect(textOf(await eve.html(path))).toContain('Leak of Refund bot')
    expect((await eve.post('/incidents', { client_id: client.id, ...ALL })).status).toBe(403)
    expect((await visitor.get('/incidents/incident_none')).status).toBe(404)
  })
})
