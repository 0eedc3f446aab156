import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { builtCommandLine, run } from '../support/node/command-line.ts'
import { type FaultyServer, faultyServer } from '../support/node/faulty-server.ts'

const SECRET = { secret_id: 'secret_a', client_secret: 'pc_x', expires_at: '2027-01-01T00:00:00Z' }
const CLIENT = {
  client_id: 'client_aaaaaaaaaaaaaaaaaaaaaa',
  client_name: 'Nightly export',
  status: 'available',
  suspended_at: null,
  secrets: [],
}

let built: ReturnType<typeof builtCommandLine>
let server: FaultyServer
let env: Record<string, string>

beforeAll(async () => {
  built = builtCommandLine()
  server = await faultyServer('http://127.0.0.1:1')
  env = { PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: 'a-token' }
})

afterAll(async () => {
  await server.close()
  rmSync(built.folder, { recursive: true })
})

beforeEach(() => server.plan())

const TO_FULL_DISK = 'exec "$@" > /dev/full'
const TO_CLOSED_PIPE = '{ "$@"; echo "ended with $?" >&2; } | true'

function portcullisIn(shell: string, ...words: string[]) {
  return run(['sh', '-c', shell, 'sh', process.execPath, built.bin, ...words], { env })
}

const made = (path: string, body: object) => ({
  status: 201,
  headers: { Location: `${server.url}/admin/v1/clients/${path}` },
  body,
})

describe('a secret that cannot be written', () => {
  it.each([
    [
      ['clients', 'create', 'A', '--json'],
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      { ...CLIENT, ...SECRET },
    ],
    [['clients', 'create', 'A'], 'client_aaaaaaaaaaaaaaaaaaaaaa', { ...CLIENT, ...SECRET }],
    [
      ['clients', 'rotate', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
      'client_aaaaaaaaaaaaaaaaaaaaaa/secrets/secret_a',
      SECRET,
    ],
    [
      ['clients', 'secrets', 'create', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
      'client_aaaaaaaaaaaaaaaaaaaaaa/secrets/secret_a',
      SECRET,
    ],
  ])('of %j is said to be lost, with an exit code', async (words, path, body) => {
    for (const shell of [TO_FULL_DISK, TO_CLOSED_PIPE]) {
      server.plan(made(path, body))
      const { code, stderr } = await portcullisIn(shell, ...words)
      if (shell === TO_FULL_DISK) expect(code).toBe(1)
      else expect(stderr).toContain('ended with 1')
      expect(stderr).toContain(`is shown once, and is lost: ${server.url}/admin/v1/clients/${path}`)
      expect(stderr).not.toMatch(/pc_x|\n {4}at /)
    }
  })

  it('is said of what is made for a server, too', async () => {
    const { stderr } = await portcullisIn(TO_CLOSED_PIPE, 'secrets', 'make')
    expect(stderr).toMatch(/\(EPIPE\)\. What was made is kept nowhere else[^]*ended with 1/)
  })
})

describe('other output that cannot be written', () => {
  const list = { status: 200, body: { data: [CLIENT], next_cursor: null } }

  it('ends a command with a closed pipe, as head closes it', async () => {
    server.plan(list)
    const { stderr } = await portcullisIn(TO_CLOSED_PIPE, 'clients', 'list', '--json')
    expect(stderr).toBe('ended with 0\n')
  })

  it('is a failure in one line where the disk is full', async () => {
    server.plan(list)
    const { code, stderr } = await portcullisIn(TO_FULL_DISK, 'clients', 'list', '--json')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^portcullis: Standard output cannot be written \(ENOSPC\)\..*\n$/)
  })

  it('stops no command where it is standard error', async () => {
    const unavailable = { status: 503, headers: { 'Retry-After': '0' } }
    server.plan(unavailable, made('client_aaaaaaaaaaaaaaaaaaaaaa/secrets/secret_a', SECRET))
    const shell = 'exec 3>&1; "$@" 2>&1 >&3 | true'
    const { stdout } = await portcullisIn(
      shell,
      'clients',
      'rotate',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
    )
    expect([stdout, server.seen.length]).toEqual(['pc_x\n', 2])
  })
})

describe('an interruption', () => {
  it.each([
    [['clients', 'suspend', 'client_aaaaaaaaaaaaaaaaaaaaaa'], 'The server may have done it anyway'],
    [['clients', 'create', 'A'], 'A client may have been created anyway'],
    [
      ['clients', 'rotate', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
      'client_aaaaaaaaaaaaaaaaaaaaaa may have a new secret anyway',
    ],
  ])('while %j waits says what may have happened', async (words, message) => {
    server.plan({ status: 200, body: CLIENT, afterMs: 2000 })
    const child = spawn(process.execPath, [built.bin, ...words], {
      env: { ...process.env, ...env },
    })
    const said = text(child.stderr)
    await vi.waitFor(() => expect(server.seen).toHaveLength(1), { timeout: 5000 })
    child.kill('SIGINT')
    const [, signal] = await once(child, 'close')
    expect([signal, await said]).toEqual(['SIGINT', expect.stringContaining(message)])
  })

  it('of a question says nothing', async () => {
    server.plan({ status: 200, body: CLIENT, afterMs: 2000 })
    const words = ['clients', 'show', 'client_aaaaaaaaaaaaaaaaaaaaaa']
    const child = spawn(process.execPath, [built.bin, ...words], {
      env: { ...process.env, ...env },
    })
    const said = text(child.stderr)
    await vi.waitFor(() => expect(server.seen).toHaveLength(1), { timeout: 5000 })
    child.kill('SIGINT')
    await once(child, 'close')
    expect(await said).toBe('')
  })
})
