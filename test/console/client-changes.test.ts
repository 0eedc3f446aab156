import { describe, expect, it } from 'vitest'
import {
  bannerIn,
  type ConsoleVisitor,
  signIn,
  signInAs,
  WEIGHT_MAX,
  weightOf,
} from '../support/console.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const SECRET = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/

type World = { server: TestServer; client: Client; visitor: ConsoleVisitor; path: string }

async function world(fields = {}): Promise<World> {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client(
    { [API]: 'invoices:read' },
    { client_name: 'Export', ...fields },
  )
  return { server, client, visitor: await signIn(server), path: `/clients/${client.id}` }
}

function hidden(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
}

const bodyOf = ({ server, path }: World) => server.adminOk('GET', path)

describe('suspending and resuming', () => {
  it('works by forms alone, tells what it has done, and can be undone from there', async () => {
    const all = await world()
    const { server, client, visitor, path } = all
    expect(await visitor.html(path)).toContain(`href="/console${path}/suspension"`)
    expect(await visitor.html(`${path}/suspension`)).toContain('Suspend access</button>')
    const done = await visitor.post(`${path}/suspension`, { reason: ' token in a <public> log ' })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/console${path}`])
    expect((await server.tokenRequest(client)).status).toBe(401)
    const page = await visitor.follow(done)
    expect(bannerIn(page)).toMatch(/^Suspended Export\. New tokens are refused;/)
    expect(page).toContain('Reason: <bdi>token in a &lt;public&gt; log</bdi>')
    expect(page).toMatch(new RegExp(`action="/console${path}/resumption"[^]*Undo</button>`))
    expect(page).not.toContain(`href="/console${path}/suspension"`)
    expect(page).toMatch(/<b>Access was suspended<\/b> <time[^>]*>just now<\/time>:/)
    const question = await visitor.html(`${path}/resumption`)
    expect(question).toMatch(/Status after resuming: <span class="status available">/)
    const seen = hidden(question, 'suspended_at')
    expect(hidden(page, 'suspended_at')).toBe(seen)
    const back = await visitor.post(`${path}/resumption`, { suspended_at: seen })
    expect((await server.tokenRequest(client)).status).toBe(200)
    const resumed = await visitor.follow(back)
    expect(bannerIn(resumed)).toBe(
      'Resumed Export. Its remaining credentials and tokens work again.',
    )
    // Its undo leads to a question, with the reason that was given.
    expect(resumed).toContain(`href="/console${path}/suspension"`)
    const asked = await visitor.html(`${path}/suspension`)
    expect(asked).toContain('token in a &lt;public&gt; log</textarea>')
  })

  it('says that nothing changed where somebody else resumed first', async () => {
    const all = await world()
    const { server, client, visitor, path } = all
    await server.suspend(client)
    const seen = hidden(await visitor.html(`${path}/resumption`), 'suspended_at')
    const { administrator_id: ada } = await server.adminOk('POST', '/administrators', {
      email: 'ada@example.com',
      access: 'manage',
    })
    const other = await signInAs(server, String(ada))
    const send = await other.fill(`${path}/resumption`, { suspended_at: seen })
    expect(bannerIn(await other.follow(await send()))).toMatch(/^Resumed Export\. /)
    const late = await visitor.post(`${path}/resumption`, { suspended_at: seen })
    const page = await visitor.follow(late)
    expect(bannerIn(page)).toBe('Export was not suspended any more: nothing changed.')
    expect(page).not.toContain('Suspend again…')
    // A repeat of the form that did it says what it did.
    expect(bannerIn(await other.follow(await send()))).toMatch(/^Resumed Export\. /)
  })

  it('promises nothing of what was ended or revoked meanwhile', async () => {
    const all = await world()
    await all.server.adminOk('POST', '/incidents', { client_ids: [all.client.id] })
    const page = await all.visitor.html(`${all.path}/resumption`)
    expect(page).toContain('Its remaining credentials and tokens work again.')
    expect(page).toContain('Whatever has expired, ended or been revoked stays that way.')
    expect(page).toContain('No credentials')
    const many = await all.visitor.html(`/clients/bulk/resumption?client=${all.client.id}`)
    expect(many).toContain('Whatever has expired, ended or been revoked stays that way.')
  })

  it('says which status a client will have that has expired meanwhile', async () => {
    const all = await world({ secret: { expires_on: '2026-11-23' } })
    await all.server.suspend(all.client)
    all.server.clock.now += 3 * 86_400
    const page = await (await signIn(all.server)).html(`${all.path}/resumption`)
    expect(page).toMatch(/Status after resuming: <span class="status expired">/)
  })

  it('asks again where the reason is not fit to be kept', async () => {
    const all = await world()
    const again = await all.visitor.post(`${all.path}/suspension`, { reason: 'bidi \u202e' })
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain('Reason <bdi>must have no control or bidirectional characters')
    expect(page).toContain('bidi \u202e</textarea>')
    expect((await bodyOf(all))['status']).toBe('available')
  })
})

describe('secrets', () => {
  it('are generated once each form, shown once, and end the others as asked', async () => {
    const all = await world()
    const { server, client, visitor, path } = all
    const page = await visitor.html(`${path}/secrets/new`)
    const fields = {
      version: hidden(page, 'version'),
      expires_on: '2027-03-01',
      label: ' CI <runner> ',
      retire_others_in: '86400',
    }
    const send = await visitor.fill(`${path}/secrets`, fields)
    const made = await send()
    expect(made.status).toBe(201)
    const shown = await made.text()
    const secret = SECRET.exec(shown)?.[0] ?? ''
    expect((await server.tokenRequest({ ...client, secret })).status).toBe(200)
    const { secrets } = await bodyOf(all)
    expect(secrets).toHaveLength(2)
    expect(secrets[0]['retires_at']).toBe('2026-11-23T10:00:00Z')
    expect(secrets[1]).toMatchObject({
      expires_at: '2027-03-01T23:59:59Z',
      remind: false,
      label: 'CI <runner>',
      created_by: 'bootstrap',
    })
    const again = await send()
    const twice = await visitor.follow(again)
    expect(bannerIn(twice)).toContain('you may not have seen the secret')
    expect(twice).not.toMatch(SECRET)
    expect(twice).toContain('one other secret ends at 2026-11-23 10:00:00 UTC')
    const details = await visitor.html(path)
    expect(details).not.toMatch(SECRET)
    expect(details).toContain('Retires <time')
    expect(details).toMatch(/<code>pc_\w{6}…\w{4}<\/code><p class="sub"><bdi>CI &lt;runner&gt;/)
    expect(details).toContain('by <bdi>the bootstrap token</bdi></p>')
    // A repeat does not create it again after it was deleted, either.
    await server.adminOk('DELETE', `${path}/secrets/${secrets[1]['secret_id']}`)
    const gone = bannerIn(await visitor.follow(await send()))
    expect(gone).toContain('Its secret no longer works.')
    expect((await bodyOf(all))['secrets']).toHaveLength(1)
  })

  it('come again as a form where something is wrong with them', async () => {
    const all = await world()
    const form = `${all.path}/secrets/new`
    const version = hidden(await all.visitor.html(form), 'version')
    const fields = { version, retire_others_in: '0', label: 'bidi \u202e' }
    const again = await all.visitor.post(`${all.path}/secrets`, { ...fields, expires_on: 'soon' })
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain('Expiry date <bdi>must be a date such as 2027-01-31')
    expect(page).toMatch(/value="0" checked=""/)
    expect(page).toMatch(/value="bidi \u202e"[^>]*\/><p id="label-error"/)
    for (let n = 0; n < 4; n++) await all.server.adminOk('POST', `${all.path}/secrets`)
    const latest = hidden(await all.visitor.html(form), 'version')
    const full = { version: latest, expires_on: '2027-01-31', retire_others_in: '' }
    const tooMany = await all.visitor.post(`${all.path}/secrets`, full)
    expect(await tooMany.text()).toContain('at most 5 live secrets')
  })

  it('are deleted one by one, and only as they were seen', async () => {
    const all = await world()
    const { server, client, visitor, path } = all
    const id = (await bodyOf(all))['secrets'][0]['secret_id']
    const page = await visitor.html(`${path}/secrets/${id}/deletion`)
    expect(page).toContain('It is the last credential that works')
    const version = hidden(page, 'version')
    await server.adminOk('PATCH', path, { client_name: 'Renamed' })
    const stale = await visitor.post(`${path}/secrets/${id}/deletion`, { version })
    expect(stale.status).toBe(412)
    const newest = await stale.text()
    expect(newest).toContain('Somebody saved another version since you opened this form')
    expect(newest).toContain('<bdi>Renamed</bdi></h1>')
    const asked = await visitor.html(`${path}/secrets/${id}/deletion`)
    const called = hidden(asked, 'called')
    expect(called).toMatch(/^pc_\w{6}…\w{4}$/)
    const fields = { version: hidden(asked, 'version'), called }
    const deleted = await visitor.post(`${path}/secrets/${id}/deletion`, fields)
    expect((await server.tokenRequest(client)).status).toBe(401)
    expect(bannerIn(await visitor.follow(deleted))).toBe(`Deleted secret ${called}.`)
    expect(await visitor.html(path)).toContain('No credentials: this client can’t get tokens.')
  })
})

describe('the other changes', () => {
  it('revoke all tokens', async () => {
    const all = await world()
    const reader = await all.server.client({ [API]: 'tokens:introspect' })
    const token = await all.server.token(all.client)
    const version = hidden(await all.visitor.html(`${all.path}/token-revocation`), 'version')
    const done = await all.visitor.post(`${all.path}/token-revocation`, { version })
    expect(await all.server.introspect(token, reader)).toEqual({ active: false })
    const said = bannerIn(await all.visitor.follow(done))
    expect(said).toBe('Revoked all tokens issued to Export until 2026-11-22 10:00:00 UTC.')
  })

  it('delete the client for whoever types its name', async () => {
    const all = await world({ client_name: 'Export <of>  two' })
    const version = hidden(await all.visitor.html(`${all.path}/deletion`), 'version')
    for (const confirm of ['', 'export <of> two', 'other']) {
      const wrong = await all.visitor.post(`${all.path}/deletion`, { version, confirm })
      expect(wrong.status).toBe(400)
      const page = await wrong.text()
      expect(page).toContain(
        'Confirmation <bdi>must be the name of the client: Export &lt;of&gt;  two',
      )
      expect(page).toContain('Delete API client</button>')
    }
    const done = await all.visitor.post(`${all.path}/deletion`, {
      version,
      confirm: ' Export <of> two',
      called: 'Export <of>  two',
    })
    expect(done.headers.get('location')).toBe('/console/clients')
    const said = bannerIn(await all.visitor.follow(done))
    expect(said).toMatch(/^Deleted Export &lt;of&gt; {2}two\. Its credentials and tokens stopped/)
    expect((await all.visitor.get(all.path)).status).toBe(404)
    expect((await all.visitor.post(`${all.path}/deletion`, { version, confirm: 'x' })).status).toBe(
      404,
    )
  })

  it('do not delete what has changed since it was seen', async () => {
    const all = await world()
    const version = hidden(await all.visitor.html(`${all.path}/deletion`), 'version')
    await all.server.suspend(all.client)
    const fields = { version, confirm: 'Export' }
    expect((await all.visitor.post(`${all.path}/deletion`, fields)).status).toBe(412)
    expect((await all.visitor.post(`${all.path}/deletion`, { confirm: 'Export' })).status).toBe(412)
    expect((await all.visitor.get(all.path)).status).toBe(200)
  })
})

/** The pages that ask what to change. */
const QUESTIONS = [
  'suspension',
  'resumption',
  'token-revocation',
  'deletion',
  'secrets/new',
  'details',
  'duplicate',
]

describe('who may only look', () => {
  it('sees everything and nothing to press, and is refused every form', async () => {
    const all = await world({ client_name: '<i>Export</i>' })
    const { administrator_id: id } = await all.server.adminOk('POST', '/administrators', {
      email: 'viewer@example.com',
      access: 'view',
    })
    const viewer = await signInAs(all.server, String(id))
    const page = await viewer.html(all.path)
    expect(page).toContain('<h1><bdi>&lt;i&gt;Export&lt;/i&gt;</bdi></h1>')
    // Sign out, in either form of the navigation, and copy the client ID.
    const buttons = [...page.matchAll(/<button[^>]*>([^<]*)/g)].map(([, text]) => text)
    expect(buttons).toEqual(['Sign out', 'Sign out', 'Copy'])
    expect(page).not.toMatch(/data-dialog|class="menu"|href="[^"]*\/(details|duplicate|new)"/)
    const secret = (await bodyOf(all))['secrets'][0]['secret_id']
    const beneath = [
      'suspension',
      'resumption',
      'token-revocation',
      'deletion',
      'secrets',
      `secrets/${secret}/deletion`,
      `secrets/${secret}/replacement`,
      'details',
      'access',
    ]
    for (const path of ['/clients', ...beneath.map((name) => `${all.path}/${name}`)]) {
      expect([path, (await viewer.post(path, { version: '1' })).status]).toEqual([path, 403])
    }
    for (const path of [
      '/clients/new',
      ...QUESTIONS.map((name) => `${all.path}/${name}`),
      `${all.path}/secrets/${secret}/deletion`,
    ]) {
      expect([path, (await viewer.get(path)).status]).toEqual([path, 403])
    }
    expect((await bodyOf(all))['updated_at']).toBe((await bodyOf(all))['created_at'])
  })
})

it('weighs at most 15 KiB with the style sheet, with 40 permissions and 5 secrets', async () => {
  const server = testServer({ now: NOW })
  const names = Array.from({ length: 40 }, (_, n) => `thing${n * 7919}:read`)
  const permissions = names.map((permission) => ({ permission, description: `Read ${permission}` }))
  await server.adminOk('POST', '/apis', { audience: API, name: 'Things', permissions })
  const client = await server.client({ [API]: names.join(' ') })
  for (let n = 0; n < 4; n++) await server.adminOk('POST', `/clients/${client.id}/secrets`)
  const visitor = await signIn(server)
  for (const path of ['', '/access', '/details']) {
    const page = await visitor.html(`/clients/${client.id}${path}`)
    expect([path, (await weightOf(server, page)) <= WEIGHT_MAX]).toEqual([path, true])
  }
})
