import { describe, expect, it } from 'vitest'
import { brokenLinksIn, signIn } from '../support/console.ts'
import { type Json, testServer } from '../support/server.ts'

// The settings of a client that decide how safe its tokens are, by the form.

async function world(fields: Json = { secret: null }) {
  const server = testServer()
  const visitor = await signIn(server)
  const { id } = await server.client({}, fields)
  const path = `/clients/${id}`
  const save = async (sent: Record<string, string>) => {
    const page = await visitor.html(`${path}/details`)
    const version = /name="version" value="([^"]+)"/.exec(page)?.[1] ?? ''
    return visitor.post(`${path}/details`, { version, client_name: 'Export', ...sent })
  }
  return { server, visitor, path, save, read: () => server.adminOk('GET', path) }
}

const SETTINGS = ['require_dpop', 'tls_client_certificate_bound_access_tokens'] as const

describe('the form of a client', () => {
  it('binds its tokens to a key, a certificate or both, and the pages say so', async () => {
    const { visitor, path, save, read } = await world()
    expect(await visitor.html('/clients')).not.toContain('bound tokens only')
    for (const [bound, dpop, certificate] of [
      ['dpop', true, false],
      ['certificate', false, true],
      ['both', true, true],
    ] as const) {
      expect((await save({ bound })).status).toBe(303)
      const client = await read()
      expect(SETTINGS.map((name) => client[name])).toEqual([dpop, certificate])
      expect(await visitor.html(`${path}/details`)).toContain(`value="${bound}" checked=""`)
    }
    expect((await save({ description: 'From a page of before' })).status).toBe(303)
    expect((await read())['require_dpop']).toBe(true)
    expect(await visitor.html(path)).toContain('<dt>Bound tokens only</dt>')
    expect(await visitor.html('/clients')).toContain('bound tokens only')
    expect((await save({ bound: '' })).status).toBe(303)
    expect(await read()).toMatchObject({ require_dpop: false, bound_since: null })
    expect(await visitor.html(path)).not.toContain('<dt>Bound tokens only</dt>')
  })

  it('holds it to FAPI 2.0, or says what is in the way', async () => {
    const { visitor, path, save, read } = await world()
    expect((await save({ profile: 'fapi2' })).status).toBe(303)
    expect((await read())['profile']).toBe('fapi2')
    expect(await visitor.html(path)).toContain('<dt>Security profile</dt><dd>FAPI 2.0</dd>')
    expect((await save({ profile: '' })).status).toBe(303)
    expect((await read())['profile']).toBeNull()
    const withSecret = await world({})
    const refused = await withSecret.save({ profile: 'fapi2' })
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('The profile fapi2 allows no secret.')
    expect((await withSecret.read())['profile']).toBeNull()
  })

  it('refuses to make a client with the profile and a secret, and shows the setting', async () => {
    const { server, visitor } = await world()
    const day = new Date((server.clock.now + 30 * 86_400) * 1000).toISOString().slice(0, 10)
    const own = { client_name: 'Payments', profile: 'fapi2' }
    const fields = { ...own, credential: 'secret', expires_on: day }
    const refused = await (await visitor.fill('/clients', fields))()
    expect(refused.status).toBe(400)
    const page = await refused.text()
    expect(page).toContain('Security profile <bdi>allows no secret')
    expect(page).toMatch(/<details open=""><summary>Security profile/)
    expect(page).toContain('Fix this field: <a href="#profile">Security profile</a>')
    expect(brokenLinksIn(page)).toEqual([])
    const keyed = { ...fields, credential: 'public_key' }
    const made = await (await visitor.fill('/clients', keyed))()
    expect(made.status).toBe(303)
    const { data } = await server.adminOk('GET', '/clients?q=Payments')
    expect(data[0]).toMatchObject({ profile: 'fapi2', secrets: [] })
  })
})
