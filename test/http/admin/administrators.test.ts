import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const ADA = 'ada@example.com'
const BOB = 'bob@example.com'
const NEW = { email: ' Ada@Example.com ', access: 'manage' }

function setUp(administrators?: string) {
  const server = testServer({
    now: NOW,
    ...(administrators === undefined ? {} : { env: { ADMINISTRATORS: administrators } }),
  })
  const create = (body: Json = NEW) => server.adminOk('POST', '/administrators', body)
  const listed = async (bearer?: string): Promise<Json[]> =>
    (await server.adminOk('GET', '/administrators', undefined, bearer))['data']
  const everybody = async () =>
    Object.fromEntries((await listed()).map(({ email, access }) => [email, access]))
  const events = async (): Promise<Json[]> => {
    const { data } = await server.adminOk('GET', '/audit-events?limit=100')
    return data.filter((event: Json) => event['action'].startsWith('administrator.'))
  }
  return { server, create, listed, everybody, events }
}

const pathOf = (administrator: Json | undefined) =>
  `/administrators/${administrator?.['administrator_id']}`

describe('an administrator', () => {
  it('is created, shown, changed and deleted', async () => {
    const { server } = setUp()
    const response = await server.admin('POST', '/administrators', NEW)
    expect(response.status).toBe(201)
    const body = await response.json<Json>()
    expect(body).toEqual({
      administrator_id: expect.stringMatching(/^administrator_[0-9A-Za-z]{16}$/),
      email: ADA,
      access: 'manage',
      created_at: '2026-11-22T10:00:00Z',
      updated_at: '2026-11-22T10:00:00Z',
      by_group: false,
      blocked_at: null,
    })
    const path = pathOf(body)
    expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1${path}`)
    const shown = await server.admin('GET', path)
    expect(shown.headers.get('etag')).toBe(response.headers.get('etag'))
    expect(await shown.json()).toEqual(body)
    server.clock.now += 60
    const patched = await server.adminOk('PATCH', path, { access: 'view' })
    expect(patched).toEqual({ ...body, access: 'view', updated_at: '2026-11-22T10:01:00Z' })
    const moved = await server.adminOk('PATCH', path, { email: 'ADA@example.org' })
    expect(moved).toEqual({ ...patched, email: 'ada@example.org' })
    expect(await server.adminOk('GET', path)).toEqual(moved)
    const deleted = await server.admin('DELETE', path)
    expect([deleted.status, await deleted.text()]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE']) {
      expect((await server.admin(method, path)).status).toBe(404)
    }
    expect((await server.admin('PATCH', path, {})).status).toBe(404)
  })

  it('is one person under one address, however it is written', async () => {
    const { server, create, listed } = setUp()
    const ada = await create()
    const bob = await create({ email: BOB, access: 'view' })
    const attempts: [string, string, Json][] = [
      ['POST', '/administrators', { email: 'ADA@EXAMPLE.COM', access: 'view' }],
      ['POST', '/administrators', { email: `\t${ADA}\n`, access: 'manage' }],
      ['PATCH', pathOf(bob), { email: 'Ada@example.com' }],
    ]
    for (const [method, path, body] of attempts) {
      const response = await server.admin(method, path, body)
      expect([method, body, response.status]).toEqual([method, body, 409])
      expect(await response.json()).toMatchObject({ type: expect.stringContaining('conflict') })
    }
    expect(await listed()).toEqual([ada, bob])
  })

  it('stays as it is where nothing is changed, whatever the spelling', async () => {
    const { server, create, events } = setUp()
    const path = pathOf(await create())
    const before = await (await server.admin('GET', path)).text()
    server.clock.now += 60
    for (const body of [{}, { access: 'manage' }, { email: 'ADA@example.com' }]) {
      const response = await server.admin('PATCH', path, body)
      expect([response.status, response.headers.get('etag')]).toEqual([200, '"1"'])
      expect(await response.text()).toBe(before)
    }
    expect(await events()).toHaveLength(1)
  })

  it('may be gone and made anew under another id', async () => {
    const { server, create, listed } = setUp()
    const first = await create()
    await server.adminOk('DELETE', pathOf(first))
    const second = await create()
    expect(second['administrator_id']).not.toBe(first['administrator_id'])
    expect(await listed()).toEqual([second])
  })

  it('is changed under the ETag that was read', async () => {
    const { server, create } = setUp()
    const path = pathOf(await create())
    const conditional = (method: string, tag: string, body?: Json) =>
      server.send(`/admin/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
          'Content-Type': 'application/json',
          'If-Match': tag,
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    const tag = (await server.admin('GET', path)).headers.get('etag') ?? 'none'
    const changed = await conditional('PATCH', tag, { access: 'view' })
    expect(changed.status).toBe(200)
    const fresh = changed.headers.get('etag') ?? 'none'
    for (const old of [tag, `W/${tag}`, 'garbage']) {
      expect((await conditional('PATCH', old, { access: 'manage' })).status).toBe(412)
      expect((await conditional('DELETE', old)).status).toBe(412)
    }
    expect(await server.adminOk('GET', path)).toMatchObject({ access: 'view' })
    expect((await conditional('DELETE', fresh)).status).toBe(204)
  })

  it('has events that say who did what, and no address', async () => {
    const { server, create, events } = setUp()
    const ada = await create()
    const path = pathOf(ada)
    await server.adminOk('PATCH', path, { access: 'view' })
    await server.adminOk('PATCH', path, { email: BOB })
    await server.adminOk('PATCH', path, { email: ADA, access: 'manage' })
    await server.adminOk('DELETE', path)
    const expected: [string, Json][] = [
      ['deleted', { access: { from: 'manage', to: null } }],
      [
        'updated',
        { access: { from: 'view', to: 'manage' }, email_changed: { from: false, to: true } },
      ],
      ['updated', { email_changed: { from: false, to: true } }],
      ['updated', { access: { from: 'manage', to: 'view' } }],
      ['created', { access: { from: null, to: 'manage' } }],
    ]
    const said = await events()
    expect(said).toEqual(
      expected.map(([what, changes]) =>
        expect.objectContaining({
          action: `administrator.${what}`,
          actor: { type: 'bootstrap', id: 'bootstrap' },
          client_id: null,
          // The name is kept beside the log, from where it can be erased.
          target: { type: 'administrator', id: ada['administrator_id'], name: ADA, removed: true },
          changes,
        }),
      ),
    )
    const { results } = await env.DB.prepare('SELECT * FROM portcullis_audit_events').all()
    expect(JSON.stringify(results)).not.toContain('@')
  })
})

