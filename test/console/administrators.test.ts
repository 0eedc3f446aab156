import { afterEach, describe, expect, it, vi } from 'vitest'
import { bannerIn, signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { type TestServer, testServer, type TestServerOptions } from '../support/server.ts'

const ADA = 'ada@example.com'

afterEach(() => vi.restoreAllMocks())

async function add(server: TestServer, email: string, access = 'manage'): Promise<string> {
  const body = await server.adminOk('POST', '/administrators', { email, access })
  return String(body['administrator_id'])
}

async function withAda(options: TestServerOptions = {}) {
  const server = testServer(options)
  const id = await add(server, ADA)
  return { server, id, ada: await signInAs(server, id) }
}

describe('administrators', () => {
  it('are listed with their access, and the visitor sees who they are', async () => {
    const { server, ada } = await withAda()
    await add(server, 'bob@example.com', 'view')
    const page = await ada.html('/administrators')
    expect(page).toContain('<bdi class="name">ada@example.com</bdi> (you)')
    expect(page).toMatch(/<bdi class="name">bob@example\.com<\/bdi><\/th><td[^>]*>View only/)
    expect(page).toContain('reminders by email')
    expect(page).toContain('Send me a test email')
  })

  it('of the configuration are let in before the first cron', async () => {
    const server = testServer({ env: { ADMINISTRATORS: 'root@example.com' } })
    expect(await (await signIn(server)).html('/administrators')).toContain('root@example.com')
  })

  it('are added, given another access and removed', async () => {
    const { server, ada } = await withAda()
    const fields = { email: ' Bob@Example.com ', access: 'view' }
    const added = await ada.post('/administrators', fields)
    expect(added.headers.get('location')).toBe('/console/administrators')
    expect(bannerIn(await ada.follow(added))).toBe('Added bob@example.com.')
    const { data } = await server.adminOk('GET', '/administrators')
    const bob = data.find((one: { email: string }) => one.email === 'bob@example.com')
    expect(bob).toMatchObject({ access: 'view' })
    const path = `/administrators/${bob.administrator_id}`
    const changed = await ada.post(path, { access: 'manage', version: '1' })
    expect(bannerIn(await ada.follow(changed))).toBe('Changed the access of bob@example.com.')
    expect(await server.adminOk('GET', path)).toMatchObject({ access: 'manage' })
    expect((await ada.post(`${path}/removal`, { version: '1' })).status).toBe(412)
    const form = { version: '2', called: 'bob@example.com' }
    const removed = await ada.post(`${path}/removal`, form)
    expect(bannerIn(await ada.follow(removed))).toBe('Removed bob@example.com.')
    expect((await server.admin('GET', path)).status).toBe(404)
  })

  it('are told that it is their own access that they are about to change', async () => {
    const { server, ada, id } = await withAda()
    const own = await ada.html(`/administrators/${id}`)
    expect(own).toContain(
      '<b>This is you.</b> With “View only” you can’t change anything any more, this included.',
    )
    const bob = await add(server, 'bob@example.com')
    expect(await ada.html(`/administrators/${bob}`)).not.toContain('This is you')
  })

  it('keep what was typed when it is no address, or one that is there', async () => {
    const { ada } = await withAda()
    const wrong = await ada.post('/administrators', { email: '<b>no</b>', access: 'manage' })
    const page = await wrong.text()
    expect(wrong.status).toBe(400)
    expect(page).toContain('value="&lt;b&gt;no&lt;/b&gt;"')
    expect(page).toContain('Email address <bdi>must be an email address')
    expect(page).toMatch(/value="manage" checked/)
    const taken = await ada.post('/administrators', { email: ADA, access: 'view' })
    expect(taken.status).toBe(409)
    expect(await taken.text()).toContain(
      'There is already an administrator with this email address.',
    )
    const none = await ada.post('/administrators', { email: 'bob@example.com', access: 'all' })
    expect(none.status).toBe(400)
  })

  it('are not blocked while they are in the list, by a page that says so', async () => {
    const { ada, id } = await withAda()
    const refused = await ada.get(`/administrators/${id}/block`)
    expect(refused.status).toBe(409)
    const page = await refused.text()
    expect(page).toContain('<h1>Not possible now</h1>')
    expect(page).toContain('This person is in the list of administrators.')
  })

  it('always have one who manages', async () => {
    const { ada, id } = await withAda()
    const path = `/administrators/${id}`
    for (const response of [
      await ada.post(path, { access: 'view', version: '1' }),
      await ada.post(`${path}/removal`, { version: '1' }),
    ]) {
      expect(response.status).toBe(409)
      expect(await response.text()).toContain('This is the last administrator with manage')
    }
  })

  it('who may only view change nobody', async () => {
    const { server, id } = await withAda()
    const eve = await signInAs(server, await add(server, 'eve@example.com', 'view'))
    const page = await eve.html('/administrators')
    expect(page).toContain(ADA)
    expect(page).not.toMatch(/Add administrator|Remove|test email|data-dialog/)
    const one = `/administrators/${id}`
    for (const path of ['/administrators', '/administrators/test-mail', one, `${one}/removal`]) {
      const fields = { email: 'x@example.com', access: 'view', version: '1' }
      expect((await eve.post(path, fields)).status, path).toBe(403)
    }
  })

  it('weigh little, a page of them', async () => {
    const { server, ada } = await withAda()
    for (let i = 0; i < 52; i++) await add(server, `person-${i}@example.com`, 'view')
    const page = await ada.html('/administrators')
    expect(page).toContain('Next page')
    expect(await weightOf(server, page)).toBeLessThan(WEIGHT_MAX)
  })
})

describe('a test mail', () => {
  it('goes to who asks, and the page says so', async () => {
    const box = mailbox()
    const env = { EMAIL: box.EMAIL, MAIL_FROM: 'portcullis@example.com' }
    const { ada } = await withAda({ env })
    const response = await ada.post('/administrators/test-mail')
    expect(await response.text()).toMatch(/test email to <bdi>ada@example.com<\/bdi> was accepted/)
    expect(box.mails).toHaveLength(1)
    box.mode = 'refuses'
    const refused = await (await ada.post('/administrators/test-mail')).text()
    expect(refused).toContain('did not accept')
    expect(refused).toContain('over the daily limit')
    box.mode = 'loses the answer'
    expect(await (await ada.post('/administrators/test-mail')).text()).toContain(
      'may have accepted',
    )
  })

  it('that only stands in the log is none', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const { ada } = await withAda()
    const page = await (await ada.post('/administrators/test-mail')).text()
    expect(page).toContain('No email was sent')
    expect(page).toContain('MAIL_FROM')
  })

  it('has nobody to go to while there is no administrator', async () => {
    const visitor = await signIn(testServer())
    const response = await visitor.post('/administrators/test-mail')
    expect(response.status).toBe(409)
    expect(await response.text()).toContain('no administrator with manage access to send it to')
  })
})
