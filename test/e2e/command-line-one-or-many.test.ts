import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { freePort } from '../support/node/start.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>

beforeAll(async () => {
  built = builtCommandLine()
  worker = await runWorker()
})

afterAll(async () => {
  await worker.close()
  rmSync(built.folder, { recursive: true })
})

type Result = Record<string, unknown>

async function portcullis(words: string[], env = {}): Promise<Ended & { results: Result[] }> {
  const account = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN, ...env }
  const command = [process.execPath, built.bin, 'clients', ...words, '--json']
  const ended = await run(command, { env: account })
  return { ...ended, results: JSON.parse(ended.stdout) as Result[] }
}

async function newClient(): Promise<string> {
  const { client_id } = await worker.admin('POST', '/clients', { client_name: 'A', secret: null })
  return String(client_id)
}

it('what changes clients prints an array of the same fields for one as for two', async () => {
  const [one, two, three] = [await newClient(), await newClient(), await newClient()]
  const changes = [
    ['suspend'],
    ['resume'],
    ['revoke-tokens'],
    ['tag', '--tag', 'a'],
    ['delete', '--yes'],
  ]
  for (const change of changes) {
    const { results: alone } = await portcullis([...change, one])
    const { results: both } = await portcullis([...change, two, three])
    expect([alone.length, both.length]).toEqual([1, 2])
    expect(alone[0]).toMatchObject({ named: one, client_id: one, ok: true, changed: true })
    for (const result of both) expect(Object.keys(result)).toEqual(Object.keys(alone[0] ?? {}))
  }
})

it('one that is not there, and a server that is not, have their result too', async () => {
  const nowhere = {
    PORTCULLIS_URL: `http://127.0.0.1:${await freePort()}`,
    PORTCULLIS_TOKEN: '',
    PORTCULLIS_CLIENT_ID: 'client_aaaaaaaaaaaaaaaaaaaaaa',
    PORTCULLIS_CLIENT_SECRET: 'a-secret-of-the-tests',
  }
  for (const change of [['suspend'], ['resume'], ['delete', '--yes']]) {
    for (const named of ['Nobody at all', 'client_none']) {
      const { code, results } = await portcullis([...change, named])
      expect([code, results]).toMatchObject([4, [{ named, ok: false, error: {} }]])
    }
    const { code, results } = await portcullis(
      [...change, 'client_aaaaaaaaaaaaaaaaaaaaaa'],
      nowhere,
    )
    expect([code, results]).toMatchObject([
      5,
      [{ named: 'client_aaaaaaaaaaaaaaaaaaaaaa', ok: false, error: {} }],
    ])
  }
})
