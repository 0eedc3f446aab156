import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, inTerminal, run } from '../support/node/command-line.ts'
import { faultyServer } from '../support/node/faulty-server.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const AUDIENCE = 'https://billing.example'
const NAME = 'Nightly billing export'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let home = ''

beforeAll(async () => {
  built = builtCommandLine()
  home = mkdtempSync(join(tmpdir(), 'portcullis-home-'))
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
})

afterAll(async () => {
  await worker.close()
  for (const folder of [built.folder, home]) rmSync(folder, { recursive: true })
})

type Options = { env?: Record<string, string>; input?: string }

/** Runs as the person who is logged in. */
function portcullis(words: string[], { env = {}, input = '' }: Options = {}): Promise<Ended> {
  return run([process.execPath, built.bin, ...words], { env: { HOME: home, ...env }, input })
}

const withToken = () => ({ PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN })

/** With the bootstrap token. */
function asBootstrap(...words: string[]): Promise<Ended> {
  return portcullis(words, { env: withToken() })
}

/** The JSON of a command that must succeed, and print nothing else. */
async function jsonOf<T = Record<string, unknown>>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await asBootstrap(...words, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

type Created = { client_id: string; client_secret: string }

const newClient = (name = NAME) =>
  jsonOf<Created>('clients', 'create', name, '--permission', `${AUDIENCE}=invoices:read`)

/** A token request of that client through the command line. */
function tokenFor({ client_id: id, client_secret: secret }: Created): Promise<Ended> {
  const words = ['token', '--client-id', id, '--client-secret-stdin', '--url', worker.issuer]
  return portcullis(words, { input: secret })
}

async function isActive(token: string): Promise<unknown> {
  const words = ['introspect', '--json']
  const { stdout } = await portcullis(words, { env: administratorEnv, input: token })
  return (JSON.parse(stdout) as { active: boolean }).active
}

let administratorEnv: Record<string, string> = {}

beforeAll(async () => {
  const { id, secret } = await worker.client(
    worker.issuer,
    'clients:manage',
    'audit:read',
    'tokens:introspect',
  )
  administratorEnv = {
    PORTCULLIS_URL: worker.issuer,
    PORTCULLIS_CLIENT_ID: id,
    PORTCULLIS_CLIENT_SECRET: secret,
  }
})

const folder = () => join(home, '.config/portcullis')
const file = () => join(folder(), 'credentials.json')

function logIn(id: string, secret: string, url = worker.issuer): Promise<Ended> {
  const words = ['login', '--url', url, '--client-id', id, '--client-secret-stdin']
  return portcullis(words, { input: `${secret}\n` })
}

describe('login', () => {
  it('keeps credentials that work where only their owner can read them, until logout', async () => {
    const { id, secret } = await worker.client(worker.issuer, 'clients:read')
    const { code, stdout } = await logIn(id, secret, `${worker.issuer}/`)
    expect([code, stdout]).toEqual([0, expect.stringContaining('clients:read')])
    expect([folder(), file()].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600])
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      issuer: worker.issuer,
      client_id: id,
      client_secret: secret,
    })
    expect((await portcullis(['clients', 'list'])).code).toBe(0)
    const forbidden = await portcullis(['clients', 'create', 'Mine'])
    expect([forbidden.code, forbidden.stderr]).toEqual([3, expect.stringContaining('403')])
    expect((await portcullis(['logout'])).code).toBe(0)
    expect(existsSync(file())).toBe(false)
    expect((await portcullis(['clients', 'list'])).code).toBe(3)
  })

  it('does not use a file that others can read', async () => {
    const { id, secret } = await worker.client(worker.issuer, 'clients:read')
    await logIn(id, secret)
    chmodSync(file(), 0o640)
    const { code, stderr } = await portcullis(['clients', 'list'])
    expect([code, stderr]).toEqual([3, expect.stringContaining('can be read by others (mode 640)')])
    rmSync(file())
  })

  it('keeps nothing that does not work, and says why', async () => {
    const { id, secret } = await worker.client(worker.issuer, 'clients:read')
    const stranger = await worker.client(AUDIENCE, 'invoices:read')
    const mistyped = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
    const outcomes = [
      await logIn(id, stranger.secret),
      await logIn(id, mistyped),
      await logIn(stranger.id, stranger.secret),
      await logIn(id, secret, worker.issuer.replace('127.0.0.1', 'auth.example')),
      await logIn(id, secret, worker.issuer.replace('127.0.0.1', 'localhost')),
    ]
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([
      [3, expect.stringContaining('401')],
      [2, expect.stringContaining('checksum')],
      [3, expect.stringContaining('cannot administer')],
      [2, expect.stringContaining('must be https')],
      [1, expect.stringContaining('is the issuer')],
    ])
    expect(existsSync(file())).toBe(false)
    expect(outcomes.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain('pc_')
  })

  it('wants the environment whole, or not at all', async () => {
    const env = { PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
    const { code, stderr } = await portcullis(['clients', 'list'], { env })
    expect([code, stderr]).toEqual([3, expect.stringContaining('PORTCULLIS_URL is missing')])
    expect(stderr).not.toContain(BOOTSTRAP_TOKEN)
  })
})

