import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS } from '../support/client-certificates/made.ts'
import { pemOf } from '../support/client-certificates/presented.ts'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { type MtlsDoor, mtlsDoor, SERVER_CA } from '../support/node/mtls-door.ts'

const AUDIENCE = 'https://billing.example'
const SECRET = 'a-secret-of-the-proxy-0123456789ab'

let door: MtlsDoor
let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(async () => {
  built = builtCommandLine()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-certificates-'))
  door = await mtlsDoor(SECRET)
  worker = await runWorker({ MTLS_HOST: door.host, CLIENT_CERTIFICATE_PROXY_SECRET: SECRET })
  door.to(worker.issuer)
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
})

afterAll(async () => {
  door.close()
  await worker.close()
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

/** With the bootstrap token, trusting who is behind the door. */
function portcullis(words: string[], input = ''): Promise<Ended> {
  const account = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  const env = { ...account, NODE_EXTRA_CA_CERTS: SERVER_CA }
  return run([process.execPath, built.bin, ...words], { env, input })
}

async function clientWithoutSecret(): Promise<string> {
  const words = ['clients', 'create', 'Exports', '--no-secret']
  const created = await portcullis([...words, '--permission', `${AUDIENCE}=invoices:read`])
  const id = /^client_id +(client_\w+)\n$/.exec(created.stdout)?.[1] ?? ''
  expect(created.stderr).toContain(`portcullis certificates add ${id} FILE`)
  return id
}

let files = 0

function fileOf(text: string): string {
  const file = join(folder, `file-${++files}`)
  writeFileSync(file, text)
  return file
}

const keyOf = (name: keyof typeof KEYS) =>
  fileOf(`-----BEGIN PRIVATE KEY-----\n${KEYS[name]}\n-----END PRIVATE KEY-----\n`)

const tokenWith = (id: string, certFile: string, keyFile: string, url = worker.issuer) => {
  const proof = ['--client-cert', certFile, '--client-key', keyFile]
  return portcullis(['token', '--client-id', id, ...proof, '--url', url, '--decode', '--json'])
}

describe('a client without a secret', () => {
  it.each<[string, keyof typeof KEYS, string[]]>([
    ['one exact certificate', 'self', ['-']],
    ['its subject', 'exports', ['--subject-dn', 'CN=exports,O=Example GmbH,C=DE']],
    ['its DNS name', 'exports', ['--san-dns', 'exports.example.com']],
    ['its URI', 'exports', ['--san-uri', 'spiffe://example.com/Exports']],
    ['its IP address', 'exports', ['--san-ip', '192.0.2.7']],
    ['its email address', 'exports', ['--san-email', 'Exports@example.com']],
  ])('gets a token by a certificate that is recognised by %s', async (_, name, words) => {
    const id = await clientWithoutSecret()
    const added = await portcullis(['certificates', 'add', id, ...words], pemOf(name))
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^certificate_id +cert_/),
    })
    const token = await tokenWith(id, fileOf(pemOf(name)), keyOf(name))
    expect(token).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(token.stdout)).toMatchObject({ claims: { client_id: id, aud: AUDIENCE } })
    const refused = await tokenWith(id, fileOf(pemOf('other')), keyOf('other'))
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('401') })
  })
})

