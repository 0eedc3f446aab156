import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { builtCommandLine, run } from '../support/node/command-line.ts'
import { type FaultyServer, faultyServer } from '../support/node/faulty-server.ts'

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

const portcullis = (words: string[], env: Record<string, string>) =>
  run([process.execPath, built.bin, ...words], { env })

it('a folder where the credentials should be is named in one line', async () => {
  const path = join(built.folder, 'portcullis', 'credentials.json')
  mkdirSync(path, { recursive: true, mode: 0o700 })
  for (const words of [['logout'], ['clients', 'list']]) {
    const ended = await portcullis(words, { XDG_CONFIG_HOME: built.folder })
    expect(ended).toEqual({ code: 3, stdout: '', stderr: `portcullis: ${path} is not a file.\n` })
  }
})

it.each([
  ['localhost:18802', '"localhost:18802" is not a URL: write http://localhost:18802.'],
  ['127.0.0.1:8787', '"127.0.0.1:8787" is not a URL: write http://127.0.0.1:8787.'],
  ['auth.example.com', '"auth.example.com" is not a URL: write https://auth.example.com.'],
  ['auth.example.com:8443', 'is not a URL: write https://auth.example.com:8443.'],
  ['mailto:ada@example.com', '"mailto:ada@example.com" is not a URL.'],
  ['http://auth.example.com', 'http://auth.example.com is not safe for secrets'],
  ['ftp://auth.example.com', 'ftp://auth.example.com is not safe for secrets'],
])('%s is no issuer, and what to write is said', async (url, message) => {
  const env = { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: 'a-token' }
  const { code, stderr } = await portcullis(['clients', 'list'], env)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

it('a token with a letter that no header takes is refused for that', async () => {
  const env = { PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: 'é' }
  const { code, stderr } = await portcullis(['clients', 'list'], env)
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('a character that a token cannot have'),
  ])
  expect(server.seen).toEqual([])
})

it('an empty name is that of no client, and like none', async () => {
  const env = { PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: 'a-token' }
  for (const name of ['', ' ']) {
    const ended = await portcullis(['clients', 'show', name], env)
    const stderr = `portcullis: No client is called "${name}".\n`
    expect(ended).toEqual({ code: 4, stdout: '', stderr })
  }
  expect(server.seen).toEqual([])
})
