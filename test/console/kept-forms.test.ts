import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CONSOLE_ROUTES } from '../../src/console/routes.ts'
import { interrupted } from '../attacks/lost-rights.ts'
import { type ConsoleVisitor, formTokenIn, signIn, signInAs } from '../support/console.ts'
import { ADDRESS, openIdProvider, sessionIn } from '../support/provider.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'
import { filledIn } from './filled-in.ts'

afterEach(() => vi.restoreAllMocks())

const FORM = 'application/x-www-form-urlencoded'
const DAY = 86_400
const TYPED = 'Why it was <stopped>: SEC-881'
const SHOWN = 'Why it was &lt;stopped&gt;: SEC-881'

function postForm(server: TestServer, path: string, fields: Record<string, string>, cookie = '') {
  const headers = { Origin: ISSUER, 'Content-Type': FORM, ...(cookie && { Cookie: cookie }) }
  const body = new URLSearchParams(fields).toString()
  return server.send(`/console${path}`, { method: 'POST', headers, body, redirect: 'manual' })
}

const keptIn = (page: string) => /name="kept" value="([\w.-]+)"/.exec(page)?.[1] ?? ''

/** Signs in with the bootstrap token on the page that a form was answered with. */
const signInWith = (server: TestServer, kept: string, token = env.BOOTSTRAP_TOKEN ?? '') =>
  postForm(server, '/sign-in', { token, kept })

const cookieOf = (response: Response) => sessionIn(response) ?? ''

async function events(): Promise<number> {
  const count = env.DB.prepare(
    "SELECT count(*) AS n FROM portcullis_audit_events WHERE action NOT LIKE 'session.%'",
  )
  return (await count.first<{ n: number }>())?.n ?? 0
}

/** A person whose session ends after they typed a reason to suspend a client. */
async function typing(by?: (server: TestServer) => Promise<ConsoleVisitor>) {
  const server = testServer()
  const client = await server.client({}, { client_name: 'Airflow' })
  const visitor = await (by ?? signIn)(server)
  const path = `/clients/${client.id}/suspension`
  const send = await visitor.fill(path, { reason: TYPED })
  await visitor.post('/sign-out')
  return { server, client, visitor, path, send }
}

async function administrator(server: TestServer, email = 'ada@example.com') {
  const body = { email, access: 'manage' }
  const made = await server.adminOk('POST', '/administrators', body)
  return signInAs(server, String(made['administrator_id']))
}

const FORMS = CONSOLE_ROUTES.filter(({ method }) => method === 'POST').map(({ path }) => [path])

