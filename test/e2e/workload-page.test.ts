import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { PRESETS } from '../../src/domain/federation.ts'
import { PRESET_FACTS } from '../../src/domain/federation-presets.ts'
import { WORKLOAD_CHECKS } from '../../src/domain/workload-token.ts'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'
import { type Block, blocksIn } from '../support/node/pages.ts'
import { installPlatforms } from '../support/node/platforms.ts'
import { type Workload, workloadOf } from '../support/workload-claims.ts'

// docs/workload-identity.md: each recipe is followed from nothing to a call of an API, on platforms that are
// played by test/support/node/platforms.ts.

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/workload-identity.md'), 'utf8')
const AUDIENCE = 'https://billing.example.com'
const OURS = 'https://auth.example.com'
const run = promisify(execFile)

type Json = Record<string, any> // oxlint-disable-line no-explicit-any -- files of others, by path

let worker: RunningWorker
let api: Client
let folder = ''

beforeAll(async () => {
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  api = await worker.client(AUDIENCE, 'tokens:introspect')
  folder = mkdtempSync(join(tmpdir(), 'portcullis-workloads-'))
  installPlatforms(join(folder, 'bin'))
})

afterAll(async () => {
  await worker.close()
  rmSync(folder, { recursive: true })
})

function section(heading: string): Block[] {
  const [, text = ''] = new RegExp(`^## ${heading}\n([^]*?)^## `, 'm').exec(`${PAGE}\n## `) ?? []
  return blocksIn(text)
}

const textsOf = (blocks: Block[], language: string) =>
  blocks.filter((block) => block.language === language).map(({ text }) => text)

/** As it is pasted here: the page's server is this one. */
const here = (text: string, clientId = '') =>
  text.replaceAll(OURS, worker.issuer).replaceAll('client_…', clientId)

async function shell(script: string, env: Record<string, string> = {}): Promise<string> {
  const all = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    PORTCULLIS: worker.issuer,
    BOOTSTRAP_TOKEN,
    PLATFORM: folder,
    ...env,
  }
  const options = { env: all, cwd: folder }
  return (await run('bash', ['-e', '-o', 'pipefail', '-c', here(script)], options)).stdout
}

type Platform = Workload & { privateKey: CryptoKey }

/** A platform begins: its keys, and the token that it will give. */
async function platformOf(workload: Workload, claims: Json = {}): Promise<Platform> {
  const { publicKey, privateKey } = await generateKeyPair(workload.alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'platform-1', use: 'sig', alg: workload.alg }
  writeFileSync(join(folder, 'jwks'), JSON.stringify({ keys: [jwk] }))
  const platform = { ...workload, privateKey }
  writeFileSync(join(folder, 'token'), await tokenOf(platform, claims))
  return platform
}

function tokenOf({ alg, issuer, audience, claims, privateKey }: Platform, more: Json = {}) {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, nbf: now, exp: now + 300, jti: crypto.randomUUID() }
  return new SignJWT({ iss: issuer, aud: audience ?? worker.issuer, ...times, ...claims, ...more })
    .setProtectedHeader({ alg, kid: 'platform-1' })
    .sign(privateKey)
}

type SetUp = { clientId: string; issuerId: string; env: Record<string, string> }

const helpers = () => textsOf(section('Before you begin'), 'bash')[0] ?? ''

/** Follows the administrator's half. Keys that nothing here can fetch are uploaded afterwards. */
async function setUp(heading: string, { issuer }: Platform): Promise<SetUp> {
  const blocks = [...section('Before you begin'), ...section(heading)]
  const script = [
    ...textsOf(blocks, 'bash'),
    'echo; echo "made $CLIENT_ID $ISSUER_ID ${APP_ID-none}"',
  ]
  const printed = await shell(script.join('\n'), { PLATFORM_ISSUER: issuer })
  const [, clientId = '', issuerId = '', appId = ''] =
    /^made (\S+) (\S+) (\S+)$/m.exec(printed) ?? []
  const { jwks } = await worker.admin('GET', `/issuers/${issuerId}`)
  if (jwks === null) {
    const uploaded: unknown = JSON.parse(readFileSync(join(folder, 'jwks'), 'utf8'))
    await worker.admin('PATCH', `/issuers/${issuerId}`, { jwks: uploaded })
  }
  return { clientId, issuerId, env: { CLIENT_ID: clientId, APP_ID: appId } }
}

