import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  copyOfProject,
  freePort,
  npmStart,
  type Started,
  stop,
  untilReady,
} from '../support/node/start.ts'

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const blocks = [...README.matchAll(/```bash\n([^]*?)```/g)].map((match) => match[1] ?? '')

let copy = ''
let port = 0
let started: Started

beforeAll(async () => {
  copy = copyOfProject()
  port = await freePort()
  started = npmStart(copy, { PORT: String(port) })
  await untilReady(started)
})

afterAll(() => stop(started))

it('takes a newcomer from clone to token, suspension and resumption, word by word', () => {
  const script = ['set -e', ...blocks].join('\n').replaceAll('localhost:8787', `localhost:${port}`)
  // npx builds and links the command line that is the copy's own: in a cache that goes with the copy.
  const env = { ...process.env, npm_config_cache: join(copy, '.npm') }
  const output = execFileSync('bash', ['-c', script], { cwd: copy, env, encoding: 'utf8' })
  expect(output).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m)
  expect([...output.matchAll(/"active":(true|false)/g)].map((match) => match[1])).toEqual([
    'true',
    'false',
    'true',
  ])
  expect(output).toMatch(/"status":"suspended".*"suspended_reason":"token in a public log"/)
  expect(output).toMatch(
    /^Suspended since .*; propagation complete: Nightly export \(client_\w+\)$/m,
  )
  expect(output).toMatch(/^Resumed: Nightly export/m)
  expect(output).toMatch(/"action":"client.resumed".*"action":"client.suspended"/)
})