describe('suspend', () => {
  it('ends the tokens and the secrets of a client by its name, and resume brings them back', async () => {
    const client = await newClient('Weekly report')
    const token = (await tokenFor(client)).stdout.trim()
    expect(await isActive(token)).toBe(true)
    const words = ['clients', 'suspend', 'Weekly report', '--reason', 'token in a public log']
    const suspended = await portcullis(words, { env: administratorEnv })
    expect(suspended).toEqual({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^Suspended since \S+Z, acknowledged at \S+Z \(in \d+ ms\); propagation complete: Weekly report \(client_\w+\)\n$/,
      ) as unknown,
    })
    expect(await isActive(token)).toBe(false)
    const refused = await tokenFor(client)
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('suspended'),
    ])
    expect((await asBootstrap('clients', 'resume', client.client_id)).code).toBe(0)
    expect(await isActive(token)).toBe(true)
    expect((await tokenFor(client)).code).toBe(0)
  })

  it('suspends each that it can of several, and fails for the others', async () => {
    const { client_id: id } = await newClient()
    const { code, stdout, stderr } = await asBootstrap('clients', 'suspend', 'Nobody', id)
    expect(code).toBe(4)
    expect(stdout).toContain(`(${id})`)
    expect(stderr).toContain('NOT suspended: Nobody')
  })

  it('of several is one request, as are their resumption, the end of their tokens and their deletion', async () => {
    const [one, two] = [await newClient('Bulk one'), await newClient('Bulk two')]
    const ids = [one.client_id, two.client_id]
    const token = (await tokenFor(one)).stdout.trim()
    const said = await asBootstrap(
      'clients',
      'suspend',
      'Bulk one',
      two.client_id,
      '--reason',
      'SEC-1',
    )
    expect([said.code, said.stderr]).toEqual([0, ''])
    expect(said.stdout).toBe(
      ids.map((id, i) => `Suspended: Bulk ${['one', 'two'][i]} (${id})\n`).join(''),
    )
    expect(await isActive(token)).toBe(false)
    const again = await jsonOf<object[]>('clients', 'suspend', ...ids)
    expect(again).toMatchObject(
      ids.map((id) => ({ client_id: id, ok: true, suspended: true, changed: false })),
    )
    expect((await asBootstrap('clients', 'resume', ...ids)).code).toBe(0)
    const revoked = await asBootstrap('clients', 'revoke-tokens', ...ids)
    expect([revoked.code, revoked.stdout]).toEqual([0, expect.stringContaining('Tokens revoked: ')])
    expect(await isActive(token)).toBe(false)
    const none = `client_${'z'.repeat(22)}`
    const deleted = await asBootstrap('clients', 'delete', ...ids, none, '--yes')
    expect([deleted.code, deleted.stderr]).toEqual([
      4,
      `NOT deleted: ${none}\nThere is no such client.\n`,
    ])
  })

  it('is asked for again where the answer was lost, and stands', async () => {
    const { client_id: id } = await newClient()
    const server = await faultyServer(worker.issuer)
    server.plan('lose the answer', 'pass')
    const env = { ...withToken(), PORTCULLIS_URL: server.url }
    const { code, stdout } = await portcullis(['clients', 'suspend', id], { env })
    await server.close()
    expect([code, stdout, server.seen.length]).toEqual([0, expect.stringContaining(id), 2])
    const events = await jsonOf<object[]>('audit', '--client', id, '--action', 'client.suspended')
    expect(events).toHaveLength(1)
  })

  it('says it in JSON, one object a client', async () => {
    const { client_id: id } = await newClient()
    const [outcome, ...others] = await jsonOf<Record<string, unknown>[]>('clients', 'suspend', id)
    expect(others).toEqual([])
    expect(outcome).toMatchObject({ suspended: true, client_id: id, status: 'suspended' })
    expect(outcome).toHaveProperty('acknowledged_at', expect.any(String))
    expect(outcome).toHaveProperty('acknowledged_in_ms', expect.any(Number))
  })
})

