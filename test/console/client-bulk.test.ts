import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { bannerIn, type ConsoleVisitor, signIn, signInAs } from '../support/console.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

let server: TestServer
let visitor: ConsoleVisitor
let one: Client
let two: Client

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  one = await server.client({ [API]: 'invoices:read' }, { client_name: '<b>One</b>', tags: ['a'] })
  two = await server.client({ [API]: 'invoices:read' }, { client_name: '=Two' })
  visitor = await signIn(server)
})

const selected = () => [
  ['client', one.id] as [string, string],
  ['client', two.id] as [string, string],
]
const at = (path: string) => `/clients/${path}?${new URLSearchParams(selected()).toString()}`
const statusOf = async ({ id }: Client) => (await server.adminOk('GET', `/clients/${id}`))['status']
const eventsOf = async (action: string): Promise<Json[]> =>
  (await server.adminOk('GET', `/audit-events?action=${action}`))['data']

describe('a change of the clients that are ticked', () => {
  it('is offered by one form, whose buttons lead to a question each', async () => {
    const page = await visitor.html('/clients')
    const form = /<form action="\/console\/clients\/export.csv"[^]*?<\/form>/.exec(page)?.[0] ?? ''
    expect([...form.matchAll(/type="checkbox" name="client" value="(\w+)"/g)]).toHaveLength(2)
    expect(
      [...form.matchAll(/formaction="\/console\/clients\/bulk\/([\w-]+)"/g)].map((m) => m[1]),
    ).toEqual('suspension resumption token-revocation tags tag-removal deletion'.split(' '))
    expect(form).toContain('aria-label="Select &lt;b&gt;One&lt;/b&gt;"')
  })

  it('may be the response to a leak of all of them', async () => {
    expect(await visitor.html('/clients')).toContain('formaction="/console/incidents/new"')
    const query = new URLSearchParams(selected()).toString()
    const page = await visitor.html(`/incidents/new?${query}`)
    for (const { id } of [one, two]) expect(page).toContain(`name="client_id" value="${id}"`)
  })

  it('is asked about with the names, and says of whom nothing changes', async () => {
    await server.suspend(one, { reason: 'SEC-1' })
    const question = await visitor.html(at('bulk/suspension'))
    expect(question).toContain('Suspend access of 2 API clients?')
    expect(question).toMatch(
      /<bdi>&lt;b&gt;One&lt;\/b&gt;<\/bdi><span class="sub"> <bdi>Already suspended, SEC-1<\/bdi>: nothing changes/,
    )
    expect(question).toContain('<bdi>=Two</bdi></li>')
    expect([...question.matchAll(/type="hidden" name="client"/g)]).toHaveLength(2)
  })

  it.each([
    ['suspension', 'this client can’t get tokens and the ones it has are rejected'],
    ['resumption', 'Its remaining credentials and tokens work again.'],
    ['token-revocation', 'The client can get new ones with the credentials it has.'],
    ['tags', 'They change nothing else about this client.'],
    ['tag-removal', 'If it has none of these tags it stays as it is.'],
    ['deletion', 'to stop this client for a while, suspend it.'],
  ])('speaks of one client where one is ticked: %s', async (path, sentence) => {
    const page = await visitor.html(`/clients/bulk/${path}?client=${one.id}`)
    expect(page).toContain(sentence)
    expect(page).not.toMatch(/these clients|Their/)
  })

  it('asks nothing where no client is ticked, and says which of them is gone', async () => {
    const none = await visitor.html('/clients/bulk/suspension')
    expect(none).toContain('<h1 id="ask-title">No API client is selected</h1>')
    expect(none).not.toContain('type="submit" class="danger"')
    expect(none).not.toContain('As curl')
    const { id } = await server.client({}, { client_name: 'Third' })
    await server.adminOk('DELETE', `/clients/${id}`)
    const some = await visitor.html(`${at('bulk/suspension')}&client=${id}`)
    expect(some).toContain('Suspend access of 2 API clients?')
    expect(some).toMatch(/<bdi>Third<\/bdi> <span class="sub">Not there any more: nothing changes/)
    const gone = await visitor.html(`/clients/bulk/suspension?client=${id}`)
    expect(gone).toContain('No API client is selected')
    expect(gone).toContain('<bdi>Third</bdi>')
  })

  it('says what happened to each, and is carried out once', async () => {
    await server.suspend(one, { reason: 'SEC-1' })
    await server.adminOk('DELETE', `/clients/${(await server.client()).id}`)
    const fields = [...selected(), ['client', 'client_gone'], ['reason', 'SEC-2']] as [
      string,
      string,
    ][]
    const page = await (await visitor.post('/clients/bulk/suspension', fields)).text()
    expect(bannerIn(page)).toBe('Suspended 1 API client.')
    expect(page).toMatch(/One&lt;\/b&gt;<\/bdi><\/a><\/th>[^]*?Was so before: nothing changed/)
    expect(page).toMatch(/<bdi>=Two<\/bdi><\/a><\/th>[^]*?Done/)
    expect(page).toContain('There is no such client.')
    expect(page).toMatch(
      new RegExp(`/console/clients/bulk/resumption\\?client=${two.id}">Resume it…<`),
    )
    expect([await statusOf(one), await statusOf(two)]).toEqual(['suspended', 'suspended'])
    expect((await eventsOf('client.suspended')).map((event) => event['reason'])).toEqual([
      'SEC-2',
      'SEC-1',
    ])
  })

  it('resumes, and revokes tokens once however often its form is sent', async () => {
    for (const client of [one, two]) await server.suspend(client)
    expect(await (await visitor.post('/clients/bulk/resumption', selected())).text()).toContain(
      'Resumed 2 API clients',
    )
    expect([await statusOf(one), await statusOf(two)]).toEqual(['available', 'available'])
    const send = await visitor.fill('/clients/bulk/token-revocation', selected())
    expect(await (await send()).text()).toContain('Revoked all tokens of 2 API clients')
    expect(await (await send()).text()).toContain('This form was sent twice and carried out once.')
    expect(await eventsOf('client.tokens_revoked')).toHaveLength(2)
  })

  it('tags, and takes tags away, from those that have them alone', async () => {
    const tagsOf = async ({ id }: Client) => (await server.adminOk('GET', `/clients/${id}`))['tags']
    const add: [string, string][] = [...selected(), ['tags', 'env:prod, team:a env:prod']]
    const page = await (await visitor.post('/clients/bulk/tags', add)).text()
    expect(bannerIn(page)).toBe('Tagged 2 API clients.')
    expect([await tagsOf(one), await tagsOf(two)]).toEqual([
      ['a', 'env:prod', 'team:a'],
      ['env:prod', 'team:a'],
    ])
    const remove: [string, string][] = [...selected(), ['tags', 'a']]
    const removed = await (await visitor.post('/clients/bulk/tag-removal', remove)).text()
    expect(bannerIn(removed)).toBe('Removed tags from 1 API client.')
    expect([await tagsOf(one), await tagsOf(two)]).toEqual([
      ['env:prod', 'team:a'],
      ['env:prod', 'team:a'],
    ])
    for (const path of ['tags', 'tag-removal']) {
      for (const [tags, why] of [
        ['UPPER', 'must have 1 to 50 characters'],
        [' ', 'must have a tag'],
      ] as const) {
        const wrong: [string, string][] = [...selected(), ['tags', tags]]
        const refused = await visitor.post(`/clients/bulk/${path}`, wrong)
        expect([path, refused.status]).toEqual([path, 400])
        const shown = await refused.text()
        expect(shown).toContain(`<p id="tags-error" class="problem">Tags <bdi>${why}`)
        expect(shown).toContain('<a href="#tags">Tags</a>')
      }
    }
  })

  it('deletes once the number of clients was typed, and not before', async () => {
    expect(await visitor.html(at('bulk/deletion'))).toContain('Type 2, the number of clients')
    for (const confirm of ['', '1', 'delete', '22']) {
      const fields: [string, string][] = [...selected(), ['confirm', confirm]]
      const refused = await visitor.post('/clients/bulk/deletion', fields)
      expect([confirm, refused.status]).toEqual([confirm, 400])
      expect(await refused.text()).toContain('must be 2, the number of clients')
    }
    expect(await statusOf(one)).toBe('available')
    const fields: [string, string][] = [...selected(), ['confirm', ' 2 '], ['reason', 'SEC-3']]
    const send = await visitor.fill('/clients/bulk/deletion', fields)
    const page = await (await send()).text()
    expect(bannerIn(page)).toBe('Deleted 2 API clients.')
    expect(page).not.toContain(`href="/console/clients/${one.id}"`)
    expect(await (await send()).text()).toContain('This form was sent twice and carried out once.')
    for (const { id } of [one, two]) {
      expect((await server.admin('GET', `/clients/${id}`)).status).toBe(404)
    }
    expect((await eventsOf('client.deleted')).map((event) => event['reason'])).toEqual([
      'SEC-3',
      'SEC-3',
    ])
  })

  it('keeps what was typed where it is refused', async () => {
    const fields = [...selected(), ['reason', 'x'.repeat(1001)]] as [string, string][]
    const response = await visitor.post('/clients/bulk/suspension', fields)
    expect(response.status).toBe(400)
    const page = await response.text()
    expect(page).toContain('Suspend access of 2 API clients?')
    expect(page).toContain('x'.repeat(1001))
    expect(await statusOf(one)).toBe('available')
  })

  it('is nothing for who may only look, who can export', async () => {
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
      email: 'viewer@example.com',
      access: 'view',
    })
    const viewer = await signInAs(server, String(id))
    expect(await viewer.html('/clients')).not.toContain('formaction')
    expect((await viewer.get(at('bulk/suspension'))).status).toBe(403)
    expect((await viewer.get(at('export.csv'))).status).toBe(200)
  })
})

