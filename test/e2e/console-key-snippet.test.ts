import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../support/node/command-line.ts'
import { consoleOf, copied } from '../support/node/console-pages.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'

// A person with a shell does what the console's pages about public keys say, as it is written there.

let worker: RunningWorker
let folder = ''

beforeAll(async () => {
  worker = await runWorker()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-snippet-'))
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'))
})

afterAll(async () => {
  await worker.close()
  rmSync(folder, { recursive: true })
})

it('the commands on the pages of a public key get a token', async () => {
  const { id } = await worker.client(worker.issuer, 'clients:read')
  const html = await consoleOf(worker)
  const form = await html(`/clients/${id}/keys/new`)
  const inFolder = { env: { HOME: folder } }
  const script = `cd '${folder}' && ${copied(form, 'key-pair')}`
  expect(await run(['bash', '-c', script], inFolder)).toMatchObject({ code: 0 })
  const token = /name="form_token" value="([^"]+)"/.exec(form)?.[1] ?? ''
  const key = readFileSync(join(folder, 'public-key.pem'), 'utf8')
  const client = await html(`/clients/${id}/keys`, { form_token: token, key, label: 'Shell' })
  const path = /href="\/console(\/clients\/\w+\/keys\/key_\w+)"/.exec(client)?.[1] ?? ''
  const snippet = copied(await html(path), 'snippet-0')
  writeFileSync(join(folder, 'token.mjs'), `${snippet}\nconsole.log(access_token)\n`)
  const env = { PRIVATE_KEY: readFileSync(join(folder, 'private-key.pem'), 'utf8') }
  const ended = await run([process.execPath, join(folder, 'token.mjs')], { env })
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ey\S+\n$/) })
})
