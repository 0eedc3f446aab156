import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { pageOf, textOf } from '../support/node/pages.ts'

let worker: RunningWorker
beforeAll(async () => {
  worker = await runWorker({ SECURITY_EVENTS: 'true' })
})
afterAll(() => worker.close())

it('docs/security-events.md sets up a receiver that gets the suspension of another client', async () => {
  const script = `set -e\n${textOf(pageOf('docs/security-events.md'), 'bash')}`
  const env = { PATH: process.env['PATH'], PORTCULLIS: worker.issuer, BOOTSTRAP_TOKEN }
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env })
  const { sets } = JSON.parse(stdout.slice(stdout.lastIndexOf('{"sets"'))) as {
    sets: Record<string, string>
  }
  const types = Object.values(sets).flatMap((set) => Object.keys(decodeJwt(set)['events'] ?? {}))
  expect(types).toEqual([
    'https://schemas.openid.net/secevent/risc/event-type/account-disabled',
    'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  ])
})
