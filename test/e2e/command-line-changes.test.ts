import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, inTerminal, run } from '../support/node/command-line.ts'
import {
  type FaultyServer,
  faultyServer,
  type ScriptedAnswer,
} from '../support/node/faulty-server.ts'

const NIGHTLY = 'client_aaaaaaaaaaaaaaaaaaaaaa'
const API = 'https://api.example.com'
const READ = { audience: API, permission: 'invoices:read' }
const WRITE = { audience: API, permission: 'invoices:write' }
const CLIENT = {
  client_id: NIGHTLY,
  client_name: 'Nightly',
  status: 'available',
  tags: ['prod', 'team:billing'],
  description: 'Old',
  roles: ['role_9Tq8mZr1Tn0cVb7L'],
  permissions: [READ],
  scope: 'invoices:read',
  secrets: [],
}

const seen = (body: unknown, etag = '"7"'): ScriptedAnswer => ({
  status: 200,
  headers: { ETag: etag },
  body,
})
const page = (...data: unknown[]): ScriptedAnswer => seen({ data, next_cursor: null })
const STALE: ScriptedAnswer = { status: 412, body: { title: 'Precondition failed' } }

let built: ReturnType<typeof builtCommandLine>
let server: FaultyServer

beforeAll(async () => {
  built = builtCommandLine()
  server = await faultyServer('http://127.0.0.1:1')
})

afterAll(async () => {
  await server.close()
  rmSync(built.folder, { recursive: true })
})

beforeEach(() => server.plan())

const env = () => ({ PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: 'a-token' })

function portcullis(...words: string[]): Promise<Ended> {
  return run([process.execPath, built.bin, ...words], { env: env() })
}

/** The requests that change something: their version and their body. */
function changes(): unknown[] {
  return server.seen
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, headers, body }) => [
      `${method} ${path.replace('/admin/v1', '')}`,
      headers['if-match'],
      body === '' ? null : (JSON.parse(body) as unknown),
    ])
}

describe('what cannot be meant is not sent', () => {
  it.each([
    [['clients', 'edit', NIGHTLY], 'Nothing to change was given'],
    [['clients', 'edit', NIGHTLY, '--lifetime', '1 day'], 'is not a duration'],
    [['clients', 'edit', NIGHTLY, '--require-dpop', '--no-require-dpop'], 'given more than once'],
    [['clients', 'edit', NIGHTLY, '--profile', 'fapi1'], 'Allowed choices are fapi2, none'],
    [['clients', 'edit', NIGHTLY, '--taq', 'x'], 'Did you mean --tag?'],
    [
      ['clients', 'extend', NIGHTLY, 'secret_a', '--by', '12h'],
      'must be a number of whole days, such as 7d, not "12h"',
    ],
    [['clients', 'extend', NIGHTLY, 'secret_a', '--by', '752d'], 'works for 24 months'],
    [['clients', 'extend', NIGHTLY, 'secret_a', '--by', '99999999d'], 'works for 24 months'],
    [['clients', 'tag', NIGHTLY], 'Give --tag or --untag'],
    [['clients', 'tag', NIGHTLY, '--tag', 'k', '--untag', 'k'], 'contradict each other: k.'],
    [['clients', 'edit', NIGHTLY, '--tag', 'k', '--untag', 'k'], '--tag and --untag contradict'],
    [['apis', 'edit', API, '--permission', 'a=A', '--remove-permission', 'a'], 'contradict'],
    [
      ['roles', 'edit', 'R', `--permission=${API}=a`, `--remove-permission=${API}=a`],
      `contradict each other: ${API}=a.`,
    ],
    [['clients', 'access', 'add', NIGHTLY], 'Give --permission or --role'],
    [['clients', 'access', 'set', NIGHTLY], 'Give --permission or --role'],
    [['clients', 'access', 'set', NIGHTLY, '--none', '--role', 'A'], '--none removes all access'],
    [['clients', 'access', 'add', NIGHTLY, '--permission', 'read'], 'is not AUDIENCE='],
    [['clients', 'duplicate', NIGHTLY, 'B', '--no-secret', '--expires-on', 'x'], 'makes none'],
    [['clients', 'secrets', 'delete', NIGHTLY, 'secret_a'], 'give --yes'],
    [['keys', 'delete', NIGHTLY, 'key_a'], 'give --yes'],
    [['certificates', 'delete', NIGHTLY, 'cert_a'], 'give --yes'],
    [['workloads', 'delete', NIGHTLY, 'fed_a'], 'give --yes'],
    [['apis', 'delete', API], 'give --yes'],
    [['apis', 'edit', API, '--group', 'Invoices'], 'name them by --permission'],
    [['apis', 'create'], "missing required argument 'audience'"],
    [['roles', 'create', 'Reader', '--permission', 'read'], 'is not AUDIENCE=PERMISSION'],
    [['roles', 'delete', 'Reader'], 'give --yes'],
    [['administrators', 'add', 'ada@example.com'], "'--access <ACCESS>' not specified"],
    [['administrators', 'remove', 'ada@example.com'], 'give --yes'],
    [['signing-keys', 'revoke', 'kid'], 'give --yes'],
    [['audit', 'accept'], 'give --yes'],
    [['audit', 'accept', '--yes', '--broken-at', 'last'], 'is not the number of an event'],
    [['audit', '--limit', '0'], 'is not a number from 1 to 9999999'],
    [['audit', 'list', 'verify'], 'Expected 0 arguments but got 1'],
    [['issuers', 'edit', 'https://ci.example.com', '--jwks', '/none'], 'cannot be read'],
    [['health', '--fail-on', 'ok'], 'Allowed choices are degraded, failing, unavailable'],
    [['health', '--url', 'http://auth.example.com'], 'must be https'],
  ])('%j: exit code 2', async (words, message) => {
    const { code, stdout, stderr } = await portcullis(...words)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
    expect(server.seen).toEqual([])
  })
})

