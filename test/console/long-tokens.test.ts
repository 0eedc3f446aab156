import { describe, expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, type Json, testServer } from '../support/server.ts'

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')
const NOW = Date.UTC(2026, 10, 22, 10) / 1000

/** This many permissions of 50 characters each. */
const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `permission:${i}:`.padEnd(50, 'x'))

async function world() {
  const server = testServer({ now: NOW })
  await server.api(API, names(170).join(' '))
  const visitor = await signIn(server)
  const give = (count: number): [string, string][] =>
    names(count).map((name) => ['permissions', `${API} ${name}`])
  const create = async (count: number) => {
    const fields: [string, string][] = [
      ['client_name', 'Nightly export'],
      ['expires_on', '2027-01-31'],
    ]
    const response = await visitor.post('/clients', [...fields, ...give(count)])
    const page = await response.text()
    const id = /<pre id="client-id"[^>]*>(client_\w{22})<\/pre>/.exec(page)?.[1] ?? ''
    return { status: response.status, page, id }
  }
  return { server, visitor, give, create }
}

const NOTE = /(?:It has|A token for all of this has up to) ([\d,]+) characters\. Many servers/

const sizeIn = (page: string) => Number(NOTE.exec(textOf(page))?.[1]?.replaceAll(',', ''))

/** The keys that a token may be bound to: both thumbprints, in base64url once more. */
const OF_KEYS = 160

describe('a token past the 6,000 characters that all take', () => {
  it('is told of where it is given, where it is held, and in the preview to the character', async () => {
    const { server, visitor, create } = await world()
    const { status, page, id } = await create(100)
    expect(status).toBe(201)
    const client = { id, secret: /pc_\w+/.exec(page)?.[0] ?? '', body: {} }
    const token = await server.token(client)
    expect(token.length).toBeGreaterThan(6000)
    for (const one of [page, await visitor.html(`/clients/${client.id}`)]) {
      expect(sizeIn(one)).toBeGreaterThanOrEqual(token.length)
      expect(sizeIn(one)).toBeLessThan(token.length + 400 + OF_KEYS)
    }
    const preview = await visitor.html(`/clients/${client.id}/preview`)
    expect(sizeIn(preview)).toBe(token.length)
    const less = await visitor.html(`/clients/${client.id}/preview?scope=${names(1)[0]}`)
    expect(less).not.toMatch(NOTE)
    const short = await server.token(client, { scope: names(1)[0] ?? '' })
    expect(textOf(less)).toContain(
      `is valid for 12 hours: ${short.length} characters, as it is sent.`,
    )
  })

  it('is no matter of a client with less', async () => {
    const { visitor, create } = await world()
    const { page, id } = await create(20)
    for (const one of [page, await visitor.html(`/clients/${id}`)]) {
      expect(textOf(one)).not.toMatch(/Many servers|characters, and/)
    }
  })
})

describe('access that does not fit into one token', () => {
  it('comes again with all that was typed, and says so beside it', async () => {
    const { server, create } = await world()
    const { status, page } = await create(170)
    expect(status).toBe(400)
    expect(textOf(page)).toMatch(/does not fit: a token for all of this would have 1[\d]{4} char/)
    expect(page.match(/ checked=""/g)?.length).toBeGreaterThanOrEqual(170)
    const { data } = await server.adminOk('GET', '/clients')
    expect(data).toEqual([])
  })

  it('is not given by an edit, nor by a role that grows: its holder is named', async () => {
    const { server, visitor, give, create } = await world()
    const { id } = await create(100)
    const path = `/clients/${id}`
    const edited = await visitor.post(`${path}/access`, [['version', '1'], ...give(170)])
    expect(edited.status).toBe(400)
    expect(await edited.text()).toContain('does not fit')
    const { role_id: role } = await server.adminOk('POST', '/roles', { name: 'R', permissions: [] })
    const permissions = names(100).map((permission) => ({ audience: API, permission }))
    await server.adminOk('PUT', `/clients/${id}/access`, { roles: [role], permissions })
    const others: [string, string][] = names(140)
      .slice(100)
      .map((name) => ['permissions', `${API} ${name}`])
    const fields: [string, string][] = [
      ['name', 'R'],
      ['version', '1'],
    ]
    const grown = await visitor.post(`/roles/${role}`, [...fields, ...others])
    expect(grown.status).toBe(409)
    expect(textOf(await grown.text())).toContain(
      `“Nightly export” (${id}) would have more than 8192 characters with this`,
    )
    const { data } = await server.adminOk('GET', '/roles')
    expect((data as Json[])[0]?.['permissions']).toEqual([])
  })
})
