import { describe, expect, it } from 'vitest'
import { type Ended, inTerminal, run } from '../support/node/command-line.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'

const line = scriptedCommandLine()

const asToken = () => ({ PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' })

function portcullis(words: string[], env: Record<string, string> = asToken()): Promise<Ended> {
  return run([process.execPath, line.built.bin, ...words], { env })
}

/** Runs a command whose requests are answered so. */
async function answered(words: string[], ...answers: (ScriptedAnswer | 'break')[]): Promise<Ended> {
  line.server.plan(...answers)
  return portcullis(words)
}

const paths = () => line.server.seen.map(({ method, path }) => `${method} ${path}`)
const ok = (body: unknown): ScriptedAnswer => ({ status: 200, body })

describe('health', () => {
  const problem = {
    problem: 'cron_stopped',
    level: 'degraded',
    since: '2026-11-26T03:12:45Z',
    age_seconds: 60,
    detail: null,
  }
  const unavailable = { status: 503, body: { status: 'unavailable', failing: ['d1'] } }
  const failing = ok({ status: 'failing', problems: [problem], closed: false })

  it.each<[string[], ScriptedAnswer, number]>([
    [[], ok({ status: 'ok' }), 0],
    [[], ok({ status: 'degraded' }), 6],
    [[], failing, 7],
    [[], unavailable, 5],
    [['--fail-on', 'failing'], ok({ status: 'degraded' }), 0],
    [['--fail-on', 'failing'], failing, 7],
    [['--fail-on', 'unavailable'], failing, 0],
    [['--fail-on', 'unavailable'], unavailable, 5],
    [[], ok({ status: 'well' }), 1],
    [[], { status: 403, body: { title: 'insufficient_scope' } }, 3],
  ])('%j of %j ends with %i, after one request', async (words, answer, code) => {
    expect((await answered(['health', ...words], answer)).code).toBe(code)
    expect(paths()).toEqual(['GET /health'])
  })

  it('prints what is wrong, and all else', async () => {
    const { stdout } = await answered(['health'], failing)
    expect(stdout).toBe(
      'failing\n\nPROBLEM       LEVEL     SINCE                 DETAIL\n' +
        'cron_stopped  degraded  2026-11-26T03:12:45Z  \n\nClosed  no\n',
    )
  })

  it('is asked without a login where the URL is given, and where no token is issued', async () => {
    line.server.plan(ok({ status: 'ok' }))
    expect((await portcullis(['health', '--url', line.server.url], {})).code).toBe(0)
    expect(line.server.seen[0]?.headers.authorization).toBeUndefined()
    const client = {
      PORTCULLIS_CLIENT_ID: 'client_aaaaaaaaaaaaaaaaaaaaaa',
      PORTCULLIS_CLIENT_SECRET: 'a-secret',
    }
    line.server.plan({ status: 503 }, unavailable)
    const { code, stdout } = await portcullis(['health'], {
      PORTCULLIS_URL: line.server.url,
      ...client,
    })
    expect([code, stdout]).toEqual([5, expect.stringContaining('Failing  d1')])
    expect(line.server.seen.at(-1)?.path).toBe('/health')
  })
})

describe('audit', () => {
  const part = (events: number, cursor: string | null, more = {}) =>
    ok({
      intact: true,
      complete: cursor === null,
      events,
      accepted_up_to: null,
      next_cursor: cursor,
      ...more,
    })

  it('verify goes on until the end of the log', async () => {
    const parts = [part(10_000, 'a/b'), part(20_000, 'c'), part(20_001, null)]
    const { code, stdout } = await answered(['audit', 'verify'], ...parts)
    expect([code, stdout]).toEqual([0, 'Intact: 20001 events.\n'])
    expect(line.server.seen.map(({ path }) => path.replace(/^.*verification/, ''))).toEqual([
      '',
      '?cursor=a%2Fb',
      '?cursor=c',
    ])
  })

  it('verify says from where on it was accepted', async () => {
    const { stdout } = await answered(['audit', 'verify'], part(9, null, { accepted_up_to: 4 }))
    expect(stdout).toBe('Intact: 9 events; accepted as it was before event 4.\n')
  })

  it('verify ends with 1 where the log is not intact, in JSON too', async () => {
    const broken = ok({ intact: false, broken_at: 7, reason: 'altered', next_cursor: null })
    const said = await answered(['audit', 'verify'], part(10_000, 'a'), broken)
    expect([said.code, said.stdout]).toEqual([1, ''])
    expect(said.stderr).toBe('NOT intact at event 7: that event was altered.\n')
    const { code, stdout } = await answered(['audit', 'verify', '--json'], broken)
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { intact: false, broken_at: 7 }])
  })

  it('accept is sent once, and says what was accepted', async () => {
    const accepted = ok({ events: 7, anchored_at: '2026-11-26T03:12:45Z' })
    const words = ['audit', 'accept', '--yes', '--broken-at', '7']
    const { code, stdout } = await answered(words, accepted)
    expect([code, stdout]).toEqual([
      0,
      'Accepted with 7 events, anchored at 2026-11-26T03:12:45Z.\n',
    ])
    expect(line.server.seen[0]?.body).toBe('{"broken_at":7}')
    expect((await answered(words, 'break')).code).toBe(5)
    expect(paths()).toEqual(['POST /admin/v1/audit-events/verification'])
  })

  it('alone lists the events', async () => {
    const { code, stdout } = await answered(['audit'], ok({ data: [], next_cursor: null }))
    expect([code, stdout]).toEqual([0, 'No such events.\n'])
  })
})