describe('an extension', () => {
  it('may be as long as any secret works', async () => {
    const secret = { secret_id: 'secret_a', expires_at: '2099-01-01T23:59:59Z', retires_at: null }
    server.plan(seen({ ...CLIENT, secrets: [secret] }), seen(secret))
    const words = ['clients', 'extend', NIGHTLY, 'secret_a', '--by', '751d']
    expect(await portcullis(...words)).toMatchObject({ code: 0 })
    const patch = { expires_on: '2101-01-22' }
    const path = 'PATCH /clients/client_aaaaaaaaaaaaaaaaaaaaaa/secrets/secret_a'
    expect(changes()).toEqual([[path, undefined, patch]])
  })
})

describe('an edit', () => {
  it('sends what was given, by what was read, and the version that was read', async () => {
    server.plan(seen(CLIENT), seen(CLIENT))
    const words = ['--lifetime', '30m', '--tag', 'new', '--untag', 'prod', '--no-require-dpop']
    const { code, stdout } = await portcullis('clients', 'edit', NIGHTLY, ...words)
    expect([code, stdout]).toEqual([0, 'Changed Nightly (client_aaaaaaaaaaaaaaaaaaaaaa).\n'])
    const body = { tags: ['team:billing', 'new'], access_token_lifetime: 1800, require_dpop: false }
    expect(changes()).toEqual([['PATCH /clients/client_aaaaaaaaaaaaaaaaaaaaaa', '"7"', body]])
  })

  it('takes a word for null, and an empty text for itself', async () => {
    server.plan(seen(CLIENT), seen(CLIENT))
    const words = ['--profile', 'none', '--jwks-uri', 'none', '--description=']
    await portcullis('clients', 'edit', NIGHTLY, ...words)
    const body = { description: '', profile: null, jwks_uri: null }
    expect(changes()).toEqual([['PATCH /clients/client_aaaaaaaaaaaaaaaaaaaaaa', '"7"', body]])
  })

  it('leaves alone what somebody changed meanwhile, and asks once', async () => {
    server.plan(seen(CLIENT), STALE)
    const { code, stdout, stderr } = await portcullis('clients', 'edit', NIGHTLY, '--name', 'B')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('Someone changed it in the meantime, so it was left as it is now.')
    expect(server.seen).toHaveLength(2)
  })

  it('whose answer was lost is done where it reads so, and only there', async () => {
    const edit = ['clients', 'edit', NIGHTLY, '--description', 'New', '--tag', 'new']
    const after = { ...CLIENT, description: 'New', tags: ['new', 'team:billing', 'prod'] }
    server.plan(seen(CLIENT), 'break', STALE, seen(after))
    expect(await portcullis(...edit)).toMatchObject({
      code: 0,
      stdout: 'Changed Nightly (client_aaaaaaaaaaaaaaaaaaaaaa).\n',
    })
    server.plan(seen(CLIENT), 'break', STALE, seen({ ...after, description: 'Another' }))
    const other = await portcullis(...edit)
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining('changed it in the meantime'),
    ])
  })

  it('of an audience in use, whose answer was lost, is done where it reads so', async () => {
    const api = { api_id: 'api_2Kq8mZr1Tn0cVb7L', audience: API, name: 'A', permissions: [] }
    const after = { ...api, audience: `${API}/v2` }
    server.plan(page(api), seen(api), 'break', STALE, seen(after))
    const words = ['--audience', `${API}/v2`, '--confirm-audience-in-use']
    const { code, stdout } = await portcullis('apis', 'edit', API, ...words)
    expect([code, stdout]).toEqual([0, `Changed ${API}/v2 (${api.api_id}).\n`])
    const sent = { audience: `${API}/v2`, confirm_audience_in_use: true }
    const change = [`PATCH /apis/${api.api_id}`, '"7"', sent]
    expect(changes()).toEqual([change, change])
  })

  it('that takes away what is not there changes nothing: it may be a typing error', async () => {
    server.plan(seen(CLIENT))
    const { code, stderr } = await portcullis('clients', 'edit', NIGHTLY, '--untag', 'prdo')
    expect([code, stderr]).toEqual([4, expect.stringContaining('It does not have prdo.')])
    expect(changes()).toEqual([])
  })

  it('of an API keeps the descriptions and groups that it does not name', async () => {
    const permissions = [
      { permission: 'a', description: 'A', group: 'One' },
      { permission: 'b', description: 'B' },
      { permission: 'c' },
    ]
    const api = {
      api_id: 'api_2Kq8mZr1Tn0cVb7L',
      audience: API,
      name: 'Billing',
      permissions,
    }
    server.plan(page(api), seen(api), seen(api))
    const words = [
      '--permission',
      'a=x=y',
      '--permission=b=',
      '--permission',
      'd',
      '--group',
      'Two',
    ]
    const { code } = await portcullis('apis', 'edit', API, ...words, '--remove-permission', 'c')
    const after = [
      { permission: 'a', description: 'x=y', group: 'Two' },
      { permission: 'b', group: 'Two' },
      { permission: 'd', group: 'Two' },
    ]
    expect([code, changes()]).toEqual([
      0,
      [[`PATCH /apis/${api.api_id}`, '"7"', { permissions: after }]],
    ])
  })
})

