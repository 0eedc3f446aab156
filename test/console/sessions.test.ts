import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'

const HOURS = 3600

async function manager(server: TestServer, email = 'ada@example.com') {
  const body = { email, access: 'manage' }
  const id = String((await server.adminOk('POST', '/administrators', body))['administrator_id'])
  return { id, visitor: await signInAs(server, id) }
}

/** Whether a copy of the cookie still opens the console. */
async function opens(server: TestServer, cookie: string): Promise<boolean> {
  const headers = { Cookie: cookie }
  const response = await server.send('/console/clients', { headers, redirect: 'manual' })
  return response.status === 200
}

const sessionsIn = async () =>
  (await env.DB.prepare('SELECT session_id, ended_at FROM portcullis_sessions').all()).results

describe('a session', () => {
  it('that its person ended is ended for every copy of its cookie', async () => {
    const server = testServer()
    const bootstrap = await signIn(server)
    const { visitor } = await manager(server)
    for (const { cookie, post } of [bootstrap, visitor]) {
      expect(await opens(server, cookie)).toBe(true)
      const response = await post('/sign-out')
      expect([response.status, response.headers.get('location')]).toEqual([303, '/console/sign-in'])
      expect(await opens(server, cookie)).toBe(false)
    }
  })

  it('ends alone: the others of the same person go on', async () => {
    const server = testServer()
    const { id, visitor } = await manager(server)
    const other = await signInAs(server, id)
    await visitor.post('/sign-out')
    expect(await opens(server, other.cookie)).toBe(true)
  })

  it("of who was removed, or is another person's record now, opens nothing", async () => {
    const server = testServer()
    const { id, visitor } = await manager(server)
    const bob = await manager(server, 'bob@example.com')
    await server.adminOk('DELETE', `/administrators/${id}`)
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
    await server.adminOk('PATCH', `/administrators/${bob.id}`, { email: 'carol@example.com' })
    expect(await opens(server, visitor.cookie)).toBe(false)
    expect(await opens(server, bob.visitor.cookie)).toBe(false)
  })

  it('without a row is none: a signed cookie alone opens nothing', async () => {
    const server = testServer()
    const { cookie } = await signIn(server)
    await env.DB.prepare('DELETE FROM portcullis_sessions').run()
    expect(await opens(server, cookie)).toBe(false)
  })

  it('lasts eight hours, and its row goes when somebody signs in later', async () => {
    const server = testServer()
    const { cookie } = await signIn(server)
    server.clock.now += 8 * HOURS - 1
    expect(await opens(server, cookie)).toBe(true)
    server.clock.now += 1
    expect(await opens(server, cookie)).toBe(false)
    await signIn(server)
    expect(await sessionsIn()).toHaveLength(1)
  })

  it('ends with the acceptance of a restored log, as all do', async () => {
    const server = testServer()
    const { cookie } = await signIn(server)
    await server.adminOk('POST', '/audit-events/verification', {})
    expect(await opens(server, cookie)).toBe(false)
  })
})

describe('the audit log', () => {
  it('INV-14: says who signed in and out, and who accepted it, before anything of that holds', async () => {
    const server = testServer()
    const visitor = await signIn(server)
    await visitor.post('/sign-out')
    await server.adminOk('POST', '/audit-events/verification', {})
    const { data } = await server.adminOk('GET', '/audit-events')
    const [accepted, ended, created] = data
    const actor = { type: 'bootstrap', id: 'bootstrap' }
    const session = { type: 'session', id: created.target.id }
    expect(created).toMatchObject({ action: 'session.created', actor, target: session })
    expect(created.target.id).toMatch(/^session_[0-9A-Za-z]{22}$/)
    expect(ended).toMatchObject({ action: 'session.ended', actor, target: session })
    expect(accepted).toMatchObject({ action: 'audit_log.accepted', actor, client_id: null })
    expect(await server.adminOk('GET', '/audit-events/verification')).toMatchObject({
      intact: true,
    })
  })

  it('INV-8: a sign-in that D1 does not commit signs nobody in', async () => {
    const server = testServer({ env: { DB: readOnly() } })
    const response = await server.send('/console/sign-in', {
      method: 'POST',
      headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `token=${env.BOOTSTRAP_TOKEN}`,
      redirect: 'manual',
    })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([503, null])
  })

  it('INV-8: a sign-out that D1 does not commit says so, and can be sent again', async () => {
    const visitor = await signIn(testServer())
    const form_token = formTokenIn(await visitor.html('/clients'))
    const init = {
      method: 'POST',
      headers: {
        Cookie: visitor.cookie,
        Origin: ISSUER,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ form_token }).toString(),
      redirect: 'manual' as const,
    }
    const failed = await testServer({ env: { DB: readOnly() } }).send('/console/sign-out', init)
    expect([failed.status, failed.headers.get('set-cookie')]).toEqual([503, null])
    expect((await testServer().send('/console/sign-out', init)).status).toBe(303)
  })
})

/** A D1 that reads but cannot commit. */
function readOnly(): D1Database {
  const batch = () => Promise.reject(new Error('D1_ERROR: down'))
  return { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database
}