describe('what an administrator is refused for', () => {
  const WRONG: [string, Json, string[]][] = [
    ['no fields', {}, ['access', 'email']],
    ['no address', { ...NEW, email: 'ada' }, ['email']],
    ['an empty address', { ...NEW, email: '' }, ['email']],
    ['a name', { ...NEW, email: 'Ada <ada@example.com>' }, ['email']],
    ['two addresses', { ...NEW, email: `${ADA},${BOB}` }, ['email']],
    ['a header', { ...NEW, email: `${ADA}\r\nBcc: ${BOB}` }, ['email']],
    ['a long address', { ...NEW, email: `${' '.repeat(310)}${ADA}` }, ['email']],
    ['an address that is a list', { ...NEW, email: [ADA] }, ['email']],
    ['another access', { ...NEW, access: 'owner' }, ['access']],
    ['an access that is a list', { ...NEW, access: ['manage'] }, ['access']],
    ['an unknown field', { ...NEW, name: 'Ada' }, ['name']],
    ['an id', { ...NEW, administrator_id: 'administrator_1' }, ['administrator_id']],
  ]

  it.each(WRONG)('names the field: %s', async (_why, body, fields) => {
    const { server, create, listed } = setUp()
    const bob = await create({ email: BOB, access: 'view' })
    const answers = [await server.admin('POST', '/administrators', body)]
    if (Object.keys(body).length > 0) answers.push(await server.admin('PATCH', pathOf(bob), body))
    for (const response of answers) {
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const { errors } = await response.json<Json>()
      expect(errors.map((e: Json) => e['field']).sort()).toEqual(fields)
    }
    expect(await listed()).toEqual([bob])
  })

  it('says how an address looks', async () => {
    const response = await setUp().server.admin('POST', '/administrators', { ...NEW, email: 'ada' })
    const detail = 'must be an email address such as ada@example.com'
    expect(await response.json()).toMatchObject({ errors: [{ field: 'email', detail }] })
  })
})

it('are listed by address, a page at a time', async () => {
  const { server, create } = setUp()
  for (const email of ['zeta@b.example', 'Alpha@b.example', 'beta@c.example', 'beta@b.example']) {
    await create({ email, access: 'view' })
  }
  const pages: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = `limit=3${cursor && `&cursor=${cursor}`}`
    const page: Json = await server.adminOk('GET', `/administrators?${query}`)
    pages.push(page['data'].map((one: Json) => one['email']))
    cursor = page['next_cursor']
  }
  expect(pages).toEqual([
    ['alpha@b.example', 'beta@b.example', 'beta@c.example'],
    ['zeta@b.example'],
  ])
  const ofRoles = await cursorOfRoles(server)
  for (const query of ['limit=101', 'cursor=x', `cursor=${ofRoles}`, 'sort=email', 'access=view']) {
    const response = await server.admin('GET', `/administrators?${query}`)
    expect([query, response.status]).toEqual([query, 400])
  }
})

async function cursorOfRoles(server: TestServer): Promise<string> {
  for (const name of ['a', 'b']) await server.adminOk('POST', '/roles', { name, permissions: [] })
  return (await server.adminOk('GET', '/roles?limit=1'))['next_cursor']
}

