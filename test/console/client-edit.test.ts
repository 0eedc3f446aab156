import { describe, expect, it } from 'vitest'
import { bannerIn, signIn } from '../support/console.ts'
import { API, type Json, testServer } from '../support/server.ts'

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  return { server, client, visitor: await signIn(server), path: `/clients/${client.id}` }
}

function versionIn(page: string): string {
  return /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
}

describe('editing details', () => {
  it('saves them, and says so', async () => {
    const { server, visitor, path } = await world()
    const page = await visitor.html(`${path}/details`)
    expect(page).toContain('value="Export"')
    const fields = { version: versionIn(page), client_name: 'Import', description: 'New' }
    const done = await visitor.post(`${path}/details`, { ...fields, access_token_lifetime: '3600' })
    expect(done.headers.get('location')).toBe(`/console${path}`)
    expect(await server.adminOk('GET', path)).toMatchObject({
      client_name: 'Import',
      description: 'New',
      access_token_lifetime: 3600,
    })
    const shown = await visitor.follow(done)
    expect(bannerIn(shown)).toBe('Saved Import.')
    expect(shown).toContain('<dd>1 hour</dd>')
  })

  it('lets a client rotate its own secret, and forbids it again', async () => {
    const { server, visitor, path } = await world()
    const ticked = /name="allow_self_rotation"[^>]* checked/
    const save = async (allow: Record<string, string>) => {
      const version = versionIn(await visitor.html(`${path}/details`))
      const fields = { version, client_name: 'Export', description: '', ...allow }
      expect((await visitor.post(`${path}/details`, fields)).status).toBe(303)
    }
    expect(await visitor.html(`${path}/details`)).not.toMatch(ticked)
    await save({ allow_self_rotation: 'yes' })
    expect(await server.adminOk('GET', path)).toMatchObject({ allow_self_rotation: true })
    expect(await visitor.html(path)).toContain('<dt>Self-rotation</dt><dd>Allowed</dd>')
    expect(await visitor.html(`${path}/details`)).toMatch(ticked)
    await save({})
    expect(await server.adminOk('GET', path)).toMatchObject({ allow_self_rotation: false })
    expect(await visitor.html(path)).not.toContain('<dt>Self-rotation</dt>')
    expect(await visitor.html(`${path}/activity`)).toContain('allow self rotation')
  })

  it('sets tags, takes them away, and leaves them where the form has no such field', async () => {
    const { server, visitor, path } = await world()
    const save = async (fields: Record<string, string>) => {
      const version = versionIn(await visitor.html(`${path}/details`))
      return visitor.post(`${path}/details`, { version, client_name: 'Export', ...fields })
    }
    const tags = async () => (await server.adminOk('GET', path))['tags']
    expect((await save({ tags: 'team:billing,  prod' })).status).toBe(303)
    expect(await tags()).toEqual(['team:billing', 'prod'])
    expect(await visitor.html(path)).toMatch(/<dt>Tags<\/dt><dd>.*>team:billing .*>prod .*<\/dd>/)
    expect((await save({ description: 'From a page of before' })).status).toBe(303)
    expect(await tags()).toEqual(['team:billing', 'prod'])
    const wrong = await save({ tags: 'prod Billing' })
    expect(wrong.status).toBe(400)
    const page = await wrong.text()
    expect(page).toContain('Tags <bdi>must have 1 to 50 characters of a-z 0-9 : . _ -')
    expect(page).toContain('value="prod Billing"')
    expect((await save({ tags: ' ' })).status).toBe(303)
    expect(await tags()).toEqual([])
    expect(await visitor.html(path)).not.toContain('<dt>Tags</dt>')
  })

  it('sets contacts, takes them away, and leaves them where the form has no such field', async () => {
    const { server, visitor, path } = await world()
    const save = async (fields: Record<string, string>) => {
      const version = versionIn(await visitor.html(`${path}/details`))
      return visitor.post(`${path}/details`, { version, client_name: 'Export', ...fields })
    }
    const contacts = async () => (await server.adminOk('GET', path))['contacts']
    expect((await save({ contacts: 'Ops@example.com, dev@example.com' })).status).toBe(303)
    expect(await contacts()).toEqual(['ops@example.com', 'dev@example.com'])
    expect(await visitor.html(path)).toContain('<bdi>ops@example.com, dev@example.com</bdi>')
    expect(await visitor.html(`${path}/details`)).toContain(
      'value="ops@example.com dev@example.com"',
    )
    expect(await visitor.html(`${path}/activity`)).toContain('contacts')
    expect((await save({ description: 'From a page of before' })).status).toBe(303)
    expect(await contacts()).toHaveLength(2)
    const wrong = await save({ contacts: 'ops' })
    expect(wrong.status).toBe(400)
    expect(await wrong.text()).toContain('Contacts <bdi>must be email addresses')
    expect((await save({ contacts: ' ' })).status).toBe(303)
    expect(await contacts()).toEqual([])
    expect(await visitor.html(path)).not.toContain('<dt>Contacts</dt>')
  })

  it('sets the audience of assertions, and leaves it where the form has no such field', async () => {
    const { server, visitor, path } = await world()
    const save = async (fields: Record<string, string>) => {
      const version = versionIn(await visitor.html(`${path}/details`))
      return visitor.post(`${path}/details`, { version, client_name: 'Export', ...fields })
    }
    const audience = async () => (await server.adminOk('GET', path))['assertion_audience']
    const wider = 'issuer_or_token_endpoint'
    expect(await visitor.html(`${path}/details`)).toMatch(/value="issuer" checked=""/)
    expect((await save({ assertion_audience: wider })).status).toBe(303)
    expect(await audience()).toBe(wider)
    expect(await visitor.html(`${path}/details`)).toContain(`value="${wider}" checked=""`)
    expect(await visitor.html(path)).toContain('<dd>The issuer or the token endpoint</dd>')
    expect((await save({ description: 'From a page of before' })).status).toBe(303)
    expect(await audience()).toBe(wider)
    expect((await save({ assertion_audience: 'anyone' })).status).toBe(400)
    expect((await save({ assertion_audience: 'issuer' })).status).toBe(303)
    expect(await audience()).toBe('issuer')
    expect(await visitor.html(path)).not.toContain('Assertion audience')
  })

  it('keeps what was typed where it is wrong', async () => {
    const { visitor, path } = await world()
    const version = versionIn(await visitor.html(`${path}/details`))
    const fields = {
      version,
      client_name: '  ',
      description: 'Kept',
      access_token_lifetime: 'long',
      allow_self_rotation: 'yes',
    }
    const again = await visitor.post(`${path}/details`, fields)
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain('Name <bdi>must not be empty')
    expect(page).toContain('in seconds <bdi>must be a whole number of seconds')
    expect(page).toContain('>Kept</textarea>')
    expect(page).toContain('value="long"')
    expect(page).toMatch(/name="allow_self_rotation"[^>]* checked/)
    expect(versionIn(page)).toBe(version)
  })

  it('INV-21: keeps mine and shows theirs where somebody else saved first', async () => {
    const { server, visitor, path } = await world()
    const version = versionIn(await visitor.html(`${path}/details`))
    await server.adminOk('PATCH', path, { client_name: 'Theirs' })
    const fields = { version, client_name: 'Mine', description: '' }
    const stale = await visitor.post(`${path}/details`, fields)
    expect(stale.status).toBe(412)
    const page = await stale.text()
    expect(page).toContain('Somebody saved another version since you opened this form')
    expect(page).toContain('value="Mine"')
    expect(page).toContain('Saved now: <bdi>Theirs</bdi>')
    expect(page.match(/Saved now:/g)).toHaveLength(1)
    expect(page).toMatch(/Save mine<\/button>/)
    expect(page).toMatch(new RegExp(`href="/console${path}/details">\\s*Take theirs`))
    expect((await server.adminOk('GET', path))['client_name']).toBe('Theirs')
    const second = await visitor.post(`${path}/details`, { ...fields, version: versionIn(page) })
    expect(second.status).toBe(303)
  })
})

