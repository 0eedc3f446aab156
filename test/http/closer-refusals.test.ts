import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  addCertificate,
  ask,
  NOON,
  PROXY,
  startedWithCertificates,
  toldByProxy,
} from '../support/client-certificates/server.ts'
import { heardLog } from '../support/refusals/log.ts'
import { API, testServer } from '../support/server.ts'
import { workloadOf } from '../support/workload-claims.ts'
import { DOORS, federated, workloadToken } from '../support/workloads.ts'

const LATER = NOON + 3 * 86_400
const TOMORROW = '2026-11-23'
const ENDPOINT = 'POST /oauth/token'

let heard: ReturnType<typeof heardLog>
beforeEach(() => {
  heard = heardLog()
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('says what is wrong with a certificate, and has nothing of it', async () => {
  const { server, client } = await startedWithCertificates(PROXY)
  const headers = toldByProxy('other')
  expect((await ask(server, client, { headers })).status).toBe(401)
  expect(heard.refusals()).toMatchObject([
    {
      endpoint: ENDPOINT,
      reason: 'wrong_certificate',
      detail: 'unknown_client_or_certificate',
      method: 'certificate',
      client_id: client.id,
      proven: false,
    },
  ])
  const [certificate = ''] = [headers['Client-Cert']?.slice(1, 60)]
  expect(heard.texts.join('\n')).not.toContain(certificate)
})

it('says that a certificate has expired here', async () => {
  const server = testServer({ now: NOON, ...PROXY })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { secret: null })
  await addCertificate(server, client, { san_dns: 'exports.example.com', expires_on: TOMORROW })
  server.clock.now = LATER
  expect((await ask(server, client, { headers: toldByProxy('exports') })).status).toBe(401)
  expect(heard.refusals()).toMatchObject([{ reason: 'expired_certificate', client_id: client.id }])
})

it('says that no rule is left, or that the same token was sent twice', async () => {
  const server = testServer({ now: NOON })
  await server.api()
  const github = workloadOf('GitHub Actions')
  const { signer, id } = await federated(server, github, { rule: { expires_on: TOMORROW } })
  const sent = await workloadToken(github, signer, NOON)
  const send = (text: string) =>
    server.form('/oauth/token', { ...DOORS.grant(text), client_id: id })
  expect((await send(sent)).status).toBe(200)
  await send(sent)
  server.clock.now = LATER
  await send(await workloadToken(github, signer, LATER))
  const lines = heard.refusals().map(({ reason, detail }) => [reason, detail])
  expect(lines).toEqual([
    ['wrong_assertion', 'federated: used_before_or_rule_gone'],
    ['wrong_assertion', 'federated: no_rule'],
  ])
  expect(heard.texts.join('\n')).not.toContain(sent.split('.')[1])
})
