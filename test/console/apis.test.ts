import { describe, expect, it } from 'vitest'
import { bannerIn, signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { API, type TestServer, testServer } from '../support/server.ts'

const MARKUP = '<img src=x onerror=alert(1)>'
const LINES = `invoices:read | Invoices | Read invoices
invoices:write | Invoices

ping |  | Say hello`

async function viewer(server: TestServer) {
  const body = { email: 'eve@example.com', access: 'view' }
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', body)
  return signInAs(server, String(id))
}

const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''

describe('the list of APIs', () => {
  it('shows each with its audience and number of permissions, and which is Portcullis itself', async () => {
    const server = testServer()
    await server.api(API, 'a b c')
    const page = await (await signIn(server)).html('/apis')
    expect(page).toContain(`<bdi>${API}</bdi>`)
    expect(page).toMatch(/<code>https:\/\/api\.example\.com<\/code><\/td><td class="num[^>]*>3</)
    expect(page).toContain('The administration of Portcullis')
    expect(page).toContain('href="/console/apis/new"')
  })

  it('goes on by a signed cursor, and begins anew with one that is not its own', async () => {
    const server = testServer()
    const names = Array.from({ length: 55 }, (_, i) => `https://api-${100 + i}.example`)
    for (const name of names) await server.api(name, 'a')
    const visitor = await signIn(server)
    const first = await visitor.html('/apis')
    const next = /href="\/console(\/apis\?cursor=[^"]+)"/.exec(first)?.[1] ?? ''
    const second = await visitor.html(next)
    const isOn = (page: string) => names.filter((name) => page.includes(`<bdi>${name}<`))
    expect([...isOn(first), ...isOn(second)]).toEqual(names)
    expect(second).toContain('First page')
    expect(isOn(await visitor.html('/apis?cursor=e30.AAAA'))).toEqual(isOn(first))
    expect(await weightOf(server, first)).toBeLessThan(WEIGHT_MAX)
  })
})

describe('registering an API', () => {
  it('takes its permissions as lines', async () => {
    const server = testServer()
    const visitor = await signIn(server)
    const fields = { name: 'Billing', audience: ` ${API} `, permissions: LINES }
    const response = await visitor.post('/apis', fields)
    expect(response.status).toBe(303)
    const place = response.headers.get('location') ?? ''
    expect(place).toMatch(/^\/console\/apis\/api_\w+$/)
    const id = /api_\w+/.exec(place)?.[0]
    expect(await server.adminOk('GET', `/apis/${id}`)).toMatchObject({
      name: 'Billing',
      audience: API,
      permissions: [
        { permission: 'invoices:read', group: 'Invoices', description: 'Read invoices' },
        { permission: 'invoices:write', group: 'Invoices' },
        { permission: 'ping', description: 'Say hello' },
      ],
    })
    const page = await visitor.follow(response)
    expect(page).toContain('invoices:write | Invoices\n')
    expect(page).toContain('ping | | Say hello')
    expect(bannerIn(page)).toBe('Added Billing.')
  })

  it('names the lines that are wrong, and keeps what was typed', async () => {
    const visitor = await signIn(testServer())
    const permissions = `fine\n\nnot fine | Group\nfine too |${'g'.repeat(101)}`
    const fields = { name: MARKUP, audience: 'two words', permissions }
    const response = await visitor.post('/apis', fields)
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain('in line 3 the permission must be a scope value')
    expect(page).toContain('in line 4 the group must have at most 100 characters')
    expect(page).toContain('Audience <bdi>must be a name such as orders-api, or an absolute URI')
    expect(page).toContain('value="two words"')
    expect(page).toContain('not fine | Group')
    expect(page).not.toContain('<img src=x')
    expect(page).toContain('value="&lt;img')
  })

  it('says which line repeats which', async () => {
    const visitor = await signIn(testServer())
    const fields = { name: 'Billing', audience: API, permissions: 'a\n\nb\na | Again' }
    const page = await (await visitor.post('/apis', fields)).text()
    expect(page).toContain('Permissions <bdi>must name each permission once: line 4 repeats line 1')
  })

  it('says that an audience is taken', async () => {
    const server = testServer()
    await server.api()
    const visitor = await signIn(server)
    const fields = { name: 'Other', audience: API, permissions: '' }
    const response = await visitor.post('/apis', fields)
    expect(response.status).toBe(409)
    expect(await response.text()).toContain('There is already an API with this audience.')
  })
})

