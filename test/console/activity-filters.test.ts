import { beforeEach, describe, expect, it } from 'vitest'
import { type ConsoleVisitor, eventsIn, signIn, signInAs } from '../support/console.ts'
import { API, type Client, ISSUER, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400

let server: TestServer
let client: Client
let visitor: ConsoleVisitor
let ada: string

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const linkTo = (page: string, label: string) =>
  new RegExp(`href="/console([^"]*)"[^>]*>\\s*${label}`).exec(page)?.[1]?.replaceAll('&amp;', '&')

beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
  const body = { email: 'ada@example.com', access: 'manage' }
  ada = String((await server.adminOk('POST', '/administrators', body))['administrator_id'])
  server.clock.now = NOON + DAY
  await (await signInAs(server, ada)).post(`/clients/${client.id}/suspension`, { reason: 'SEC-1' })
  server.clock.now = NOON + 2 * DAY
  await server.resume(client)
  visitor = await signIn(server)
})

const ofClient = (page: string) => eventsIn(page).filter((text) => /Access|client/.test(text))

describe('activity', () => {
  it('is filtered by days, person and event, all of which the address has', async () => {
    const suspended = 'Access suspended SEC-1 by ada@example.com'
    for (const query of [
      'since=2026-11-23&until=2026-11-23',
      `actor=${ada}`,
      `since=2026-11-22&until=2026-11-23&actor=${ada}&action=client.suspended&client_id=${client.id}`,
    ]) {
      const page = await visitor.html(`/activity?${query}`)
      expect([query, ofClient(page)]).toEqual([query, [suspended]])
      for (const [name, value] of new URLSearchParams(query)) {
        expect(page).toMatch(
          new RegExp(`name="${name}" value="${value}"|value="${value}" selected`),
        )
      }
    }
    const both = await visitor.html('/activity?order=asc&until=2026-11-24&client_id=&actor=')
    expect(ofClient(both).map((text) => text.replace(/ by .*/, ''))).toEqual([
      'API client created',
      'Access suspended SEC-1',
      'Access resumed',
    ])
  })

  it('offers administrators, those who were removed, the bootstrap token and the server', async () => {
    await server.adminOk('DELETE', `/administrators/${ada}`)
    const grace = { email: 'grace@example.com', access: 'view' }
    await server.adminOk('POST', '/administrators', grace)
    const page = await visitor.html(`/activity?actor=${ada}`)
    const select = /<select name="actor"[^]*?<\/select>/.exec(page)?.[0] ?? ''
    expect(textOf(select).trim()).toBe(
      'By anyone grace@example.com ada@example.com (removed) The bootstrap token Portcullis itself',
    )
    expect(select).toContain(`value="${ada}" selected`)
  })

  it('leads from an event to all that the same actor did, also where that is a client', async () => {
    const manager = await server.client(
      { [ISSUER]: 'clients:manage' },
      { client_name: 'Terraform' },
    )
    const token = await server.token(manager)
    await server.admin('PUT', `/clients/${client.id}/suspension`, {}, token)
    const page = await visitor.html('/activity?since=2026-11-24')
    const link = linkTo(page, '<bdi>Terraform')
    expect(link).toBe(`/activity?actor=${manager.id}&since=2026-11-24`)
    const theirs = await visitor.html(link ?? '')
    expect(eventsIn(theirs)).toEqual(['Access suspended by Terraform'])
    expect(theirs).toContain(`<option value="${manager.id}" selected`)
  })

  it('keeps the filters on the next page, and drops a cursor of others', async () => {
    for (let n = 0; n < 30; n++) {
      await server.suspend(client)
      await server.resume(client)
    }
    const path = '/activity?actor=bootstrap&since=2026-11-24&until=2026-11-24'
    const onward = linkTo(await visitor.html(path), 'Next page') ?? ''
    expect(onward).toContain('actor=bootstrap&since=2026-11-24&until=2026-11-24&cursor=')
    const second = await visitor.html(onward)
    expect(textOf(second)).toContain('First page')
    expect(eventsIn(second).length).toBeGreaterThan(10)
    const other = await visitor.html(onward.replace('since=2026-11-24', 'since=2026-11-25'))
    expect(textOf(other)).not.toContain('First page')
  })

  it('says how to find more where nothing fits', async () => {
    const empty = await visitor.html(`/activity?actor=${ada}&until=2026-11-20`)
    expect(textOf(empty)).toContain('No matching events')
    const anyTime = linkTo(empty, 'Search any time') ?? ''
    expect(anyTime).toBe(`/activity?actor=${ada}`)
    expect(ofClient(await visitor.html(anyTime))).toHaveLength(1)
    expect(linkTo(empty, 'Clear the filters')).toBe('/activity')
    const backwards = await visitor.html('/activity?since=2026-11-24&until=2026-11-23')
    expect(textOf(backwards)).toContain('The first day is after the last one.')
    const onlySince = textOf(await visitor.html('/activity?since=2026-11-25'))
    expect(onlySince).toContain('No event fits all of these filters. Days are days in UTC.')
    expect((await visitor.get('/activity?since=tomorrow')).status).toBe(400)
  })

  it('exports what is filtered, with names', async () => {
    await server.resume(client)
    await server.suspend(client)
    await server.adminOk('DELETE', `/administrators/${ada}`)
    const page = await visitor.html(`/activity?actor=${ada}&action=client.suspended`)
    const csv = await (await visitor.get(linkTo(page, 'CSV') ?? '')).text()
    expect(csv.trim().split('\r\n')).toHaveLength(2)
    expect(csv).toContain('"ada@example.com (removed)"')
    const lines = await (await visitor.get(linkTo(page, 'JSON Lines') ?? '')).text()
    expect(JSON.parse(lines)).toMatchObject({
      action: 'client.suspended',
      actor: { id: ada, name: 'ada@example.com', removed: true },
      client_name: client.body['client_name'],
    })
  })
})

