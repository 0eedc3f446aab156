import { describe, expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'
import { freePort } from '../support/node/start.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'

const UNAVAILABLE: ScriptedAnswer = {
  status: 503,
  headers: { 'Retry-After': '0' },
  body: { title: 'Unavailable', detail: 'Try again in a moment.' },
}

const NIGHTLY = 'client_aaaaaaaaaaaaaaaaaaaaaa'
const CLIENT = {
  client_id: NIGHTLY,
  client_name: 'Nightly export',
  status: 'suspended',
  suspended_at: '2026-11-26T03:12:45Z',
  propagation: 'complete',
  secrets: [],
  last_token_at: null,
}
const SUSPENDED: ScriptedAnswer = { status: 200, headers: { ETag: '"3"' }, body: CLIENT }

const line = scriptedCommandLine()

function portcullis(...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

const REASON_TWICE = "option '--reason <TEXT>' was given more than once"

describe('what the person typed', () => {
  it.each([
    [['clients', 'suspend', NIGHTLY, '--reson', 'leak'], 'Did you mean --reason?'],
    [['clients', 'suspend', NIGHTLY, '--reason'], "'--reason <TEXT>' argument missing"],
    [['clients', 'suspend', NIGHTLY, '--reason', '--json'], 'write --reason=--json'],
    [['clients', 'suspend', NIGHTLY, '--reason', 'a', '--reason', 'b'], REASON_TWICE],
    [['clients', 'suspend', NIGHTLY, '--reason=a', '--reason=a'], REASON_TWICE],
    [['clients', 'list', '--status=expired', '--status=suspended'], 'was given more than once'],
    [['clients', 'list', '--all', '--json', '--all'], "'--all' was given more than once"],
    [['clients', 'suspend', NIGHTLY, '--json=no'], "unknown option '--json=no'"],
    [['clients', 'suspend'], "missing required argument 'client'"],
    [['clients', 'suspendd', NIGHTLY], 'Did you mean suspend?'],
    [
      ['clients', 'show', NIGHTLY, 'client_bbbbbbbbbbbbbbbbbbbbbb'],
      'Expected 1 argument but got 2',
    ],
    [['clients', 'list', '--status', 'suspend'], 'Allowed choices are suspended,'],
    [['clients', 'list', '--limit', '0'], 'is not a number from 1 to 9999999'],
    [['clients', 'list', '--limit', '5', '--all'], 'exclude each other'],
    [['clients', 'list', '-x'], "unknown option '-x'"],
    [['clients', '--json', 'list'], "unknown option '--json'"],
    [['clients', 'create', 'A', '--lifetime', '1 day'], 'is not a duration'],
    [['clients', 'create', 'A', '--permission', 'read'], 'is not AUDIENCE=PERMISSION'],
    [['client'], 'Did you mean clients?'],
    [['login', '--client-secret', 'pc_x'], "unknown option '--client-secret'"],
    [['__proto__'], "unknown command '__proto__'"],
  ])('%j is not understood: exit code 2, and nothing is sent', async (words, message) => {
    const { code, stdout, stderr } = await portcullis(...words)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
    expect(line.server.seen).toEqual([])
  })

  it('asks for help and gets it, of every command', async () => {
    const whole = await portcullis('--help')
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    expect(whole.stdout).toMatch(/Commands:\n[^]*Exit codes:\n {2}0 {2}done\n/)
    const suspend = await portcullis('clients', 'suspend', '--reson', 'x', '--help')
    expect(suspend.stdout).toContain('Usage: portcullis clients suspend [options] <client...>')
    expect(await portcullis()).toMatchObject({ code: 2, stdout: '' })
    expect((await portcullis('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a server that fails', () => {
  it('is asked for a suspension until it acknowledges it', async () => {
    line.server.plan(UNAVAILABLE, 'break', SUSPENDED)
    const { code, stdout, stderr } = await portcullis('clients', 'suspend', NIGHTLY)
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Suspended since 2026-11-26T03:12:45Z'),
    ])
    expect(stderr.match(/Trying again/g)).toHaveLength(2)
    expect(line.server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array.from(
        { length: 3 },
        () => 'PUT /admin/v1/clients/client_aaaaaaaaaaaaaaaaaaaaaa/suspension',
      ),
    )
  })

  it('that never acknowledges leaves no doubt that the suspension is in doubt', async () => {
    line.server.plan(...Array.from({ length: 9 }, () => UNAVAILABLE))
    const { code, stdout, stderr } = await portcullis('clients', 'suspend', NIGHTLY)
    expect([code, stdout, line.server.seen.length]).toEqual([5, '', 5])
    expect(stderr).toContain(
      'NOT ACKNOWLEDGED, treat it as not suspended and try again: client_aaaaaaaaaaaaaaaaaaaaaa',
    )
  })

  it('that has a change wait for gates is waited for, and what for is said', async () => {
    line.server.plan({ ...SUSPENDED, afterMs: 11_000 })
    const { code, stderr } = await portcullis('clients', 'suspend', NIGHTLY)
    expect([code, line.server.seen.length]).toEqual([0, 1])
    expect(stderr).toContain(
      `${line.server.url} has not answered for 10 seconds. If gates cannot be told of a change,`,
    )
    expect(stderr).toContain('waiting up to 75 seconds...')
  })

  it('that does not answer a question in ten seconds is asked it again', async () => {
    line.server.plan({ status: 200, afterMs: 11_000 }, { status: 200, body: { ...CLIENT } })
    const { code, stderr } = await portcullis('clients', 'show', NIGHTLY, '--json')
    expect([code, line.server.seen.length]).toEqual([0, 2])
    expect(stderr).toContain(`${line.server.url} did not answer within 10 seconds. Trying again`)
  })

  it('that refuses a suspension is not asked again', async () => {
    line.server.plan({ status: 403, body: { title: 'Not allowed', detail: 'Not its own client.' } })
    const { code, stderr } = await portcullis('clients', 'suspend', NIGHTLY, '--json')
    expect([code, stderr, line.server.seen.length]).toEqual([3, '', 1])
  })

  it('is not made to lift a suspension that came after the one that was seen', async () => {
    const changed: ScriptedAnswer = { status: 412, body: { title: 'Precondition failed' } }
    line.server.plan(SUSPENDED, 'break', changed, SUSPENDED)
    const { code, stderr } = await portcullis('clients', 'resume', NIGHTLY)
    expect([code, stderr]).toEqual([1, expect.stringContaining('NOT resumed: Nightly export')])
    const tries = line.server.seen.filter(({ method }) => method === 'DELETE')
    expect(tries.map(({ headers }) => headers['if-match'])).toEqual(['"3"', '"3"'])
  })

  it('that lifted a suspension and lost its answer is known to have lifted it', async () => {
    const active = { ...CLIENT, status: 'available', suspended_at: null }
    line.server.plan(SUSPENDED, 'break', { status: 412 }, { status: 200, body: active })
    const { code, stdout } = await portcullis('clients', 'resume', NIGHTLY)
    expect([code, stdout]).toEqual([0, expect.stringContaining('Resumed: Nightly export')])
  })

  it('that deleted and lost its answer is known to have deleted; one that never had it is not', async () => {
    line.server.plan(SUSPENDED, 'break', { status: 404 })
    expect((await portcullis('clients', 'delete', NIGHTLY, '--yes')).code).toBe(0)
    line.server.plan(SUSPENDED, { status: 404 })
    expect((await portcullis('clients', 'delete', NIGHTLY, '--yes')).code).toBe(4)
  })

  it('that is not there is exit code 5', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const env = { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: 'a-token' }
    const { code, stderr } = await run([process.execPath, line.built.bin, 'clients', 'list'], {
      env,
    })
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining(`${url} cannot be reached (ECONNREFUSED)`),
    ])
  })

  it.each([
    ['a page', { status: 200, body: 'Welcome' }, 'does not answer as Portcullis does'],
    [
      'another client',
      { status: 200, body: { ...CLIENT, client_id: 'client_bbbbbbbbbbbbbbbbbbbbbb' } },
      'not an acknow',
    ],
    [
      'a client that is available',
      { status: 200, body: { ...CLIENT, status: 'available' } },
      'not an acknow',
    ],
  ])('that answers with %s has acknowledged nothing', async (_what, answer, message) => {
    line.server.plan(answer)
    const { code, stdout, stderr } = await portcullis('clients', 'suspend', NIGHTLY)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)])
    expect(stderr).toContain('NOT ACKNOWLEDGED')
  })

  it('is not asked with a token that no header takes, nor is that shown', async () => {
    const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'abcdefgh\nijkl' }
    const { code, stderr } = await run([process.execPath, line.built.bin, 'clients', 'list'], {
      env,
    })
    expect([code, line.server.seen]).toEqual([3, []])
    expect(stderr).not.toContain('abcdefgh')
  })

  it('says which fields it does not take', async () => {
    const errors = [{ field: 'secret.expires_on', detail: 'must not be in the past' }]
    line.server.plan({ status: 400, body: { detail: 'A field is not valid.', errors } })
    const { code, stderr } = await portcullis('clients', 'create', 'A')
    expect([code, stderr]).toEqual([1, expect.stringContaining('secret.expires_on: must not')])
  })

  it('that redirects is not followed with the token', async () => {
    line.server.plan({ status: 307, headers: { Location: 'http://127.0.0.1:1/' } })
    expect((await portcullis('clients', 'list')).code).toBe(1)
    expect(line.server.seen).toHaveLength(1)
  })
})

