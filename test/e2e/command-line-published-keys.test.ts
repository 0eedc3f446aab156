import { expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'

const line = scriptedCommandLine()

const URL = 'https://nightly.example/jwks.json'
const CLIENT = {
  client_id: 'client_9Tq8mZr1Tn0cVb7LwKs4Yd',
  client_name: 'Nightly',
  status: 'available',
  secrets: [],
  keys: [],
  certificates: [],
  federated_credentials: [],
  jwks_uri: URL,
  last_used_at: null,
}
const EXPIRED = {
  secret_id: 'secret_a',
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-02-01T23:59:59Z',
  retires_at: null,
}

function portcullis(...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

const listOf = (...data: unknown[]): ScriptedAnswer => ({
  status: 200,
  body: { data, next_cursor: null },
})

it('a client that publishes its keys is listed as one whose credential never ends', async () => {
  const none = { ...CLIENT, client_name: 'None', jwks_uri: null }
  const both = { ...CLIENT, client_name: 'Both', secrets: [EXPIRED] }
  line.server.plan(listOf(CLIENT, both, none))
  const { code, stdout } = await portcullis('clients', 'list')
  expect(code).toBe(0)
  expect(stdout).toMatch(/ Nightly .* never +never\n.* Both .* never +never\n/)
  expect(stdout).toMatch(/ None .* no credential  never\n/)
})

it('a client that is made with an address of its keys is not said to lack a credential', async () => {
  line.server.plan({ status: 201, body: CLIENT })
  const words = ['clients', 'create', 'Nightly', '--no-secret', '--jwks-uri', URL]
  const { code, stderr, stdout } = await portcullis(...words)
  expect([code, stdout]).toEqual([0, `client_id  ${CLIENT.client_id}\n`])
  expect(stderr).toBe(
    `Created Nightly (${CLIENT.client_id}). It proves itself by the keys that it publishes at ${URL}.\n`,
  )
})

it('a client that was made, and whose answer was lost, is told to get a credential only without keys', async () => {
  const lost = { status: 409, headers: { Location: `${line.server.url}/x` }, body: {} }
  const words = ['clients', 'create', 'Nightly', '--no-secret']
  line.server.plan(lost)
  expect((await portcullis(...words)).stderr).toContain('Give it a credential with portcullis keys')
  line.server.plan(lost)
  const { code, stderr } = await portcullis(...words, '--jwks-uri', URL)
  expect([code, stderr]).toEqual([1, expect.stringContaining('the answer was lost')])
  expect(stderr).not.toContain('Give it a credential')
})
