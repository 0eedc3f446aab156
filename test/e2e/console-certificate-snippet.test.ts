import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../support/node/command-line.ts'
import { consoleOf, copied } from '../support/node/console-pages.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { type MtlsDoor, mtlsDoor, SERVER_CA } from '../support/node/mtls-door.ts'

// A person with a shell does what the console's pages about certificates say, as it is written there.

const SECRET = 'a-secret-of-the-proxy-0123456789ab'

let door: MtlsDoor
let worker: RunningWorker
let folder = ''

beforeAll(async () => {
  door = await mtlsDoor(SECRET)
  worker = await runWorker({ MTLS_HOST: door.host, CLIENT_CERTIFICATE_PROXY_SECRET: SECRET })
  door.to(worker.issuer)
  folder = mkdtempSync(join(tmpdir(), 'portcullis-snippet-'))
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'))
})

afterAll(async () => {
  door.close()
  await worker.close()
  rmSync(folder, { recursive: true })
})

/** How each program is told whom to trust. */
const TRUST = {
  CURL_CA_BUNDLE: SERVER_CA,
  NODE_EXTRA_CA_CERTS: SERVER_CA,
  REQUESTS_CA_BUNDLE: SERVER_CA,
}
const shell = (script: string) =>
  run(['bash', '-c', `cd '${folder}' && ${script}`], { env: { HOME: folder, ...TRUST } })

it('the commands on the pages of a certificate get a token', async () => {
  const { id } = await worker.client(worker.issuer, 'clients:read')
  const html = await consoleOf(worker)
  const form = await html(`/clients/${id}/certificates/new`)
  expect(await shell(copied(form, 'self-signed'))).toMatchObject({ code: 0 })
  const form_token = /name="form_token" value="([^"]+)"/.exec(form)?.[1] ?? ''
  const pem = readFileSync(join(folder, 'client.pem'), 'utf8')
  const fields = { form_token, by: 'pem', pem, label: 'Shell' }
  const client = await html(`/clients/${id}/certificates`, fields)
  const path = /href="\/console(\/clients\/\w+\/certificates\/cert_\w+)"/.exec(client)?.[1] ?? ''
  const page = await html(path)
  const token = /^ey\S+\n$/

  const curl = await shell(copied(page, 'snippet-0'))
  expect(JSON.parse(curl.stdout)).toMatchObject({ token_type: 'Bearer' })

  const javascript = `${copied(page, 'snippet-1')}\nconsole.log(access_token)\n`
  writeFileSync(join(folder, 'token.mjs'), javascript)
  const node = await shell(`'${process.execPath}' token.mjs`)
  expect(node).toMatchObject({ code: 0, stdout: expect.stringMatching(token) })

  writeFileSync(join(folder, 'token.py'), `${copied(page, 'snippet-2')}\nprint(token)\n`)
  const hasRequests = (await shell('python3 -c "import requests"')).code === 0
  if (!hasRequests) return console.log('requests for Python is not on this machine')
  const python = await shell('python3 token.py')
  expect(python).toMatchObject({ code: 0, stdout: expect.stringMatching(token) })
})