it('the export has a line for each client that is ticked, which no spreadsheet takes for a formula', async () => {
  const response = await visitor.get(at('export.csv'))
  expect(response.headers.get('content-disposition')).toBe(
    'attachment; filename="portcullis-clients-2026-11-22.csv"',
  )
  const [head, ...lines] = (await response.text()).trimEnd().split('\r\n')
  expect(head).toContain('"client_id","client_name","status"')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(`"${one.id}","<b>One</b>","available","","a"`)
  expect(lines[1]).toContain(`"'=Two"`)
})

describe('a secret in the search', () => {
  it.each(['pc_3hEUSbQzk1Wd_abc', ' eyJhbGciOiJFUzI1NiJ9.e30.x', 'x pc_3hEUSbQz'])(
    'is repeated nowhere: %s',
    async (q) => {
      const response = await visitor.get(`/clients?q=${encodeURIComponent(q)}`)
      const { status, redirected, url } = response
      const page = await response.text()
      expect(page).not.toContain(q.trim())
      const isThere = redirected || status === 303
      expect([isThere, response.headers.get('location') ?? new URL(url).pathname]).toEqual([
        true,
        '/console/find',
      ])
    },
  )

  it.each(['pc', 'pc_ab', 'eyJ', 'spc_12345678x'])('is none of this: %s', async (q) => {
    expect((await visitor.get(`/clients?q=${q}`)).status).toBe(200)
    expect(bannerIn(await visitor.html('/clients'))).toBeNull()
  })
})

