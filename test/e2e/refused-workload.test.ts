import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WORKLOAD_CHECKS } from '../../src/domain/workload-token.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { blocksIn, shownCommands } from '../support/node/pages.ts'
import { workloadOf } from '../support/workload-claims.ts'

// docs/runbooks.md, "A workload or a key is refused", drilled.

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/runbooks.md'), 'utf8')
const [, SECTION = ''] = /^## A workload or a key is refused\n([^]*?)^## /m.exec(PAGE) ?? []
const KUBERNETES = workloadOf('Kubernetes')
const run = promisify(execFile)

let worker: RunningWorker
beforeAll(async () => {
  worker = await runWorker()
})
afterAll(() => worker.close())

/** The reasons that the first column of the page's tables names. */
const named = SECTION.split('\n')
  .filter((line) => line.startsWith('| `') && !line.startsWith('| `detail`'))
  .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name))

it('the page says what to do about each reason', () => {
  const source = readFileSync(join(ROOT, 'src/domain/assertion.ts'), 'utf8')
  const [, faults = ''] = /ASSERTION_FAULTS = \[([^]*?)\]/.exec(source) ?? []
  const ofKeys = [...faults.matchAll(/'(\w+)'/g)].map(([, fault]) => fault)
  expect(ofKeys.length).toBeGreaterThan(5)
  const ofPlatforms = [...WORKLOAD_CHECKS, 'no_rule', 'used_before_or_rule_gone']
  const all = [...ofPlatforms.map((reason) => `federated: ${reason}`), ...ofKeys]
  expect(new Set(named)).toEqual(new Set(all))
})

async function refusedWorkload(): Promise<{ clientId: string; token: string }> {
  const { publicKey, privateKey } = await generateKeyPair(KUBERNETES.alg)
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'cluster-1' }] }
  const { issuer, preset, rule } = KUBERNETES
  const made = await worker.admin('POST', '/issuers', { issuer, preset, jwks })
  const client = await worker.admin('POST', '/clients', { client_name: 'Export', secret: null })
  const clientId = String(client['client_id'])
  const credential = { issuer_id: made['issuer_id'], ...rule }
  await worker.admin('POST', `/clients/${clientId}/federated-credentials`, credential)
  const sub = 'system:serviceaccount:payments:default'
  const token = await new SignJWT({ ...KUBERNETES.claims, sub, iss: issuer, aud: worker.issuer })
    .setProtectedHeader({ alg: KUBERNETES.alg, kid: 'cluster-1' })
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(privateKey)
  return { clientId, token }
}

it('the workload is told nothing, and who follows the page finds the condition', async () => {
  const { clientId, token } = await refusedWorkload()
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const body = new URLSearchParams({ grant_type: grant, client_id: clientId, assertion: token })
  const answer = await fetch(`${worker.issuer}/oauth/token`, { method: 'POST', body })
  expect(await answer.json()).toEqual({
    error: 'invalid_grant',
    error_description: 'The assertion is not valid here.',
  })
  const [{ command } = { command: '' }] = shownCommands({
    name: 'runbooks.md',
    blocks: blocksIn(SECTION),
  })
  const env = { ...process.env, PORTCULLIS: worker.issuer, BOOTSTRAP_TOKEN }
  const asking = { ...env, CLIENT_ID: clientId, JWT: token }
  const { stdout } = await run('bash', ['-c', command], { env: asking })
  const {
    client_id: winner,
    checks,
    rules,
  } = JSON.parse(stdout) as {
    client_id: unknown
    checks: { holds: boolean }[]
    rules: { conditions: { claim: string; why: string }[] }[]
  }
  expect([winner, checks.every(({ holds }) => holds)]).toEqual([null, true])
  expect(rules[0]?.conditions).toMatchObject([
    { claim: 'sub', why: 'The values differ.' },
    { claim: '/kubernetes.io/serviceaccount/uid', why: '' },
  ])
})
