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
