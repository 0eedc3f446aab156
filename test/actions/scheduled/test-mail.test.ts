import { ADA, BOB, setUp, addAdministrator } from './reminder-setup.ts'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mailbox, type Mode } from '../../doubles/mailbox.ts'
import { ISSUER, type TestServer, testServer } from '../../support/server.ts'
import { FROM, NOON } from '../reminder-world.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const sendTest = (server: TestServer, body?: object, bearer?: string) =>
  server.admin('POST', '/reminders/test', body, bearer)

describe('a test mail', () => {
  it('goes to the longest-standing administrator with manage, or to the one that is named', async () => {
    const { server, box } = await setUp()
    await addAdministrator(server, 'eve@example.com', 'view')
    await addAdministrator(server, ADA)
    await addAdministrator(server, BOB)
    const answer = { mailer: 'email_binding', accepted: true }
    expect(await (await sendTest(server)).json()).toEqual({ email: ADA, ...answer })
    const named = await sendTest(server, { email: ' Eve@Example.com' })
    expect(named.status).toBe(200)
    expect(await named.json()).toEqual({ email: 'eve@example.com', ...answer })
    expect(box.mails.map(({ to }) => to)).toEqual([ADA, 'eve@example.com'])
  })

  it.each<[Mode, string]>([
    [
      'refuses',
      'The mailer (email_binding) did not accept it: the EMAIL binding: over the daily limit',
    ],
    [
      'loses the answer',
      'The mailer (email_binding) may have accepted it: the EMAIL binding: Network connection lost.',
    ],
  ])('is a 502 that says why when the provider %s', async (mode, detail) => {
    const { server, box } = await setUp(ADA)
    box.mode = mode
    const response = await sendTest(server)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      type: 'urn:portcullis:problem:mail_failed',
      detail,
    })
  })

  it('is refused without an administrator, to a stranger, and to a machine', async () => {
    const { server, box } = await setUp()
    expect((await sendTest(server)).status).toBe(409)
    await addAdministrator(server, ADA)
    for (const email of ['stranger@example.com', 'no address']) {
      const response = await sendTest(server, { email })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        errors: [{ field: 'email', detail: 'must be the address of an administrator' }],
      })
    }
    const machine = await server.client({ [ISSUER]: 'clients:manage' })
    expect((await sendTest(server, {}, await server.token(machine))).status).toBe(403)
    expect((await sendTest(server, {}, 'wrong')).status).toBe(401)
    expect(box.handedOver).toEqual([])
  })

  it('lets those in who are configured and were never there', async () => {
    const box = mailbox()
    const overrides = { EMAIL: box.EMAIL, MAIL_FROM: FROM, ADMINISTRATORS: `${ADA}, ${BOB}` }
    const server = testServer({ now: NOON, env: { ...env, ...overrides } })
    expect(await (await sendTest(server, { email: BOB })).json()).toMatchObject({ email: BOB })
    expect(box.mails).toHaveLength(1)
  })

  it('says what is missing where no mail is configured', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const server = testServer({ now: NOON, env: { ADMINISTRATORS: ADA } })
    expect(await (await sendTest(server)).json()).toEqual({
      email: ADA,
      mailer: 'log',
      accepted: true,
      missing: expect.stringContaining('MAIL_FROM'),
    })
  })
})