describe('a machine', () => {
  it('never changes who administers, whatever its token is good for', async () => {
    const { server, create, listed, events } = setUp(`${ADA},${BOB}`)
    const [ada] = await listed()
    const viewer = await create({ email: 'viewer@example.com', access: 'view' })
    const before = [await listed(), await events()]
    const every = 'clients:read clients:manage audit:read tokens:introspect'
    for (const scope of ['clients:manage', every]) {
      const bearer = await server.token(await server.client({ [ISSUER]: scope }))
      const attempts: [string, string, Json?][] = [
        ['POST', '/administrators', { email: 'eve@example.com', access: 'manage' }],
        ['POST', '/administrators', { email: 'eve@example.com', access: 'view' }],
        ['POST', '/administrators', { email: 'none' }],
        ['PATCH', pathOf(viewer), { access: 'manage' }],
        ['PATCH', pathOf(ada), { access: 'view' }],
        ['PATCH', pathOf(ada), { email: 'eve@example.com' }],
        ['PATCH', pathOf(viewer), {}],
        ['PATCH', '/administrators/none', {}],
        ['DELETE', pathOf(ada)],
        ['DELETE', pathOf(viewer)],
        ['DELETE', '/administrators/none'],
      ]
      for (const [method, path, body] of attempts) {
        const response = await server.admin(method, path, body, bearer)
        expect([scope, method, path, response.status]).toEqual([scope, method, path, 403])
        expect(response.headers.get('content-type')).toBe('application/problem+json')
      }
    }
    expect([await listed(), await events()]).toEqual(before)
  })

  it('reads who administers with clients:read, and with nothing less', async () => {
    const { server, create, listed } = setUp()
    const ada = await create()
    for (const scope of ['clients:read', 'clients:manage']) {
      const bearer = await server.token(await server.client({ [ISSUER]: scope }))
      expect(await listed(bearer)).toEqual([ada])
      expect(await server.adminOk('GET', pathOf(ada), undefined, bearer)).toEqual(ada)
    }
    const bearer = await server.token(await server.client({ [ISSUER]: 'audit:read' }))
    for (const path of ['/administrators', pathOf(ada)]) {
      expect((await server.admin('GET', path, undefined, bearer)).status).toBe(403)
    }
  })
})

describe('configured administrators', () => {
  it('are there without a cron, for the first who may change something, and once', async () => {
    const { server, listed, events } = setUp(` ${BOB}, Ada@Example.com ,`)
    const bearer = await server.token(await server.client({ [ISSUER]: 'clients:read' }))
    expect(await listed(bearer)).toEqual([])
    const [ada, bob, ...others] = await listed()
    expect([ada, bob, others]).toEqual([
      expect.objectContaining({ email: ADA, access: 'manage' }),
      expect.objectContaining({ email: BOB, access: 'manage' }),
      [],
    ])
    expect(await listed(bearer)).toEqual([ada, bob])
    expect(await events()).toEqual(
      [ADA, BOB].map(() =>
        expect.objectContaining({
          action: 'administrator.created',
          actor: { type: 'system', id: 'portcullis' },
          request_id: 'system',
          changes: { access: { from: null, to: 'manage' } },
        }),
      ),
    )
  })

  it('are there for who asks for one, too', async () => {
    const { server, everybody } = setUp(ADA)
    expect((await server.admin('GET', '/administrators/none')).status).toBe(404)
    const { results } = await server.bindings.DB.prepare(
      'SELECT email FROM portcullis_administrators',
    ).all()
    expect(results).toEqual([{ email: ADA }])
    expect(await everybody()).toEqual({ [ADA]: 'manage' })
  })

  it('are let in by nobody whose request is refused', async () => {
    const { server } = setUp(ADA)
    const refused = [
      await server.admin('GET', '/administrators', undefined, 'garbage'),
      await server.admin('GET', '/administrators?limit=0'),
    ]
    expect(refused.map((response) => response.status)).toEqual([401, 400])
    const query = 'SELECT count(*) AS n FROM portcullis_administrators'
    expect(await server.bindings.DB.prepare(query).first('n')).toBe(0)
  })

  it('do not come back after they were removed, and are not raised again', async () => {
    const { server, listed, everybody } = setUp(`${ADA},${BOB}`)
    const [ada, bob] = await listed()
    await server.adminOk('DELETE', pathOf(ada))
    await server.adminOk('PATCH', pathOf(bob), { access: 'view' })
    await server.cron()
    expect(await everybody()).toEqual({ [BOB]: 'view' })
    expect(await setUp(`${BOB},${ADA}`).everybody()).toEqual({ [BOB]: 'view' })
    expect(await setUp(`${ADA},carol@example.com`).everybody()).toEqual({
      [BOB]: 'view',
      'carol@example.com': 'manage',
    })
  })

  it('are not raised where somebody made them before', async () => {
    const { server, create, everybody, events } = setUp(ADA)
    const ada = await create({ email: ADA, access: 'view' })
    await server.cron()
    expect(await everybody()).toEqual({ [ADA]: 'view' })
    expect(await events()).toHaveLength(1)
    await server.adminOk('DELETE', pathOf(ada))
    expect(await everybody()).toEqual({})
  })
})