async function ownerOf(token: string): Promise<unknown> {
  const response = await fetch(`${worker.issuer}/oauth/introspect`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${api.id}:${api.secret}`)}` },
    body: new URLSearchParams({ token }),
  })
  return ((await response.json()) as { client_id: unknown }).client_id
}

type Run = { script: string; env: Record<string, string> }

/** The script that the workload runs and the environment that its platform sets, by the file on the page. */
const RUNS: Record<string, (file: Json, made: SetUp) => Run> = {
  'GitHub Actions': ({ permissions, jobs: { export: job } }) => {
    expect(permissions['id-token']).toBe('write')
    const [{ shell: name, run: script }] = job.steps
    expect([name, job.environment]).toEqual(['bash', 'prod'])
    const request = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-token-of-the-job' }
    const url = 'https://actions.example/token?api-version=2.0'
    return { script, env: { ...job.env, ...request, ACTIONS_ID_TOKEN_REQUEST_URL: url } }
  },
  GitLab: ({ export: job }) => {
    expect(job.id_tokens.PORTCULLIS_JWT.aud).toBe(worker.issuer)
    const PORTCULLIS_JWT = readFileSync(join(folder, 'token'), 'utf8')
    const script = [...job.before_script, ...job.script].join('\n')
    return { script, env: { ...job.variables, PORTCULLIS_JWT } }
  },
  Kubernetes: ({ spec }) => {
    const pod = spec.jobTemplate.spec.template.spec
    const [container] = pod.containers
    const [{ projected }] = pod.volumes
    const [{ serviceAccountToken: source }] = projected.sources
    expect([pod.serviceAccountName, source.audience]).toEqual(['nightly-export', worker.issuer])
    const mounted = join(folder, 'mounted')
    mkdirSync(mounted)
    writeFileSync(join(mounted, source.path), readFileSync(join(folder, 'token')))
    const env = container.env.map(({ name, value }: Json) => [name, value])
    const script = container.args[0].replaceAll(container.volumeMounts[0].mountPath, mounted)
    return { script, env: Object.fromEntries(env) }
  },
}

async function runWorkload(heading: string, made: SetUp): Promise<string> {
  const blocks = section(heading)
  const [file] = textsOf(blocks, 'yaml')
  if (file === undefined) {
    const JWT = readFileSync(join(folder, 'token'), 'utf8')
    return shell(textsOf(blocks, 'sh').join('\n'), { ...made.env, JWT })
  }
  const [document] = parseAllDocuments(here(file, made.clientId)) as {
    errors: unknown[]
    toJS(): Json
  }[]
  expect(document?.errors).toEqual([])
  const { script, env } = RUNS[heading]?.(document?.toJS() ?? {}, made) ?? { script: '', env: {} }
  return shell(script, env)
}

const OTHER: Workload = {
  preset: 'custom',
  issuer: 'https://ci.example.com',
  alg: 'RS256',
  claims: { sub: 'pipeline:nightly-export', branch: 'main' },
  rule: { subject: null, claims: {} },
}

const RECIPES: [heading: string, workload: Workload][] = [
  ['GitHub Actions', workloadOf('GitHub Actions')],
  ['GitLab', workloadOf('GitLab CI/CD')],
  ['Kubernetes', workloadOf('Kubernetes')],
  ['AWS', workloadOf('AWS')],
  ['Azure', workloadOf('Microsoft Entra ID, version 1')],
  ['Google Cloud', workloadOf('Google Cloud')],
  ['SPIFFE', workloadOf('SPIFFE')],
  ['Another issuer', OTHER],
]

