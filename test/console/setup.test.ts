import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HOUR } from '../../src/domain/time.ts'
import { signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { testServer } from '../support/server.ts'

afterEach(() => vi.restoreAllMocks())

/** Each line of the checklist: whether it is OK, and its text. */
function checksIn(page: string): Record<string, { ok: boolean; text: string }> {
  const rows = page.split('<dt>').slice(1)
  return Object.fromEntries(
    rows.map((row) => {
      const name = /<b>([^<]*)<\/b>/.exec(row)?.[1] ?? ''
      return [name, { ok: row.includes('> OK<'), text: row.replaceAll(/<[^>]*>/g, ' ') }]
    }),
  )
}

describe('the setup page', () => {
  it('says of a fresh deployment what is to do, and how', async () => {
    const page = await (await signIn(testServer())).html('/setup')
    const checks = checksIn(page)
    expect(Object.entries(checks).flatMap(([name, { ok }]) => (ok ? [] : [name]))).toEqual([
      'Sign-in',
      'Administrators',
      'Cron',
      'Email',
      'Audit log',
    ])
    expect(checks['Cron']?.text).toContain('npx wrangler triggers deploy')
    expect(checks['Email']?.text).toContain('MAIL_FROM')
    expect(checks['Sign-in']?.text).toContain('OIDC_ISSUER')
    expect(page).toContain('https://auth.example')
    expect(page).toContain('checks need attention.')
  })

  it('counts one as one', async () => {
    const server = testServer({
      env: {
        ADMINISTRATORS: 'ada@example.com',
        EMAIL: mailbox().EMAIL,
        MAIL_FROM: 'portcullis@example.com',
        ACCESS_TEAM_DOMAIN: 'example',
        ACCESS_AUD: 'a'.repeat(64),
        CLOSED: '1',
      },
    })
    await server.cron()
    const { data } = await server.adminOk('GET', '/administrators')
    const page = await (await signInAs(server, data[0].administrator_id)).html('/setup')
    expect(page).toMatch(/1 of \d+ checks needs attention\./)
  })

  it('is all in order when it is', async () => {
    const server = testServer({
      env: {
        ADMINISTRATORS: 'ada@example.com',
        EMAIL: mailbox().EMAIL,
        MAIL_FROM: 'portcullis@example.com',
        ACCESS_TEAM_DOMAIN: 'example',
        ACCESS_AUD: 'a'.repeat(64),
      },
    })
    await server.cron()
    const { data } = await server.adminOk('GET', '/administrators')
    const page = await (await signInAs(server, data[0].administrator_id)).html('/setup')
    expect(Object.entries(checksIn(page)).filter(([, { ok }]) => !ok)).toEqual([])
    expect(page).toContain('Everything is in order.')
    expect(await weightOf(server, page)).toBeLessThan(WEIGHT_MAX)
  })

  it('says that the cron is late, and that clients are shut out', async () => {
    const server = testServer({ env: { CLOSED: '1' } })
    await server.cron()
    server.clock.now += HOUR
    const checks = checksIn(await (await signIn(server)).html('/setup'))
    expect(checks['Cron']).toMatchObject({ ok: false })
    expect(checks['Cron']?.text).toContain('1 hour ago')
    expect(checks['Cron']?.text).toContain('Until it runs, no reminders are sent.')
    expect(checks['Reminders']?.text).toContain('None waiting.')
    expect(checks['Open']).toMatchObject({ ok: false })
    expect(checks['Open']?.text).toContain('CLOSED is on')
  })

  it('says that the audit log was changed', async () => {
    const server = testServer()
    await server.api()
    await env.DB.prepare("UPDATE portcullis_audit_events SET actor_id = 'nobody'").run()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await server.cron()
    const checks = checksIn(await (await signIn(server)).html('/setup'))
    expect(checks['Audit log']).toMatchObject({ ok: false })
    expect(checks['Audit log']?.text).toContain('event 1 is changed')
  })

  it('is shown to nobody while D1 cannot say whether their session is still open', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const visitor = await signIn(testServer())
    const DB = {
      prepare: () => {
        throw new Error('D1_ERROR: down')
      },
    } as unknown as D1Database
    const broken = testServer({ env: { DB } })
    const response = await broken.send('/console/setup', { headers: { Cookie: visitor.cookie } })
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('Portcullis can’t answer now')
  })

  it('tells no secret', async () => {
    const server = testServer({
      env: { SMTP_URL: 'smtp://user:pass-word-1@mail.example:587', MAIL_FROM: 'nonsense' },
    })
    const page = await (await signIn(server)).html('/setup')
    const secrets = [env.PEPPER, env.COOKIE_KEY, env.BOOTSTRAP_TOKEN ?? '', 'pass-word-1']
    for (const secret of secrets) expect(page).not.toContain(secret)
    expect(checksIn(page)['Email']).toMatchObject({ ok: false })
  })
})