it('clients are found by API, role, tag and last use, together, and their number is not claimed', async () => {
  const role = await server.adminOk('POST', '/roles', {
    name: 'Carrier integration',
    permissions: [{ audience: API, permission: 'invoices:read' }],
  })
  const roles = [role['role_id']]
  const three = await server.client({}, { client_name: 'Three', roles, tags: ['env:prod'] })
  await env.DB.prepare(
    'UPDATE portcullis_clients SET created_at = ?, last_token_at = ? WHERE client_id = ?',
  )
    .bind(NOW - 200 * 86_400, NOW - 100 * 86_400, three.id)
    .run()
  const page = await visitor.html('/clients')
  expect(page).toContain('1–3 of 3')
  expect(page).toContain('<bdi>Carrier integration</bdi>')
  expect(page).toContain(`<bdi>${API} · 1</bdi>`)
  const names = async (query: string) =>
    [
      ...(await visitor.html(`/clients?${query}`)).matchAll(/class="one name"[^>]*><bdi>([^<]*)/g),
    ].map((match) => match[1])
  const api = encodeURIComponent(API)
  expect(await names(`api=${api}`)).toHaveLength(3)
  expect(await names(`role=${roles[0]}&tag=ENV:prod&unused=90&api=${api}&q=thr`)).toEqual(['Three'])
  expect(await names('unused=180')).toEqual([])
  expect((await names('sort=last_used_at')).at(-1)).toBe('Three')
  const filtered = await visitor.html('/clients?unused=90&tag=')
  expect(filtered).toContain('1 shown')
  expect(filtered).toContain('<option value="90" selected="">')
})