describe('editing access', () => {
  it('replaces roles and permissions, and cuts off issued tokens when asked to', async () => {
    const { server, client, visitor, path } = await world()
    const role = await server.adminOk('POST', '/roles', {
      name: 'Writer',
      permissions: [{ audience: API, permission: 'invoices:write' }],
    })
    const reader = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(client)
    const page = await visitor.html(`${path}/access`)
    expect(page).toContain(`value="${API} invoices:read" checked=""`)
    const fields: [string, string][] = [
      ['version', versionIn(page)],
      ['roles', String(role['role_id'])],
      ['permissions', `${API} invoices:read`],
      ['permissions', `${API} tokens:introspect`],
    ]
    const done = await visitor.post(`${path}/access`, fields)
    expect(bannerIn(await visitor.follow(done))).toBe('Saved the API access of Export.')
    const body = await server.adminOk('GET', path)
    expect(body['scope']).toBe('invoices:read invoices:write tokens:introspect')
    expect((await server.introspect(token, reader))['active']).toBe(true)
    const shown = await visitor.html(path)
    expect(shown).toMatch(
      /<code>invoices:write<\/code>.*?title="From the role Writer">Writer<\/span><\/span>/,
    )
    const version = versionIn(await visitor.html(`${path}/access`))
    const also = ['permissions', `${API} invoices:write`]
    const again = [...fields.slice(1), also, ['apply_to_issued_tokens', 'yes']] as [
      string,
      string,
    ][]
    await visitor.post(`${path}/access`, [['version', version], ...again])
    expect((await server.introspect(token, reader))['active']).toBe(false)
    expect(await visitor.html(path)).toMatch(/>Writer<\/span><span class="tag"[^>]*>direct<\/span>/)
    const last = versionIn(await visitor.html(`${path}/access`))
    await visitor.post(`${path}/access`, { version: last })
    expect(await visitor.html(path)).toContain('No permissions: this client can’t use any API.')
  })

  it('comes again with what was ticked where an API lost a permission, and where it is stale', async () => {
    const { server, visitor, path } = await world()
    const version = versionIn(await visitor.html(`${path}/access`))
    const fields: [string, string][] = [
      ['version', version],
      ['permissions', `${API} invoices:write`],
      ['permissions', `${API} gone`],
      ['apply_to_issued_tokens', 'yes'],
    ]
    const again = await visitor.post(`${path}/access`, fields)
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain('A chosen permission <bdi>is not a permission of an API')
    expect(page).toContain(`value="${API} invoices:write" checked=""`)
    expect(page).toMatch(/name="apply_to_issued_tokens"[^>]* checked/)
    await server.adminOk('PUT', `${path}/access`, { permissions: [] })
    expect((await visitor.post(`${path}/access`, { version })).status).toBe(412)
  })
})

it('says that a change is still on its way where the denylist could not be written', async () => {
  const down = testServer({
    env: { DENYLIST: { put: () => Promise.reject(new Error('down')) } as unknown as KVNamespace },
  })
  const client: Json = await down.client()
  const visitor = await signIn(down)
  await visitor.post(`/clients/${client['id']}/suspension`)
  expect(await visitor.html(`/clients/${client['id']}`)).toContain(
    'still on its way to the denylist',
  )
})
