import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const AUDIENCE = 'https://billing.example'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(async () => {
  built = builtCommandLine()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-keys-'))
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
})

afterAll(async () => {
  await worker.close()
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

/** With the bootstrap token. */
function portcullis(words: string[], { input = '', url = worker.issuer } = {}): Promise<Ended> {
  const env = { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  return run([process.execPath, built.bin, ...words], { env, input })
}

async function jsonOf<T = Record<string, unknown>>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await portcullis([...words, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

type Pair = { publicKey: KeyObject; privateKey: KeyObject }
type Kind = 'pem' | 'jwk'

let files = 0

function fileOf(text: string): string {
  const file = join(folder, `key-${++files}`)
  writeFileSync(file, text)
  return file
}

const spki = ({ publicKey }: Pair) => publicKey.export({ type: 'spki', format: 'pem' }) as string
const pkcs8 = ({ privateKey }: Pair) =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

/** The text of one half of a pair; `more` goes into a JWK. */
function textOf(pair: Pair, half: keyof Pair, kind: Kind, more: object): string {
  if (kind === 'pem') return half === 'publicKey' ? spki(pair) : pkcs8(pair)
  return JSON.stringify({ ...pair[half].export({ format: 'jwk' }), ...more })
}

async function clientWithoutSecret(): Promise<string> {
  const words = ['clients', 'create', 'Signer', '--no-secret']
  const created = await portcullis([...words, '--permission', `${AUDIENCE}=invoices:read`])
  const id = /^client_id +(client_\w+)\n$/.exec(created.stdout)?.[1] ?? ''
  expect([created.code, created.stderr]).toEqual([
    0,
    expect.stringContaining(`portcullis keys add ${id} FILE`),
  ])
  return id
}

const elliptic = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

describe('a client without a secret', () => {
  it.each<[string, () => Pair, Kind, object]>([
    ['P-256', () => elliptic('P-256'), 'pem', {}],
    ['P-384', () => elliptic('P-384'), 'jwk', { kid: 'key-of-ci' }],
    ['Ed25519', () => generateKeyPairSync('ed25519'), 'pem', {}],
    ['RSA', rsa, 'pem', {}],
    ['RSA for PS256', rsa, 'jwk', { alg: 'PS256' }],
  ])('gets a token with a key: %s', async (_, pair, kind, more) => {
    const id = await clientWithoutSecret()
    const made = pair()
    const added = await portcullis([
      'keys',
      'add',
      id,
      fileOf(textOf(made, 'publicKey', kind, more)),
    ])
    expect(added).toMatchObject({ code: 0, stderr: `${id} has a new public key.\n` })
    expect(added.stdout).toMatch(/^key_id +key_\w+\nkid +\S+\n$/)
    const file = fileOf(textOf(made, 'privateKey', kind, more))
    const words = ['token', '--client-id', id, '--key', file, '--url', worker.issuer]
    const token = await portcullis([...words, '--decode', '--json'])
    expect(token).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(token.stdout)).toMatchObject({ claims: { client_id: id, aud: AUDIENCE } })
  })

  it('proves itself anew where it has to ask again: an assertion works once', async () => {
    const server = await busyServer()
    const file = fileOf(pkcs8(elliptic('P-256')))
    const words = [
      'token',
      '--client-id',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      '--key',
      file,
      '--url',
      server.url,
    ]
    const { code, stdout } = await portcullis(words)
    server.close()
    const claims = server.assertions.map((assertion) => {
      const part = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()
      return JSON.parse(part) as { aud: string; jti: string }
    })
    expect([code, stdout, claims.length]).toEqual([0, `${TOKEN}\n`, 2])
    expect(claims.map(({ aud }) => aud)).toEqual([server.url, server.url])
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2)
  })
})

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln'

/** A server that has a token only for the second who asks. */
async function busyServer() {
  const assertions: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const assertion = new URLSearchParams(await text(request)).get('client_assertion')
    if (assertion !== null) assertions.push(assertion)
    const endpoints = { token_endpoint: `${url}/t`, introspection_endpoint: `${url}/i` }
    const token = { access_token: TOKEN, token_type: 'Bearer', expires_in: 60, scope: '' }
    response.writeHead(assertions.length === 1 ? 503 : 200, { 'Retry-After': '0' })
    response.end(JSON.stringify(assertion === null ? { issuer: url, ...endpoints } : token))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, assertions, close: () => server.close() }
}

describe('keys', () => {
  it('are listed and shown with what is known of them, and deleted', async () => {
    const id = await clientWithoutSecret()
    const words = ['--label', 'CI runner', '--expires-on', '2099-01-01']
    const far = await portcullis(['keys', 'add', id, '-', ...words], {
      input: spki(elliptic('P-256')),
    })
    expect(far).toMatchObject({ code: 1, stderr: expect.stringContaining('expires_on') })
    const today = new Date().toISOString().slice(0, 10)
    const more = ['--label', 'CI runner', '--expires-on', today, '--replay', 'until_exp']
    const added = await portcullis(['keys', 'add', id, '-', ...more, '--algorithm', 'PS256'], {
      input: spki(rsa()),
    })
    expect(added.stderr).toContain(`${id} has a new public key, until ${today}`)
    const keyId = /key_id +(\S+)/.exec(added.stdout)?.[1] ?? ''
    const row = new RegExp(
      `^PUBLIC KEY +KID +ALGORITHM +LABEL +EXPIRES +LAST USED\n${keyId} +\\S+ +PS256 +CI runner +${today} \\(.*\\) +never\n`,
      'm',
    )
    expect((await portcullis(['keys', 'list', 'Signer-of-none'])).code).toBe(4)
    expect((await portcullis(['keys', 'list', id])).stdout).toMatch(row)
    expect((await portcullis(['clients', 'show', id])).stdout).toMatch(row)
    expect((await portcullis(['clients', 'show', id])).stdout).toContain(
      'a public key expires soon',
    )
    expect(await jsonOf('keys', 'list', id)).toMatchObject([
      { key_id: keyId, replay: 'until_exp', algorithm: 'PS256' },
    ])
    expect(await portcullis(['keys', 'delete', id, keyId, '--yes'])).toEqual({
      code: 0,
      stdout: `Deleted ${keyId} of ${id}.\n`,
      stderr: '',
    })
    expect((await portcullis(['keys', 'delete', id, keyId, '--yes'])).code).toBe(4)
    expect((await portcullis(['keys', 'list', id])).stdout).toBe('No public keys.\n')
    const shown = (await portcullis(['clients', 'show', id])).stdout
    expect(shown).toContain('it has no credential')
  })

  it('are not told where the client lists its end: it has none', async () => {
    const name = `Endless ${Date.now()}`
    const { client_id: id } = await jsonOf<{ client_id: string }>(
      'clients',
      'create',
      name,
      '--no-secret',
    )
    const end = async () => (await portcullis(['clients', 'list', '--query', name])).stdout
    expect(await end()).toMatch(/no credential +never\n$/)
    await portcullis(['keys', 'add', id, '-'], { input: spki(elliptic('P-256')) })
    expect(await end()).toMatch(/ never +never\n$/)
  })

  it('are not sent where they are private, or none', async () => {
    const pair = elliptic('P-256')
    const texts: [string, string][] = [
      [pkcs8(pair), 'That is a private key'],
      [textOf(pair, 'privateKey', 'jwk', {}), 'That is a private key'],
      ['{"kty":', 'begins like a JWK, but is not JSON'],
    ]
    for (const [input, message] of texts) {
      const { code, stderr } = await portcullis(
        ['keys', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '-'],
        { input },
      )
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
    const missing = await portcullis([
      'keys',
      'add',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      join(folder, 'missing'),
    ])
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') })
    const words = [
      'token',
      '--client-id',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      '--url',
      worker.issuer,
      '--key',
    ]
    for (const text of [spki(pair), 'nothing', textOf(pair, 'publicKey', 'jwk', {})]) {
      const { code, stderr } = await portcullis([...words, fileOf(text)])
      expect([code, stderr]).toEqual([2, expect.stringContaining('is not a private key')])
    }
    const other = await portcullis([...words, fileOf(pkcs8(elliptic('secp256k1')))])
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('not accepted here') })
  })

  it('exclude a secret where one of the two is meant', async () => {
    const words: [string[], string][] = [
      [
        ['clients', 'create', 'A', '--no-secret', '--expires-on', '2030-01-01'],
        '--no-secret makes',
      ],
      [['token', '--key', 'file'], 'go with --client-id'],
      [['token', '--key', 'file', '--client-secret-stdin'], 'exclude each other'],
    ]
    for (const [all, message] of words) {
      const { code, stderr } = await portcullis(all)
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
  })
})