describe('certificates', () => {
  it('are listed and shown with what is known of them, and deleted', async () => {
    const id = await clientWithoutSecret()
    const today = new Date().toISOString().slice(0, 10)
    const words = ['--san-dns', 'exports.example.com', '--label', 'Export server']
    const added = await portcullis(['certificates', 'add', id, ...words, '--expires-on', today])
    expect(added.stderr).toContain(`${id} has a new certificate, until ${today}`)
    const named = /certificate_id +(\S+)/.exec(added.stdout)?.[1] ?? ''
    const exact = await portcullis(['certificates', 'add', id, fileOf(pemOf('self')), '--json'])
    const { certificate_id: other } = JSON.parse(exact.stdout) as { certificate_id: string }
    const rows = new RegExp(
      `^CERTIFICATE +RECOGNISED BY +LABEL +EXPIRES +LAST USED\n${named} +san_dns=exports.example.com +Export server +${today} \\(.*\\) +never\n${other} +exactly CN=self +2125-12-31 \\(.*\\) +never\n`,
      'm',
    )
    expect((await portcullis(['certificates', 'list', 'Nobody'])).code).toBe(4)
    expect((await portcullis(['certificates', 'list', id])).stdout).toMatch(rows)
    const shown = (await portcullis(['clients', 'show', id])).stdout
    expect(shown).toMatch(rows)
    expect(shown).toContain('a certificate expires soon')
    const listed = await portcullis(['certificates', 'list', id, '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { certificate_id: named },
      { subject: 'CN=self' },
    ])
    expect(await portcullis(['certificates', 'delete', id, named, '--yes'])).toEqual({
      code: 0,
      stdout: `Deleted ${named} of ${id}.\n`,
      stderr: '',
    })
    expect((await portcullis(['certificates', 'delete', id, named, '--yes'])).code).toBe(4)
    const deleted = await portcullis(['certificates', 'delete', id, other, '--yes', '--json'])
    expect(JSON.parse(deleted.stdout)).toEqual({
      client_id: id,
      certificate_id: other,
      deleted: true,
    })
    expect((await portcullis(['certificates', 'list', id])).stdout).toBe('No certificates.\n')
  })

  it('say in the list of clients when they end', async () => {
    const id = await clientWithoutSecret()
    const end = async () => (await portcullis(['clients', 'list', '--query', id])).stdout
    expect(await end()).toMatch(/no credential +never\n$/)
    await portcullis(['certificates', 'add', id, '--san-ip', '192.0.2.7'])
    expect(await end()).toMatch(/ never +never\n$/)
    await portcullis(['certificates', 'add', id, fileOf(pemOf('self'))])
    expect(await end()).toMatch(/in [\d,]+ \w+ +never\n$/)
  })

  it('are not sent where there is a private key, no certificate, or more than one thing', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n'
    const rows: [string[], string, string][] = [
      [['-'], key + pemOf('self'), 'There is a private key in it'],
      [['-'], 'nothing', 'not a certificate as PEM'],
      [[join(folder, 'missing')], '', 'ENOENT'],
      [[], '', 'either a FILE with the certificate or one of --subject-dn, --san-dns'],
      [['-', '--san-dns', 'a.example'], '', 'either a FILE'],
      [['--san-ip', '192.0.2.7', '--san-dns', 'a.example'], '', 'either a FILE'],
      [['-', '--expires-on', '2030-01-01'], pemOf('self'), '--expires-on is for a name'],
    ]
    for (const [words, input, message] of rows) {
      const { code, stderr } = await portcullis(
        ['certificates', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', ...words],
        input,
      )
      expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining(message)])
    }
    const wrong = ['certificates', 'add', await clientWithoutSecret(), '--san-dns', '*.example.com']
    expect(await portcullis(wrong)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('san_dns: must be a DNS name'),
    })
  })
})

describe('token --client-cert', () => {
  it('says which of its files is wrong, and sends nothing', async () => {
    const [cert, key] = [fileOf(pemOf('self')), keyOf('self')]
    const rows: [string, string, string][] = [
      [key, key, `${key} is not a certificate as PEM`],
      [cert, cert, `${cert} is not a private key as PEM`],
      [cert, keyOf('other'), `is not the private key of ${cert}`],
      [join(folder, 'missing'), key, 'ENOENT'],
    ]
    for (const [certFile, keyFile, message] of rows) {
      const { code, stderr } = await tokenWith('client_aaaaaaaaaaaaaaaaaaaaaa', certFile, keyFile)
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
  })

  it('goes with its private key, a client, and no other credential', async () => {
    const rows: [string[], string][] = [
      [['--client-cert', 'a', '--client-id', 'b'], '--client-cert and --client-key go together'],
      [['--client-key', 'a', '--client-id', 'b'], '--client-cert and --client-key go together'],
      [['--client-cert', 'a', '--client-key', 'b'], 'go with --client-id'],
      [['--client-cert', 'a', '--client-key', 'b', '--key', 'c'], 'exclude each other'],
      [['--client-cert', 'a', '--client-key', 'b', '--client-secret-stdin'], 'exclude each other'],
    ]
    for (const [words, message] of rows) {
      const { code, stderr } = await portcullis(['token', ...words])
      expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining(message)])
    }
  })

  it('says that plain http presents no certificate, and whom it did not reach', async () => {
    const [cert, key] = [fileOf(pemOf('self')), keyOf('self')]
    const plain = await runWorker()
    const refused = await tokenWith('client_aaaaaaaaaaaaaaaaaaaaaa', cert, key, plain.issuer)
    await plain.close()
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not https') })
    const env = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
    const proof = [
      '--client-id',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      '--client-cert',
      cert,
      '--client-key',
      key,
    ]
    // Without the authority of the door.
    const strange = await run([process.execPath, built.bin, 'token', ...proof], { env })
    expect(strange).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(`https://${door.host} cannot be reached (`),
    })
  })
})