describe('INV-21: a form that is sent when its session has ended', () => {
  it.each(FORMS)('%s waits while its person signs in, and then comes again', async (path) => {
    const server = testServer()
    const { visitor, send } = await filledIn(server, `POST ${path}`)
    await visitor.post('/sign-out')
    const before = await events()
    const asked = await send()
    expect([asked.status, asked.headers.has('set-cookie')]).toEqual([401, false])
    const page = await asked.text()
    expect(page).toContain('Your entries are kept on this page for an hour')
    const shown = await signInWith(server, keptIn(page))
    expect(cookieOf(shown)).not.toBe('')
    expect(await shown.text()).toMatch(/[Yy]ou were signed out/)
    expect(await events()).toBe(before)
  })

  it('comes filled in, and does what it says when it is sent again', async () => {
    const { server, client, path, send } = await typing()
    const shown = await signInWith(server, keptIn(await (await send()).text()))
    expect(shown.status).toBe(200)
    const page = await shown.text()
    expect(page).toContain(`${SHOWN}</textarea>`)
    expect(page).toContain(`action="/console${path}"`)
    const fields = { form_token: formTokenIn(page), reason: TYPED }
    expect((await postForm(server, path, fields, cookieOf(shown))).status).toBe(303)
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
      status: 'suspended',
      suspended_reason: TYPED,
    })
  })

  it('is carried out once, where it had been carried out before its session ended', async () => {
    const server = testServer()
    const visitor = await signIn(server)
    const fields = { client_name: 'Airflow', expires_on: dateIn(server) }
    const send = await visitor.fill('/clients', fields)
    expect((await send()).status).toBe(201)
    await visitor.post('/sign-out')
    const shown = await signInWith(server, keptIn(await (await send()).text()))
    const form_token = formTokenIn(await shown.text())
    const again = await postForm(server, '/clients', { ...fields, form_token }, cookieOf(shown))
    expect(again.headers.get('location')).toMatch(/\/clients\/client_\w+\/secrets\/secret_\w+$/)
  })

  it('stays through a sign-in that fails', async () => {
    const { server, send } = await typing()
    const kept = keptIn(await (await send()).text())
    const wrong = await signInWith(server, kept, 'wrong')
    expect(wrong.status).toBe(401)
    const again = keptIn(await wrong.text())
    expect(await (await signInWith(server, again)).text()).toContain(SHOWN)
  })

  /** Replaces a character by another one. The last one of base64url may not matter. */
  const changedInTheMidst = (text: string) =>
    text.replace(/.(?=.{5}$)/, (one) => (one === 'x' ? 'y' : 'x'))

  it('is encrypted, and has neither the token of the form nor one that was pasted', async () => {
    const server = testServer()
    const visitor = await signIn(server)
    const send = await visitor.fill('/find', { text: 'eyJ-a-secret-token' })
    const { server: other, send: sendReason } = await typing()
    const [reason, twice] = [
      await (await sendReason()).text(),
      await (await sendReason()).text(),
    ].map(keptIn)
    expect(reason).toMatch(/^1\.[\w-]{16}\.[\w-]+$/)
    expect(twice).not.toBe(reason)
    expect(atob((reason ?? '').split('.')[2]?.replaceAll(/[-_]/g, 'A') ?? '')).not.toContain('SEC')
    for (const changed of [`${reason}A`, changedInTheMidst(reason ?? ''), '1.AAAA.AAAA', '1']) {
      const shown = await signInWith(other, changed)
      expect([changed, shown.status]).toEqual([changed, 400])
    }
    await visitor.post('/sign-out')
    const page = await (await send()).text()
    expect(page).not.toContain('eyJ-a-secret-token')
    const found = await (await signInWith(server, keptIn(page))).text()
    expect(found).not.toContain('eyJ-a-secret-token')
    expect(found).toContain('must be pasted again')
  })

  it('is shown to nobody else, and for no longer than an hour', async () => {
    const { server, send } = await typing(administrator)
    const kept = keptIn(await (await send()).text())
    const somebody = await signInWith(server, kept)
    expect([somebody.status, cookieOf(somebody) !== '']).toEqual([403, true])
    expect(await somebody.text()).not.toContain('SEC-881')
    const bob = await administrator(server, 'bob@example.com')
    const other = await postForm(server, '/sign-in/form', { kept }, bob.cookie)
    expect([other.status, (await other.text()).includes('SEC-881')]).toEqual([403, false])
    const own = await typing()
    const late = keptIn(await (await own.send()).text())
    own.server.clock.now += 3601
    expect((await signInWith(own.server, late)).status).toBe(400)
  })

  it('is not kept for another site, nor where no page of ours had it', async () => {
    const { server, path, visitor } = await typing()
    const token = await visitor.newFormToken()
    const sent: [string, Record<string, string>][] = [
      ['https://evil.example', { form_token: token, reason: TYPED }],
      ['null', { form_token: token, reason: TYPED }],
      [ISSUER, { form_token: 'forged', reason: TYPED }],
      [ISSUER, { reason: TYPED }],
    ]
    for (const [Origin, fields] of sent) {
      const body = new URLSearchParams(fields).toString()
      const headers = { Origin, 'Content-Type': FORM }
      const init = { method: 'POST', headers, body, redirect: 'manual' } as const
      const response = await server.send(`/console${path}`, init)
      expect([Origin, response.headers.get('location')]).toEqual([Origin, '/console/sign-in'])
    }
  })

  it('is kept also where the session ended while it was on the way', async () => {
    const plain = testServer()
    const client = await plain.client({})
    const visitor = await signIn(plain)
    const path = `/clients/${client.id}/suspension`
    const body = { form_token: await visitor.newFormToken(), reason: TYPED }
    const DB = interrupted('before the head is read', () => visitor.post('/sign-out'))
    const response = await postForm(testServer({ env: { DB } }), path, body, visitor.cookie)
    expect(response.status).toBe(401)
    expect(await (await signInWith(plain, keptIn(await response.text()))).text()).toContain(SHOWN)
    expect((await plain.adminOk('GET', `/clients/${client.id}`))['status']).not.toBe('suspended')
  })
})