describe('a creation whose answer is lost', () => {
  it('is sent again with the same key, another one for each command', async () => {
    line.server.plan('break', { status: 201, body: { ...CLIENT, client_secret: 'pc_x' } })
    const { stdout } = await portcullis('clients', 'create', 'A', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ client_secret: 'pc_x' })
    const [first, second, ...others] = keysSeen()
    expect([second, others]).toEqual([first, []])
    line.server.plan({ status: 201, body: { ...CLIENT, client_secret: 'pc_y' } })
    await portcullis('clients', 'create', 'A', '--json')
    expect(keysSeen()[0]).not.toBe(first)
  })

  it('says where the client is when the server will not show its secret again', async () => {
    const headers = {
      Location: `${line.server.url}/admin/v1/clients/client_aaaaaaaaaaaaaaaaaaaaaa`,
    }
    line.server.plan('break', { status: 409, headers, body: { detail: 'Done already.' } })
    const { code, stdout, stderr } = await portcullis('clients', 'create', 'A')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(headers.Location)
    expect(stderr).toContain('portcullis clients rotate')
  })

  it.each([
    ['breaks the connection', 'break', 5],
    ['is not able to answer', UNAVAILABLE, 5],
    ['fails', { status: 500, body: { title: 'Internal error' } }, 1],
    ['answers with a page', { status: 201, body: 'Created' }, 1],
  ] as const)(
    'may have made it where the server %s: it says so, and where to look',
    async (...row) => {
      const [, fault, exitCode] = row
      line.server.plan(...Array.from({ length: 9 }, () => fault))
      const created = await portcullis('clients', 'create', 'A')
      expect([created.code, created.stdout]).toEqual([exitCode, ''])
      expect(created.stderr).toContain('A client may have been created anyway')
      expect(created.stderr).toContain('\n  portcullis clients list --sort=-created_at\n')
      line.server.plan(...Array.from({ length: 9 }, () => fault))
      const rotated = await portcullis('clients', 'rotate', NIGHTLY, '--retire-others-in', '2h')
      expect([rotated.code, rotated.stdout]).toEqual([exitCode, ''])
      expect(rotated.stderr).toContain('client_aaaaaaaaaaaaaaaaaaaaaa may have a new secret anyway')
      expect(rotated.stderr).toContain('its others may end in 2h')
      expect(rotated.stderr).toContain(
        '\n  portcullis clients show client_aaaaaaaaaaaaaaaaaaaaaa\n',
      )
      expect(created.stderr + rotated.stderr).not.toMatch(/a-token|Idempotency/)
    },
  )

  it('is known not to be where nobody was there, or the first answer is a refusal', async () => {
    const env = { PORTCULLIS_URL: `http://127.0.0.1:${await freePort()}`, PORTCULLIS_TOKEN: 'a' }
    const nowhere = await run([process.execPath, line.built.bin, 'clients', 'create', 'A'], { env })
    line.server.plan({ status: 403, body: { title: 'Not allowed' } })
    const refused = await portcullis('clients', 'create', 'A')
    line.server.plan('break', { status: 400, body: { title: 'Not valid' } })
    const notValid = await portcullis('clients', 'create', 'A')
    const ended = [nowhere, refused, notValid]
    expect(ended.map(({ code }) => code)).toEqual([5, 3, 1])
    for (const { stderr } of ended) expect(stderr).not.toContain('may have been created')
  })

  it('is in doubt where a later try is refused for who asks', async () => {
    line.server.plan('break', { status: 401, body: { title: 'The token has expired' } })
    const { code, stderr } = await portcullis('clients', 'create', 'A')
    expect([code, stderr]).toEqual([3, expect.stringContaining('may have been created')])
  })

  const keysSeen = () => line.server.seen.map(({ headers }) => headers['idempotency-key'])
})