describe('changing an API', () => {
  it('saves, and keeps of untouched lines what a line cannot say', async () => {
    const server = testServer()
    const permissions = [{ permission: 'a', group: 'x | y', description: 'one\ntwo' }]
    const body = { audience: API, name: 'Billing', permissions }
    const { api_id: id } = await server.adminOk('POST', '/apis', body)
    const visitor = await signIn(server)
    const page = await visitor.html(`/apis/${id}`)
    const text = /<textarea[^>]*>([^<]*)</.exec(page)?.[1] ?? ''
    const fields = { name: 'Bills', audience: API, permissions: `${text}\r\nb` }
    const response = await visitor.post(`/apis/${id}`, { ...fields, version: versionIn(page) })
    expect(response.headers.get('location')).toBe(`/console/apis/${id}`)
    expect(bannerIn(await visitor.follow(response))).toBe('Saved Bills.')
    expect(await server.adminOk('GET', `/apis/${id}`)).toMatchObject({
      name: 'Bills',
      permissions: [...permissions, { permission: 'b' }],
    })
  })

  it('refuses a form that is older than the API, in words', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    const visitor = await signIn(server)
    const version = versionIn(await visitor.html(`/apis/${id}`))
    await server.adminOk('PATCH', `/apis/${id}`, { name: 'Meanwhile' })
    const fields = { name: 'Mine', audience: API, permissions: '' }
    for (const stale of [{ ...fields, version }, fields, { ...fields, version: 'x' }]) {
      const response = await visitor.post(`/apis/${id}`, stale)
      expect(response.status).toBe(412)
      expect(await response.text()).toContain(
        'Somebody saved another version since you opened this form',
      )
    }
    expect(await server.adminOk('GET', `/apis/${id}`)).toMatchObject({ name: 'Meanwhile' })
  })

  it('keeps a permission that somebody has, and says who is in the way', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    await server.client({ [API]: 'invoices:read' })
    const visitor = await signIn(server)
    const version = versionIn(await visitor.html(`/apis/${id}`))
    const fields = { name: 'Billing', audience: API, permissions: 'invoices:write', version }
    const changed = await visitor.post(`/apis/${id}`, fields)
    expect(changed.status).toBe(409)
    expect(await changed.text()).toMatch(
      /1 client \(“[^”]+”\) has invoices:read: remove it from them/,
    )
    const deleted = await visitor.post(`/apis/${id}/deletion`, { version })
    expect(deleted.status).toBe(409)
    expect(await deleted.text()).toMatch(
      /1 client \(“[^”]+”\) has a permission of this API: remove it from them/,
    )
  })

  it('asks before it changes an audience that clients use, and says which they are', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    const { id: clientId } = await server.client(
      { [API]: 'invoices:read' },
      { client_name: MARKUP },
    )
    const visitor = await signIn(server)
    const form = await visitor.html(`/apis/${id}`)
    expect(form).not.toContain('confirm_audience_in_use')
    const permissions = 'invoices:read\ninvoices:write'
    const moved = { name: 'Moved', audience: 'https://moved.example', permissions }
    const fields = { ...moved, version: versionIn(form) }
    const asked = await visitor.post(`/apis/${id}`, fields)
    expect(asked.status).toBe(400)
    const page = await asked.text()
    expect(page).toContain('1 API client:')
    expect(page).toContain(`href="/console/clients/${clientId}"><bdi>&lt;img src=x`)
    expect(page).toContain('value="https://moved.example"')
    expect(page).toContain(
      '<a href="#confirm_audience_in_use">Confirmation of the new audience</a>',
    )
    expect(await server.adminOk('GET', `/apis/${id}`)).toMatchObject({ audience: API })
    const confirmed = { ...fields, confirm_audience_in_use: 'yes' }
    const saved = await visitor.post(`/apis/${id}`, confirmed)
    expect(bannerIn(await visitor.follow(saved))).toBe('Saved Moved.')
    expect(await server.adminOk('GET', `/apis/${id}`)).toMatchObject({ audience: moved.audience })
  })

  it('names those who use it before it is deleted, ten at most', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    const permissions = [{ audience: API, permission: 'invoices:read' }]
    const { role_id: role } = await server.adminOk('POST', '/roles', { name: 'R', permissions })
    for (let n = 0; n < 12; n++) {
      await server.client({}, { client_name: `Client ${100 + n}`, roles: [role] })
    }
    const visitor = await signIn(server)
    for (const path of [`/apis/${id}/deletion`, `/roles/${String(role)}/deletion`]) {
      const page = await visitor.html(path)
      expect(page).toContain('12 API clients, among them:')
      expect(page).toContain('<bdi>Client 109</bdi>')
      expect(page).not.toContain('<bdi>Client 110</bdi>')
    }
    expect(await visitor.html(`/apis/${id}/deletion`)).toContain(
      `1 role:</p><ul class="named"><li><a href="/console/roles/${String(role)}"><bdi>R</bdi>`,
    )
  })

  it('deletes one that nobody uses', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    const visitor = await signIn(server)
    const deletion = `/apis/${id}/deletion`
    expect(await visitor.html(`/apis/${id}`)).toContain(`href="/console${deletion}"`)
    const page = await visitor.html(deletion)
    expect(page).toContain(`<h1 id="ask-title">Delete <bdi>${API}</bdi>?</h1>`)
    const fields = { version: versionIn(page), called: 'Billing' }
    const response = await visitor.post(deletion, fields)
    expect(response.headers.get('location')).toBe('/console/apis')
    expect(bannerIn(await visitor.follow(response))).toBe('Deleted Billing.')
    expect((await visitor.get(`/apis/${id}`)).status).toBe(404)
  })

  it('has no form for Portcullis itself', async () => {
    const server = testServer()
    const visitor = await signIn(server)
    const [own] = (await server.adminOk('GET', '/apis'))['data']
    const page = await visitor.html(`/apis/${own.api_id}`)
    expect(page).not.toContain('<textarea')
    expect(page).toContain('clients:manage')
    const fields = { name: 'Mine', audience: API, permissions: '', version: '1' }
    expect((await visitor.post(`/apis/${own.api_id}`, fields)).status).toBe(409)
  })
})