const dateIn = ({ clock }: TestServer) =>
  new Date((clock.now + DAY) * 1000).toISOString().slice(0, 10)

it('INV-21: a form waits while its person signs in at the OpenID provider', async () => {
  const { server, signIn: throughProvider, provider, start, finish } = await openIdProvider()
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const client = await server.client({})
  const first = cookieOf(await throughProvider())
  const read = await server.send('/console/clients', { headers: { Cookie: first } })
  const form_token = formTokenIn(await read.text())
  await postForm(server, '/sign-out', { form_token }, first)
  const path = `/clients/${client.id}/suspension`
  const page = await (await postForm(server, path, { form_token, reason: TYPED }, first)).text()
  // Without a script it opens in another window, so that this page stays.
  const [, href = ''] = /href="([^"]*sign-in\/oidc[^"]*)" target="_blank"/.exec(page) ?? []
  expect(href).toBe('/console/sign-in/oidc?next=%2Fconsole%2Fsigned-in')
  provider.claims = { nonce: 'another' }
  const query = href.slice(href.indexOf('?'))
  const failed = await start(query)
  const refused = await finish(failed.cookie, { state: failed.state, code: 'theirs' })
  expect(await refused.text()).toContain('next=%2Fconsole%2Fsigned-in')
  provider.claims = {}
  const back = await throughProvider(query)
  expect(back.headers.get('location')).toBe('/console/signed-in')
  const signedIn = await server.send('/console/signed-in', { headers: { Cookie: cookieOf(back) } })
  const told = await signedIn.text()
  expect(told).toContain(`Signed in as <bdi>${ADDRESS}</bdi>`)
  // It may have been opened by itself.
  expect(told).toContain('If you were filling in a form, go back to the window')
  const kept = keptIn(page)
  const nobody = await postForm(server, '/sign-in/form', { kept })
  expect(nobody.status).toBe(401)
  expect(await nobody.text()).toContain('You are not signed in yet in this browser.')
  const none = await postForm(server, '/sign-in/form', { kept: 'none' })
  expect([none.status, none.headers.get('location')]).toEqual([303, '/console/sign-in'])
  const shown = await postForm(server, '/sign-in/form', { kept }, cookieOf(back))
  expect([shown.status, (await shown.text()).includes(SHOWN)]).toEqual([200, true])
})

describe('INV-21: a form from before a new sign-in in another tab', () => {
  it.each(FORMS)('%s comes again, and is not carried out', async (path) => {
    const server = testServer()
    const { send } = await filledIn(server, `POST ${path}`)
    const { cookie } = await signIn(server)
    const before = await events()
    const again = await send(cookie)
    expect(again.status).toBe(path === '/find' ? 400 : 409)
    expect(await again.text()).toMatch(/before you last signed in|you were signed out/)
    expect(await events()).toBe(before)
  })

  it('comes filled in and is sent from there; another site’s and another person’s are refused', async () => {
    const server = testServer()
    const client = await server.client({})
    const [tab, other] = [await signIn(server), await signIn(server)]
    const path = `/clients/${client.id}/suspension`
    const token = await tab.newFormToken()
    const again = await postForm(server, path, { form_token: token, reason: TYPED }, other.cookie)
    const page = await again.text()
    expect(page).toContain(`${SHOWN}</textarea>`)
    const headers = { Origin: 'https://evil.example', 'Content-Type': FORM, Cookie: other.cookie }
    const body = new URLSearchParams({ form_token: token, reason: TYPED }).toString()
    const foreign = await server.send(`/console${path}`, { method: 'POST', headers, body })
    expect([foreign.status, (await foreign.text()).includes('SEC-881')]).toEqual([403, false])
    const ada = await administrator(server)
    const theirs = await postForm(server, path, { form_token: token, reason: TYPED }, ada.cookie)
    expect([theirs.status, (await theirs.text()).includes('SEC-881')]).toEqual([403, false])
    const fields = { form_token: formTokenIn(page), reason: TYPED }
    expect((await postForm(server, path, fields, other.cookie)).status).toBe(303)
  })
})