describe('a recipe begins with nothing and ends with a call of the API', () => {
  it.each(RECIPES)('%s', async (heading, workload) => {
    const platform = await platformOf(workload)
    const made = await setUp(heading, platform)
    const called = await runWorkload(heading, made)
    const [, token = ''] =
      /Authorization: Bearer (\S+) https:\/\/billing\.example\.com/.exec(called) ?? []
    expect(await ownerOf(token)).toBe(made.clientId)
    // The next recipe begins with nothing, too.
    await worker.admin('DELETE', `/clients/${made.clientId}`)
    await worker.admin('DELETE', `/issuers/${made.issuerId}`)
  })

  it('the policy of the role in AWS allows tokens for this server alone', () => {
    const [policy = ''] = textsOf(section('AWS'), 'json')
    const { Statement: statements } = JSON.parse(policy) as Json
    expect(statements).toHaveLength(1)
    expect(statements[0].Condition['ForAllValues:StringEquals']).toEqual({
      'sts:IdentityTokenAudience': OURS,
    })
  })

  it('there is one for each preset', () => {
    expect(new Set(RECIPES.map(([, workload]) => workload.preset))).toEqual(new Set(PRESETS))
  })
})

/** The same text for every run: ids, times and the server's own address differ. */
const settled = (text: string) =>
  text
    .replaceAll(worker.issuer, OURS)
    .replaceAll(/\b(client|iss|fed)_\w{10,}/g, '$1_…')
    .replaceAll(/ends in \d+ seconds/g, 'ends in 300 seconds')

describe('the simulator', () => {
  const [asked = '', askedOfClaims = ''] = textsOf(section('The simulator'), 'bash')

  it('answers as the page shows', async () => {
    const platform = await platformOf(workloadOf('GitHub Actions'))
    const { clientId, issuerId } = await setUp('GitHub Actions', platform)
    const env = { CLIENT_ID: clientId, JWT: await tokenOf(platform, { environment: 'Prod' }) }
    const answer = JSON.parse(settled(await shell(`${helpers()}\n${asked}`, env))) as Json
    const [shown = '{}'] = textsOf(section('The simulator'), 'json')
    expect(answer).toEqual(JSON.parse(shown))
    const ofClaims = JSON.parse(await shell(`${helpers()}\n${askedOfClaims}`, env)) as Json
    expect(ofClaims).toMatchObject({ client_id: null, signature_checked: false })
    expect(ofClaims['rules'][0].conditions.at(-1).why).toContain('pull_request_target')
    await worker.admin('DELETE', `/clients/${clientId}`)
    await worker.admin('DELETE', `/issuers/${issuerId}`)
  })

  it.each([1, 2, 3, 4])('claims are read from a token of whatever length: %d', async (length) => {
    const [read = ''] = textsOf(section('The simulator'), 'sh')
    const claims = JSON.stringify({ sub: 'ÿ?>'.repeat(length) })
    const JWT = `e30.${Buffer.from(claims).toString('base64url')}.c2ln`
    expect(await shell(read, { JWT })).toBe(claims)
  })
})

describe('the tables', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'))
  const cells = (line: string) => line.split('|').map((cell) => cell.trim())

  it('name each check, in its order', () => {
    const named = rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1] ?? '')
    const checks = named.filter((name) => WORKLOAD_CHECKS.some((check) => check === name))
    expect(checks).toEqual([...WORKLOAD_CHECKS])
  })

  it.each([...PRESETS])('say what the preset sets: %s', (preset) => {
    const row = rows.map(cells).find(([, name]) => name === `\`${preset}\``) ?? []
    const { algorithms, maxLifetime, checkJti } = PRESET_FACTS[preset]
    const lifetimes = {
      900: '15 minutes',
      3600: '1 hour',
      86_400: '24 hours',
      90_000: '25 hours',
    } as Record<number, string>
    const expected = [algorithms.join(', '), lifetimes[maxLifetime], checkJti ? 'yes' : 'no']
    expect(row.slice(2, 5)).toEqual(expected)
  })
})

it('the token of an Azure machine fails a lifetime of a day, as the page says', async () => {
  const { issuer, preset, audience, claims } = workloadOf('Microsoft Entra ID, version 1')
  const all = { issuer, preset, audiences: [audience], max_lifetime: 86_400 }
  const { issuer_id: id } = await worker.admin('POST', '/issuers', all)
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now - 300, nbf: now - 300, exp: now + 86_400 }
  const asked = { issuer, claims: { ...claims, aud: audience, ...times } }
  const { checks } = (await worker.admin('POST', '/federation/diagnoses', asked)) as Json
  const failed = checks.filter(({ holds }: Json) => !holds).map(({ check }: Json) => check)
  expect(failed).toEqual(['lifetime'])
  await worker.admin('DELETE', `/issuers/${String(id)}`)
})