describe('access', () => {
  const words = ['--permission', `${API}=invoices:write`]

  it('is added to what a client may do, and taken from it, by the version that was read', async () => {
    server.plan(seen(CLIENT), seen(CLIENT))
    await portcullis('clients', 'access', 'add', NIGHTLY, ...words, '--revoke-tokens')
    const { roles } = CLIENT
    const added = { roles, permissions: [READ, WRITE], apply_to_issued_tokens: true }
    expect(changes()).toEqual([['PUT /clients/client_aaaaaaaaaaaaaaaaaaaaaa/access', '"7"', added]])
    server.plan(seen({ ...CLIENT, permissions: [READ, WRITE] }), seen(CLIENT))
    const { stdout } = await portcullis('clients', 'access', 'remove', NIGHTLY, ...words)
    expect(stdout).toBe('Nightly (client_aaaaaaaaaaaaaaaaaaaaaa) may do: invoices:read\n')
    expect(changes()).toEqual([
      ['PUT /clients/client_aaaaaaaaaaaaaaaaaaaaaa/access', '"7"', { roles, permissions: [READ] }],
    ])
  })

  it('is replaced as a whole, also by nothing', async () => {
    server.plan(seen(CLIENT), seen({ ...CLIENT, scope: '' }))
    const { stdout } = await portcullis('clients', 'access', 'set', NIGHTLY, '--none')
    expect(stdout).toBe('Nightly (client_aaaaaaaaaaaaaaaaaaaaaa) may do: nothing\n')
    expect(changes()).toEqual([
      ['PUT /clients/client_aaaaaaaaaaaaaaaaaaaaaa/access', '"7"', { roles: [], permissions: [] }],
    ])
  })

  it('whose answer was lost is taken for changed where tokens were revoked, if they were to be', async () => {
    const before = { ...CLIENT, permissions: [READ, WRITE], tokens_valid_from: null }
    const after = { ...before, permissions: [READ], tokens_valid_from: '2026-11-30T12:00:00Z' }
    const remove = ['clients', 'access', 'remove', NIGHTLY, ...words, '--revoke-tokens']
    server.plan(seen(before), 'break', STALE, seen(after))
    const done = await portcullis(...remove)
    expect(done).toMatchObject({
      code: 0,
      stdout: 'Nightly (client_aaaaaaaaaaaaaaaaaaaaaa) may do: invoices:read\n',
    })
    server.plan(seen(before), 'break', STALE, seen({ ...after, tokens_valid_from: null }))
    const by = await portcullis(...remove)
    expect([by.code, by.stderr]).toEqual([
      1,
      expect.stringContaining('changed it in the meantime, or'),
    ])
  })

  it('that it does not have cannot be taken away', async () => {
    server.plan(seen(CLIENT))
    const { code, stderr } = await portcullis('clients', 'access', 'remove', NIGHTLY, ...words)
    expect([code, stderr]).toEqual([4, expect.stringContaining(`does not have ${API}=invoices:w`)])
    expect(changes()).toEqual([])
  })
})