describe('metadata that cannot be used', () => {
  const credentials = {
    PORTCULLIS_CLIENT_ID: NIGHTLY,
    PORTCULLIS_CLIENT_SECRET: 'a-secret-of-the-tests',
  }

  it.each([
    ['token_endpoint', '/oauth/token'],
    ['token_endpoint', 'http://auth.example/oauth/token'],
    ['token_endpoint', 'https://ada:secret@auth.example/oauth/token'],
    ['token_endpoint', 'data:application/json,{}'],
    ['token_endpoint', 7],
    ['introspection_endpoint', '//auth.example/oauth/introspect'],
    ['introspection_endpoint', undefined],
  ])('is named by its field: %s %j', async (field, value) => {
    const { url } = line.server
    const endpoints = { token_endpoint: `${url}/t`, introspection_endpoint: `${url}/i` }
    line.server.plan({ status: 200, body: { issuer: url, ...endpoints, [field]: value } })
    const env = { PORTCULLIS_URL: url, ...credentials }
    const { code, stdout, stderr } = await run([process.execPath, line.built.bin, 'token'], { env })
    expect([code, stdout, line.server.seen.length]).toEqual([1, '', 1])
    expect(stderr).toMatch(/^portcullis: .*\n$/)
    expect(stderr).toContain(field)
    expect(stderr).not.toContain('secret')
  })

  it.each([
    ['that is a page', 'Welcome', 'is not the metadata'],
    ['of another issuer', { issuer: 'https://auth.example/\nBye' }, 'is the issuer https'],
  ])('%s is said in one line', async (_what, body, message) => {
    line.server.plan({ status: 200, body })
    const env = { PORTCULLIS_URL: line.server.url, ...credentials }
    const { code, stderr } = await run([process.execPath, line.built.bin, 'token'], { env })
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
    expect(stderr).toMatch(/^portcullis: .*\n$/)
  })
})

