import { generateKeyPairSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
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

/** Whatever is sent is refused. */
function portcullis(words: string[], input: string): Promise<Ended> {
  server.plan(...Array.from({ length: 3 }, () => ({ status: 400 })))
  const env = { PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, built.bin, ...words], { env, input })
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = privateKey.export({ format: 'jwk' })
const pem = (type: 'pkcs8' | 'sec1') => privateKey.export({ type, format: 'pem' }) as string
const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
const certificate = '-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n'
const quoted = (text: string) => JSON.stringify(text)
const OPENSSH = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n'
const PGP = '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n'

const PRIVATE: [string, string][] = [
  ['PKCS #8', pem('pkcs8')],
  ['SEC 1', pem('sec1')],
  ['OpenSSH', OPENSSH],
  ['PGP', PGP],
  ['PEM in JSON', `{"kty":"EC","private_key":${quoted(pem('pkcs8'))}}`],
  ['a JWK', JSON.stringify(jwk)],
  ['a symmetric JWK', JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' })],
  ['a JWKS', JSON.stringify({ keys: [publicKey.export({ format: 'jwk' }), jwk] })],
  ['a list of JWKs', JSON.stringify([jwk])],
  ['a JWKS with another one within', JSON.stringify({ keys: [], old: { keys: [jwk] } })],
  ['a block beside a public one', spki + pem('pkcs8')],
  ['a block beside a certificate', certificate + pem('pkcs8')],
]

const DOORS = [
  ['keys', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '-'],
  ['certificates', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '-'],
  ['issuers', 'add', 'https://ci.example.com', '--jwks', '-'],
  ['issuers', 'edit', 'https://ci.example.com', '--jwks', '-'],
  ['workloads', 'explain', '-'],
]

it.each(PRIVATE)('a private key is sent by no command: %s', async (_, text) => {
  for (const words of DOORS) {
    const { code, stdout, stderr } = await portcullis(words, text)
    const refusal = expect.stringMatching(/ a private key.* Nothing was sent\.$/m)
    expect([words, code, stdout, stderr]).toEqual([words, 2, '', refusal])
    expect(server.seen).toEqual([])
  }
})

it.each([
  ['numbers of a private key beside a public one', `${spki}priv:\n    00:01:02\n`],
  ['a key without its PEM lines', spki.replaceAll(/-+[A-Z ]+-+\n/g, '')],
  ['keys of a kind of its own', '{"publicKey":"AA","secretKey":"AA"}'],
  ['a JWK in quotes of another kind', "[{'kty': 'EC', 'd': 'AA'}]"],
])('what is not a public key alone is not sent: %s', async (_, text) => {
  const { code, stderr } = await portcullis(
    ['keys', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '-'],
    text,
  )
  expect([code, stderr]).toEqual([2, expect.stringContaining('That is not a public key: ')])
  expect(server.seen).toEqual([])
})

it('text beside a certificate is not sent', async () => {
  const words = ['certificates', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '-']
  const { code, stderr } = await portcullis(words, `priv:\n    00:01:02\n${certificate}`)
  expect([code, stderr]).toEqual([2, expect.stringContaining('That is not a certificate as PEM')])
  expect(server.seen).toEqual([])
})