describe('clients', () => {
  it('are created, shown and given new secrets, which are shown once', async () => {
    const words = ['--lifetime', '30m', '--expires-on', new Date().toISOString().slice(0, 10)]
    const tags = ['--tag', 'team:billing', '--tag', 'prod', '--contact', 'ops@example.com']
    const created = await asBootstrap('clients', 'create', 'Importer', ...words, ...tags)
    expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining('shown this once') })
    const [, id = '', secret = ''] =
      /client_id +(\S+)\nclient_secret +(\S+)/.exec(created.stdout) ?? []
    const shown = await asBootstrap('clients', 'show', id)
    expect(shown.stdout).toMatch(
      /Name +Importer\n[^]*Tags +team:billing prod\nContacts +ops@example.com\n[^]*Token lifetime +1800 seconds\n/,
    )
    expect(shown.stdout + shown.stderr).not.toContain(secret)
    const rotated = await asBootstrap('clients', 'rotate', 'Importer', '--retire-others-in', '0')
    expect(rotated.stdout).toMatch(/^pc_\w+\n$/)
    const client = await jsonOf<{ secrets: { hint: string }[] }>('clients', 'show', id)
    expect(client.secrets.map(({ hint }) => hint)).toEqual([rotated.stdout.trim().slice(-4)])
  })

  it('are rotated so that nothing ends before the new secret is used', async () => {
    const { client_id: id } = await newClient()
    const options = ['--activate-on-first-use', '--retire-others-in', '1h']
    const rotated = await asBootstrap('clients', 'rotate', id, ...options)
    expect(rotated.stderr).toContain('Its others end 1h after the new one is first used.')
    const { secrets } = await jsonOf<{ secrets: Record<string, unknown>[] }>('clients', 'show', id)
    expect(secrets).toMatchObject([
      { retires_at: null, retire_others_in: null },
      { retires_at: null, retire_others_in: 3600 },
    ])
    const shown = await asBootstrap('clients', 'show', id)
    expect(shown.stdout).toContain('never: others wait for it')
  })

  it('have a secret extended by days, which are whole ones', async () => {
    const { client_id: id } = await newClient()
    type Shown = { secret_id: string; expires_at: string }
    const { secrets } = await jsonOf<{ secrets: Shown[] }>('clients', 'show', id)
    const [{ secret_id: secret, expires_at: before } = { secret_id: '', expires_at: '' }] = secrets
    const extended = await jsonOf<Shown>('clients', 'extend', id, secret, '--by', '7d')
    expect(Date.parse(extended.expires_at) - Date.parse(before)).toBe(7 * 86_400_000)
    const said = await asBootstrap('clients', 'extend', id, secret)
    expect(said.stdout).toMatch(new RegExp(`^${secret} works until \\d{4}-\\d\\d-\\d\\d`))
    expect((await asBootstrap('clients', 'extend', id, secret, '--by', '12h')).code).toBe(2)
    expect((await asBootstrap('clients', 'extend', id, 'secret_none')).code).toBe(4)
  })

  it('are deleted with --yes alone where there is nobody to ask', async () => {
    const { client_id: id } = await newClient()
    expect((await asBootstrap('clients', 'delete', id)).code).toBe(2)
    expect((await asBootstrap('clients', 'show', id)).code).toBe(0)
    expect((await asBootstrap('clients', 'delete', id, '--yes')).code).toBe(0)
    expect((await asBootstrap('clients', 'show', id)).code).toBe(4)
  })

  it('are found by a name that one of them has, and listed where several do', async () => {
    const twins = [await newClient('Twin'), await newClient('Twin')]
    const { code, stdout, stderr } = await asBootstrap('clients', 'show', 'Twin')
    expect([code, stdout]).toEqual([4, ''])
    for (const { client_id: id } of twins) expect(stderr).toContain(id)
    expect(await asBootstrap('clients', 'show', 'Twi')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Similar'),
    })
  })

  it('are listed over several pages, with a line of progress where it is wanted', async () => {
    for (let made = 0; made < 120; made++) {
      await worker.admin('POST', '/clients', { client_name: `Bulk ${made}` })
    }
    const words = ['clients', 'list', '--query', 'bulk', '--sort', 'name', '--all', '--json']
    const { code, stdout, stderr } = await asBootstrap(...words, '--progress')
    expect([code, (JSON.parse(stdout) as unknown[]).length]).toEqual([0, 120])
    expect(stderr.split('\r\u001b[K')).toEqual(['', 'Fetched 100 clients...', ''])
    expect((await asBootstrap(...words)).stderr).toBe('')
    const cut = await asBootstrap('clients', 'list', '--query', 'bulk', '--limit', '7')
    expect(cut.stdout.trim().split('\n')).toHaveLength(1 + 7)
    expect(cut.stderr).toContain('the first 7')
  })

  it('are listed into a pipe that closes early without a word', async () => {
    const script = `'${process.execPath}' '${built.bin}' clients list --all --json | head -c 1`
    const { code, stdout, stderr } = await run(['bash', '--norc', '-o', 'pipefail', '-c', script], {
      env: withToken(),
    })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '[', stderr: '' })
  })
})