it('the activity of a client has the same filters, but for the client', async () => {
  const path = `/clients/${client.id}/activity`
  const page = await visitor.html(`${path}?actor=${ada}&since=2026-11-23`)
  expect(ofClient(page)).toEqual(['Access suspended SEC-1 by ada@example.com'])
  expect(page).not.toContain('name="client_id"')
  const empty = await visitor.html(`${path}?until=2026-11-01`)
  expect(linkTo(empty, 'Search any time')).toBe(path)
})

it('a client and its credentials say who created them, by name', async () => {
  const as = await signInAs(server, ada)
  const form = await as.html(`/clients/${client.id}/secrets/new`)
  const version = /name="version" value="(\d+)"/.exec(form)?.[1] ?? ''
  const fields = { version, expires_on: '2027-01-31', label: '', retire_others_in: '' }
  expect((await as.post(`/clients/${client.id}/secrets`, fields)).status).toBe(201)
  const overview = async () => textOf(await visitor.html(`/clients/${client.id}`))
  expect(await overview()).toContain('by the bootstrap token')
  expect(await overview()).toContain('by ada@example.com')
  await server.adminOk('DELETE', `/administrators/${ada}`)
  expect(await overview()).toContain('by ada@example.com (removed)')
  expect(await overview()).not.toContain(ada)
})

describe('a name in place of a client ID', () => {
  it('shows the activity of the one client that is called so', async () => {
    await server.client({ [API]: 'invoices:read' }, { client_name: 'Airflow' })
    await server.client({ [API]: 'invoices:read' }, { client_name: 'Airflow, staging' })
    const one = await visitor.get('/activity?client_id=Airflow&order=asc')
    const location = one.headers.get('location') ?? ''
    expect([one.status, location]).toEqual([
      302,
      expect.stringMatching(/^\/console\/activity\?client_id=client_\w+&order=asc$/),
    ])
    const there = await visitor.html(location.replace('/console', ''))
    expect(eventsIn(there)).toHaveLength(1)
    expect(textOf(there)).toContain('Airflow')
  })

  it('asks which client is meant where it fits several', async () => {
    await server.client({ [API]: 'invoices:read' }, { client_name: 'Airflow, production' })
    await server.client({ [API]: 'invoices:read' }, { client_name: 'Airflow, staging' })
    const page = await visitor.html('/activity?client_id=airflow')
    expect(textOf(page)).toMatch(/Which client\?.*Airflow, production client_\w+ Airflow, staging/)
    expect(page).not.toContain('Tokens, 30 days')
    const staging = await visitor.html(linkTo(page, '<bdi>Airflow, staging') ?? '')
    expect(eventsIn(staging)).toHaveLength(1)
    const none = await visitor.html('/activity?client_id=airship')
    expect(textOf(none)).toContain('No matching events')
  })
})