it.each([
  ['token', 'a page', 'Welcome'],
  ['token', 'another thing', { token_type: 'Bearer' }],
  ['introspect', 'a page', 'Welcome'],
  ['introspect', 'another thing', { scope: 'invoices:read' }],
])('%s takes %s for no answer of ours, in one line', async (command, _what, body) => {
  const { url } = line.server
  const endpoints = { token_endpoint: `${url}/t`, introspection_endpoint: `${url}/i` }
  line.server.plan({ status: 200, body: { issuer: url, ...endpoints } }, { status: 200, body })
  const env = {
    PORTCULLIS_URL: url,
    PORTCULLIS_CLIENT_ID: NIGHTLY,
    PORTCULLIS_CLIENT_SECRET: 'a-secret-of-the-tests',
  }
  const words = command === 'token' ? ['token'] : ['introspect', 'a-token']
  const { code, stdout, stderr } = await run([process.execPath, line.built.bin, ...words], { env })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^portcullis: .* does not answer as Portcullis does.*\n$/)
})

describe('what a server says', () => {
  const evil = '\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u00ad\u{e0041}\r\nBye'

  it('does not drive the terminal from a table, a sentence or JSON', async () => {
    const client = { ...CLIENT, client_name: evil, suspended_reason: evil }
    const page = { status: 200, body: { data: [client], next_cursor: null } }
    const refusal = { status: 400, body: { title: evil, detail: evil } }
    line.server.plan(page, page, { ...SUSPENDED, body: client }, refusal)
    const ended = [
      await portcullis('clients', 'list'),
      await portcullis('clients', 'list', '--json'),
      await portcullis('clients', 'suspend', NIGHTLY),
      await portcullis('clients', 'list'),
    ]
    const said = ended.map(({ stdout, stderr }) => stdout + stderr)
    for (const text of said) expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202e\u00ad\u{e0041}]/u)
    expect((JSON.parse(said[1] ?? '') as (typeof client)[])[0]?.client_name).toBe(evil)
  })
})