describe('token, introspect and audit', () => {
  it('a token is decoded, with its times in words', async () => {
    const client = await newClient('Decoder')
    const words = ['token', '--client-id', client.client_id, '--client-secret-stdin', '--decode']
    const env = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
    const options = { env, input: client.client_secret }
    const { stdout } = await portcullis([...words, '--scope', 'invoices:read'], options)
    expect(stdout).toMatch(
      /^alg +ES256\n[^]*scope +invoices:read\n[^]*exp +\S+Z \(in 12 hours\)\n/m,
    )
    const json = await portcullis([...words, '--resource', AUDIENCE, '--json'], options)
    expect(JSON.parse(json.stdout)).toMatchObject({
      token_type: 'Bearer',
      header: { typ: 'at+jwt' },
      claims: { aud: AUDIENCE, client_id: client.client_id },
    })
  })

  it('a token that is none is not active, and none at all is asked for', async () => {
    const options = { env: administratorEnv, input: 'x.y.z' }
    expect(await portcullis(['introspect'], options)).toMatchObject({
      code: 0,
      stdout: 'Not active\n',
    })
    expect((await portcullis(['introspect'], { env: administratorEnv })).code).toBe(2)
  })

  it('the audit log says who did what to a client, and why', async () => {
    const { client_id: id } = await newClient('Audited')
    await asBootstrap('clients', 'suspend', id, '--reason', 'drill')
    const { stdout } = await asBootstrap('audit', '--client', 'Audited', '--limit', '1')
    expect(stdout).toMatch(
      new RegExp(
        `^AT +ACTION +BY +TARGET +REASON\n\\S+Z +client.suspended +bootstrap +Audited \\(${id}\\) +drill\n$`,
      ),
    )
    const words = ['audit', '--client', id, '--action', 'client.created']
    expect(await jsonOf<object[]>(...words)).toMatchObject([{ action: 'client.created' }])
  })
})

describe('in a terminal', () => {
  /** The output for a person who types this. */
  async function typed(words: string[], input: string): Promise<Ended> {
    const command = inTerminal([process.execPath, built.bin, ...words])
    return run(command, { env: { ...withToken(), TERM: 'xterm' }, input })
  }

  it('a deletion is confirmed by typing the name', async () => {
    const { client_id: id } = await newClient('Doomed')
    expect((await typed(['clients', 'delete', 'Doomed'], 'Domed\n')).code).toBe(1)
    expect((await asBootstrap('clients', 'show', id)).code).toBe(0)
    const { code, stdout } = await typed(['clients', 'delete', 'Doomed'], 'Doomed\n')
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Deleted ${id}.`)])
  })

  it('a secret that is typed is not shown', async () => {
    const { id, secret } = await worker.client(worker.issuer, 'clients:read')
    const words = ['login', '--url', worker.issuer, '--client-id', id]
    const command = inTerminal([process.execPath, built.bin, ...words])
    const { code, stdout } = await run(command, { env: { HOME: home }, input: `${secret}\n` })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Logged in')])
    rmSync(file())
  })

  it('there is colour, unless NO_COLOR says otherwise, and none in a pipe', async () => {
    const words = ['clients', 'list', '--limit', '1']
    expect((await typed(words, '')).stdout).toContain('\u001b[')
    const command = inTerminal([process.execPath, built.bin, ...words])
    const plain = await run(command, { env: { ...withToken(), NO_COLOR: '1' } })
    expect(plain.stdout).not.toContain('\u001b[')
    expect((await asBootstrap(...words)).stdout).not.toContain('\u001b[')
  })
})
