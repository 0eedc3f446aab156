import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'
import { administrators, DAY, manyDue, manyEnding, run } from '../observed-cron.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function detail(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

const asked = async (server: TestServer, bearer?: string) =>
  server.send('/health', bearer ? { headers: { Authorization: `Bearer ${bearer}` } } : {})

describe('health', () => {
  it('tells nobody but who administers more than that all is well', async () => {
    const server = testServer()
    await server.api()
    await server.cron()
    const reader = await server.client({ [ISSUER]: 'clients:read' })
    const auditor = await server.client({ [ISSUER]: 'audit:read' })
    const api = await server.client({ [API]: 'invoices:read' })
    const brief = await asked(server)
    expect([brief.status, await brief.json()]).toEqual([200, { status: 'ok' }])
    for (const [bearer, status] of [
      ['wrong', 401],
      [`${env.BOOTSTRAP_TOKEN}x`, 401],
      [await server.token(api), 401],
      [await server.token(auditor), 403],
    ] as const) {
      const answer = await asked(server, bearer)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
      const text = await answer.text()
      expect(text).not.toMatch(
        /cron|pending|mail|signing_key|audit_log|taken_back|issuer|settings|keys/,
      )
    }
    const bearers = [env.BOOTSTRAP_TOKEN ?? '', await server.token(reader)]
    for (const bearer of bearers) {
      const answer = await asked(server, bearer)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(Object.keys(await answer.json<Json>()).sort()).toEqual([
        'anchors',
        'audit_log',
        'clients_held',
        'closed',
        'cron',
        'database',
        'denylist_pass',
        'events',
        'gates_answer',
        'issuer_configured',
        'keys',
        'kv_emptied_at',
        'mail',
        'pending',
        'problems',
        'refused_today',
        'security_event_streams',
        'settings',
        'shut',
        'signing_key',
        'signing_keys_not_ours',
        'standby_key',
        'status',
        'suspended_clients_trying',
        'taken_back',
      ])
    }
    await server.suspend(reader)
    expect((await asked(server, bearers[1])).status).toBe(401)
  })

  it('tells that nothing of a new server has run', async () => {
    const server = testServer({ now: Date.UTC(2027, 0, 15, 10) / 1000 })
    expect(await detail(server)).toEqual({
      status: 'ok',
      problems: [],
      cron: null,
      clients_held: 0,
      database: { bytes: expect.any(Number) as number, limit: 10_000_000_000 },
      refused_today: {},
      suspended_clients_trying: [],
      pending: {
        denylist_entries: 0,
        reminders: 0,
        reminders_given_up: 0,
        reminders_uncertain: 0,
      },
      mail: {
        mailer: 'log',
        missing: expect.stringContaining('MAIL_FROM') as string,
        last_error: null,
      },
      signing_key: null,
      standby_key: null,
      audit_log: null,
      denylist_pass: null,
      events: null,
      anchors: { newest_at: null, age_seconds: null, unreadable: 0 },
      kv_emptied_at: null,
      taken_back: false,
      issuer_configured: true,
      gates_answer: null,
      security_event_streams: null,
      signing_keys_not_ours: [],
      shut: false,
      closed: false,
      settings: [],
      keys: ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY'].map((name) => {
        const use = { in_use: 0, or_more: false }
        return { name, version: '1', configured: true, current: true, ...use }
      }),
    })
  })

  it('tells how the cron, the mail, the signing key and the audit log stand', async () => {
    const server = testServer({ now: Date.UTC(2027, 0, 15, 10) / 1000 })
    const { now } = server.clock
    const at = (time: number) => new Date(time * 1000).toISOString().replace('.000', '')
    // Before a backlog takes all that a run may spend.
    await server.cron()
    await manyDue(12, now)
    await server.cron()
    await run(`INSERT INTO portcullis_denylist_outbox (client_id, version)
      SELECT client_id, 1 FROM portcullis_clients`)
    server.clock.now += 3600
    expect(await detail(server)).toMatchObject({
      cron: { last_run_at: at(now), failed: [] },
      pending: { denylist_entries: 12 },
      signing_key: { age_seconds: 3600 },
      standby_key: { published_since: at(now), usable_from: at(now + DAY + 300), discarded: [] },
      audit_log: { intact: true },
    })
    await run('UPDATE portcullis_audit_events SET actor_id = ?', 'somebody else')
    server.clock.now += DAY
    await server.cron()
    expect(await detail(server)).toMatchObject({ audit_log: { intact: false } })
  })

  it('shows mails that fail, by their reason, and those whose fate is unknown', async () => {
    const EMAIL = {
      send: () => Promise.reject(new Error('the sender is not verified')),
    } as unknown as SendEmail
    const server = testServer({ env: { EMAIL, MAIL_FROM: 'auth@example.com' } })
    await administrators(server, 1)
    await manyEnding(2, server.clock.now)
    await server.cron()
    expect(await detail(server)).toMatchObject({
      pending: { reminders: 2, reminders_given_up: 0, reminders_uncertain: 0 },
      mail: {
        mailer: 'email_binding',
        missing: null,
        last_error: 'the EMAIL binding: the sender is not verified',
      },
    })
    for (let hour = 0; hour < 26; hour++) {
      server.clock.now += 3600
      await server.cron()
    }
    expect(await detail(server)).toMatchObject({ pending: { reminders_given_up: 2 } })
  })

  it('holds no secret, whatever is configured', async () => {
    const server = testServer({
      env: {
        MAIL_WEBHOOK_URL: 'https://mail.example/very-secret-path',
        MAIL_WEBHOOK_SECRET: 'a-secret-of-the-webhook-0123456789abcdef',
        MAIL_FROM: 'auth@example.com',
        ADMINISTRATORS: 'ada@example.com',
      },
    })
    const client = await server.client({ [ISSUER]: 'clients:read' })
    const token = await server.token(client)
    await manyEnding(1, server.clock.now)
    await server.cron()
    const text = JSON.stringify(await detail(server))
    const secrets = [
      env.PEPPER,
      env.BOOTSTRAP_TOKEN ?? '',
      client.secret,
      token,
      'very-secret',
      'a-secret-of-the-webhook',
      'ada@example.com',
    ]
    for (const secret of secrets) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/wrapped|"d":|digest|BEGIN/)
  })
})
