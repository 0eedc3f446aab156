import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, inTerminal, run } from '../support/node/command-line.ts'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'

const AUDIENCE = 'https://billing.example'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let home = ''
let client: Client

beforeAll(async () => {
  built = builtCommandLine()
  home = mkdtempSync(join(tmpdir(), 'portcullis-home-'))
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  client = await worker.client(AUDIENCE, 'invoices:read')
})

afterAll(async () => {
  await worker.close()
  for (const folder of [built.folder, home]) rmSync(folder, { recursive: true })
})

const env = () => ({
  HOME: home,
  PORTCULLIS_URL: worker.issuer,
  PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN,
})

function find(words: string[], input = ''): Promise<Ended> {
  return run([process.execPath, built.bin, 'find', ...words], { env: env(), input })
}

describe('portcullis find', () => {
  it('says whose a secret is that is piped in, and whether it works, without showing it', async () => {
    const { code, stdout, stderr } = await find([], `SECRET=${client.secret}\n`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Secret of .+: works$/m)
    expect(stdout).toMatch(new RegExp(`^Client id +${client.id}$`, 'm'))
    expect(stdout).not.toContain(client.secret.slice(20))
  })

  it('answers a part or an id that is an argument, and warns only of what is secret', async () => {
    const part = await find([client.secret.slice(3, 15)])
    expect([part.code, part.stderr]).toEqual([0, ''])
    const whole = await find([client.secret])
    expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('history')])
    expect(whole.stdout).toContain(client.id)
  })

  it('prints the whole answer as JSON, and nothing else', async () => {
    const { stdout, stderr } = await find(['--json', client.id])
    expect([JSON.parse(stdout), stderr]).toMatchObject([
      {
        text_is: 'name',
        matches: [{ kind: 'client', works: true, client: { client_id: client.id } }],
      },
      '',
    ])
  })

  it('says each finding about a token, and why it does not work', async () => {
    await worker.admin('PUT', `/clients/${client.id}/suspension`, { reason: 'a drill' })
    const token = await find([], `eyJhbGciOiJFUzI1NiJ9.${btoa(`{"client_id":"${client.id}"}`)}.x`)
    expect(token.code).toBe(0)
    expect(token.stdout).toMatch(/^Access token.*: does not work$/m)
    expect(token.stdout).toMatch(/^signature +unknown +Cannot be checked without the key\.$/m)
    const secret = await find([], client.secret)
    expect(secret.stdout).toMatch(/^Why +The client is suspended\.$/m)
    expect(secret.stdout).toMatch(/^Suspended +.*: a drill$/m)
  })

  it('ends with another code where nothing was found, and where there is nothing to look for', async () => {
    const nothing = await find(['client_none'])
    expect([nothing.code, nothing.stdout]).toEqual([4, 'Found nothing.\n'])
    expect(nothing.stderr).toContain('What was deleted is not found.')
    expect((await find([], ' \n')).code).toBe(2)
  })

  it('asks for it on a terminal', async () => {
    const command = inTerminal([process.execPath, built.bin, 'find'])
    const { code, stdout } = await run(command, { env: env(), input: `${client.secret}\n` })
    expect([code, stdout]).toEqual([0, expect.stringContaining(client.id)])
  })
})

function respond(...words: string[]): Promise<Ended> {
  return run([process.execPath, built.bin, 'respond', ...words], { env: env() })
}

describe('portcullis respond', () => {
  it('stops clients in one step, and prints the page of the leak', async () => {
    const clients = [
      await worker.client(AUDIENCE, 'invoices:read'),
      await worker.client(AUDIENCE, 'invoices:read'),
    ]
    const ids = clients.map(({ id }) => id)
    const { code, stdout } = await respond(...ids, '--reason', 'SEC-881')
    expect(code).toBe(0)
    expect(stdout.match(/^Done: .+ now suspended; propagation complete$/gm)).toHaveLength(2)
    const [, id = ''] = /\/console\/incidents\/(incident_\w+)$/m.exec(stdout) ?? []
    const shown = await worker.admin('GET', `/incidents/${id}`)
    expect(shown).toMatchObject({ reason: 'SEC-881', clients: [{ suspended: true }, {}] })
    for (const one of clients) expect((await find([], one.secret)).stdout).toContain('was ended at')
  })

  it('does what is not left out, and says to which client nothing was done', async () => {
    const one = await worker.client(AUDIENCE, 'invoices:read')
    const options = ['--no-suspend', '--no-revoke-tokens', '--json']
    const { code, stdout } = await respond(one.id, 'client_zzzzzzzzzzzzzzzzzzzzzz', ...options)
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        results: [
          { done: true, client: { suspended_at: null, tokens_valid_from: null } },
          { done: false, error: { status: 404 } },
        ],
      },
    ])
    const nothing = ['--no-suspend', '--no-end-secrets', '--no-revoke-tokens']
    expect((await respond(one.id, ...nothing)).code).toBe(2)
    expect((await respond('Nobody of that name')).code).toBe(4)
  })
})