describe('a test mail', () => {
  it.each<[string, ScriptedAnswer | 'break', number]>([
    ['its mailer refuses', { status: 502, body: { detail: 'The mailer did not accept it.' } }, 1],
    ['breaks the connection', 'break', 5],
  ])('is not sent again where the server %s', async (_what, fault, exitCode) => {
    const { code } = await answered(['reminders', 'test'], fault)
    expect([code, paths()]).toEqual([exitCode, ['POST /admin/v1/reminders/test']])
  })

  it('says who gets it, and why no mail leaves', async () => {
    const body = { email: 'ada@example.com', mailer: 'log', accepted: true, missing: 'MAIL_FROM' }
    const words = ['reminders', 'test', '--email', 'ada@example.com']
    const { stdout, stderr } = await answered(words, ok(body))
    expect(stdout).toBe('The mailer (log) took a mail to ada@example.com.\n')
    expect(stderr).toBe('No mail is sent: MAIL_FROM\n')
  })
})

describe('signing keys', () => {
  it('are rotated once for one key of the request', async () => {
    const key = { kid: 'one', activates_at: '2026-11-26T03:12:45Z' }
    const { stdout } = await answered(['signing-keys', 'rotate'], 'break', {
      status: 201,
      body: key,
    })
    expect(stdout).toMatch(/^kid +one\nsigns from +2026-11-26T03:12:45Z/)
    const [first, second] = line.server.seen.map(({ headers }) => headers['idempotency-key'])
    expect([typeof first, second]).toEqual(['string', first])
  })

  it('are revoked by their kid, typed once more', async () => {
    const command = inTerminal([process.execPath, line.built.bin, 'signing-keys', 'revoke', 'one'])
    line.server.plan({ status: 204 })
    const other = await run(command, { env: asToken(), input: 'two\n' })
    expect([other.code, line.server.seen]).toEqual([1, []])
    const { code } = await run(command, { env: asToken(), input: 'one\n' })
    expect([code, paths()]).toEqual([0, ['DELETE /admin/v1/signing-keys/one']])
  })
})

describe('secrets of a client', () => {
  const secret = (id: string, hint: string) => ({ secret_id: id, hint, expires_at: '2027-01-01T' })
  const client = {
    client_id: 'client_aaaaaaaaaaaaaaaaaaaaaa',
    client_name: 'Nightly',
    secrets: [secret('secret_1', 'x3L6'), secret('secret_2', 'aaaa'), secret('secret_3', 'aaaa')],
  }
  const remove = (named: string) => [
    'clients',
    'secrets',
    'delete',
    'client_aaaaaaaaaaaaaaaaaaaaaa',
    named,
    '--yes',
  ]

  it('are named by their last characters, where no other ends so', async () => {
    const { code, stdout } = await answered(remove('…x3L6'), ok(client), { status: 204 })
    expect([code, stdout]).toEqual([0, 'Deleted secret_1 of client_aaaaaaaaaaaaaaaaaaaaaa.\n'])
    expect(paths().at(-1)).toBe(
      'DELETE /admin/v1/clients/client_aaaaaaaaaaaaaaaaaaaaaa/secrets/secret_1',
    )
    const several = await answered(remove('aaaa'), ok(client))
    expect([several.code, several.stderr]).toEqual([4, expect.stringContaining('several secrets')])
    const none = await answered(remove('secret_4'), ok(client))
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('no secret secret_4')])
  })
})