describe('who may only view', () => {
  it('sees no change and gets none', async () => {
    const server = testServer()
    const { api_id: id } = await server.api()
    const visitor = await viewer(server)
    expect(await visitor.html('/apis')).not.toContain('/apis/new')
    const page = await visitor.html(`/apis/${id}`)
    expect(page).toContain('invoices:read')
    expect(page).not.toContain('<textarea')
    expect(page).not.toContain('Delete')
    expect((await visitor.get('/apis/new')).status).toBe(403)
    for (const path of ['/apis', `/apis/${id}`, `/apis/${id}/deletion`]) {
      expect((await visitor.post(path, { name: 'x', version: '1' })).status, path).toBe(403)
    }
  })
})

it('shows markup as text, and weighs little with many permissions', async () => {
  const server = testServer()
  const permissions = Array.from({ length: 150 }, (_, i) => ({
    permission: `thing-${i}:read`,
    group: `Group ${i % 9}`,
    description: `What ${i} is for`,
  }))
  const body = { audience: API, name: MARKUP, permissions }
  const { api_id: id } = await server.adminOk('POST', '/apis', body)
  const visitor = await signIn(server)
  for (const path of ['/apis', `/apis/${id}`, '/roles/new']) {
    const page = await visitor.html(path)
    expect(page).not.toContain('<img src=x')
    expect(page).toContain('&lt;img')
    expect(await weightOf(server, page), path).toBeLessThan(WEIGHT_MAX)
  }
})