describe('a name', () => {
  const role = (id: string) => ({ role_id: id, name: 'Reader', description: '', permissions: [] })

  it('of several is not guessed, nor one of none', async () => {
    server.plan(page(role('role_1'), role('role_2')), page())
    const several = await portcullis('roles', 'show', 'Reader')
    expect([several.code, several.stderr]).toEqual([4, expect.stringContaining('role_2')])
    const none = await portcullis('apis', 'show', 'https://none.example.com')
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('There is no API "https')])
  })

  it('is typed to delete, where there is somebody to ask', async () => {
    const version = [page(role('role_1')), seen(role('role_1'))]
    const command = inTerminal([process.execPath, built.bin, 'roles', 'delete', 'Reader'])
    server.plan(...version)
    const refused = await run(command, { env: env(), input: 'reader\n' })
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining('That is not "Reader". Nothing was deleted.'),
    ])
    expect(changes()).toEqual([])
    server.plan(...version, { status: 204 })
    expect((await run(command, { env: env(), input: 'Reader\n' })).code).toBe(0)
    expect(changes()).toEqual([['DELETE /roles/role_1', '"7"', null]])
  })

  it('of a trusted issuer is its iss, to delete it too; its id is not asked for again', async () => {
    const issuer = { issuer_id: 'iss_0123456789abcdef', issuer: 'https://ci.example.com' }
    const { issuer_id: id, issuer: iss } = issuer
    const asked = await portcullis('issuers', 'delete', iss)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('give --yes')])
    server.plan(page(issuer), seen(issuer), { status: 204 })
    const { code, stdout } = await portcullis('issuers', 'delete', iss, '--yes')
    expect([code, stdout]).toEqual([0, `Deleted ${iss} (${id}).\n`])
    expect(changes()).toEqual([[`DELETE /issuers/${id}`, '"7"', null]])
    server.plan(seen(issuer), { status: 204 })
    expect((await portcullis('issuers', 'delete', id)).stdout).toBe(`Deleted ${iss} (${id}).\n`)
    expect(changes()).toEqual([[`DELETE /issuers/${id}`, '"7"', null]])
  })

  it('that somebody changed meanwhile is not deleted', async () => {
    server.plan(page(role('role_1')), seen(role('role_1')), STALE)
    const { code, stderr } = await portcullis('roles', 'delete', 'Reader', '--yes')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('Someone changed it in the meantime'),
    ])
  })
})
