import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const PLATFORM = 'https://ci.example.com'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let folder = ''
let pair: Awaited<ReturnType<typeof generateKeyPair>>

beforeAll(async () => {
  built = builtCommandLine()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-workloads-'))
  worker = await runWorker()
  pair = await generateKeyPair('ES256', { extractable: true })
})

afterAll(async () => {
  await worker.close()
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

/** With the bootstrap token. */
function portcullis(words: string[], input = ''): Promise<Ended> {
  const env = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  return run([process.execPath, built.bin, ...words], { env, input })
}

function fileOf(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

async function keySet(half: 'publicKey' | 'privateKey'): Promise<string> {
  return JSON.stringify({ keys: [{ ...(await exportJWK(pair[half])), kid: 'one', alg: 'ES256' }] })
}

const token = (claims: Record<string, unknown>) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(PLATFORM)
    .setAudience(worker.issuer)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(pair.privateKey)

it('a workload: its issuer is trusted, it is let in, explained, and taken away again', async () => {
  expect((await portcullis(['issuers', 'list'])).stdout).toBe('No trusted issuers.\n')
  const words = ['issuers', 'add', PLATFORM, '--name', 'Our CI', '--no-check-jti', '--jwks', '-']
  const trusted = await portcullis(words, await keySet('publicKey'))
  expect(trusted).toMatchObject({ code: 0, stderr: 'Our CI is trusted from now on.\n' })
  const issuerId = /^issuer_id +(iss_\w+)\n$/.exec(trusted.stdout)?.[1] ?? ''
  expect((await portcullis(['issuers', 'list'])).stdout).toMatch(
    new RegExp(`^${issuerId} +Our CI +custom +${PLATFORM} +uploaded \\(1\\)$`, 'm'),
  )

  const { client_id } = await worker.admin('POST', '/clients', { client_name: 'Job', secret: null })
  const id = String(client_id)
  expect((await portcullis(['workloads', 'list', id])).stdout).toBe('No federated credentials.\n')
  const claims = ['--claim', 'protected="true"', '--claim', 'main=true', '--claim', '/a/b=c=d']
  const rule = ['--issuer-id', issuerId, '--subject', 'job:1', ...claims, '--lifetime', '30m']
  const added = await portcullis(['workloads', 'add', 'Job', ...rule, '--label', 'CI'])
  expect(added).toMatchObject({ code: 0, stderr: `A workload may act as ${id} from now on.\n` })
  const credentialId = /^credential_id +(fed_\w+)\n$/.exec(added.stdout)?.[1] ?? ''
  expect(
    await worker.admin('GET', `/clients/${id}/federated-credentials/${credentialId}`),
  ).toMatchObject({
    subject: 'job:1',
    claims: { protected: 'true', main: true, '/a/b': 'c=d' },
    token_lifetime: 1800,
  })
  const row = `${credentialId} +${issuerId} +sub=job:1, protected="true", main=true, /a/b=c=d +CI +never +never$`
  for (const shown of [
    ['workloads', 'list', id],
    ['clients', 'show', id],
  ]) {
    expect((await portcullis(shown)).stdout).toMatch(new RegExp(row, 'm'))
  }

  const good = { sub: 'job:1', protected: 'true', main: true, a: { b: 'c=d' } }
  const file = fileOf('good', await token(good))
  const explained = await portcullis(['workloads', 'explain', file, '--client', 'Job'])
  expect(explained).toMatchObject({ code: 0, stderr: '' })
  expect(explained.stdout).toMatch(new RegExp(`^Trusted: it acts as ${id}$`, 'm'))
  expect(explained.stdout).toContain(`${credentialId} of ${id} matches:`)
  const bad = await portcullis(
    ['workloads', 'explain', '-'],
    await token({ ...good, main: 'true' }),
  )
  expect(bad.stdout).toMatch(/^Refused$/m)
  expect(bad.stdout).toMatch(
    /^main +wrong +true +"true" +The claim is a string, the rule demands a boolean\.$/m,
  )

  expect((await portcullis(['issuers', 'show', issuerId])).stdout).toContain('Our CI')
  const used = await portcullis(['issuers', 'delete', issuerId])
  expect([used.code, used.stderr]).toEqual([
    1,
    expect.stringContaining('names this issuer: delete it first'),
  ])
  expect((await portcullis(['workloads', 'delete', id, credentialId, '--yes'])).stdout).toBe(
    `Deleted ${credentialId} of ${id}.\n`,
  )
  const untrusted = await portcullis(['issuers', 'delete', issuerId])
  expect(untrusted.stdout).toBe(`Deleted https://ci.example.com (${issuerId}).\n`)
})

it('what cannot be meant is not sent', async () => {
  const add = ['workloads', 'add', 'client_aaaaaaaaaaaaaaaaaaaaaa', '--issuer-id', 'iss_a']
  const cases: [string[], string, string][] = [
    [['issuers', 'add', PLATFORM, '--jwks', '-'], await keySet('privateKey'), 'a private key'],
    [['issuers', 'add', PLATFORM, '--jwks', '-'], '[]', 'are not a JWKS'],
    [['issuers', 'add', PLATFORM, '--jwks', join(folder, 'missing')], '', 'ENOENT'],
    [[...add, '--claim', 'main'], '', 'is not NAME=VALUE'],
    [[...add, '--claim', 'a=1', '--claim', 'a=2'], '', '--claim a is given more than once'],
    [[...add, '--claim', 'id=112010400000000710080'], '', 'write a number that long as text'],
    [['workloads', 'explain', '-'], ' ', 'The token is empty'],
  ]
  for (const [words, input, message] of cases) {
    const { code, stderr } = await portcullis(words, input)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  }
})
