import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOSER_REASONS, type Reason, REFUSAL_CODES } from '../../src/domain/refusal-reasons.ts'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { ADMIN_REFUSALS } from '../support/refusals/admin.ts'
import { expectRefusal } from '../support/refusals/answers.ts'
import { heardLog } from '../support/refusals/log.ts'
import { NOON, OAUTH_REFUSALS, type World } from '../support/refusals/oauth.ts'
import { API, ISSUER, testServer } from '../support/server.ts'

const ALL = [...OAUTH_REFUSALS, ...ADMIN_REFUSALS]

let world: World
let heard: ReturnType<typeof heardLog>

beforeEach(async () => {
  const server = testServer({ now: NOON })
  await server.api()
  const scopes = { [API]: 'invoices:read' }
  world = { server, client: await server.client(scopes), other: await server.client(scopes) }
  heard = heardLog()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Everything in a request that must be in no line: what proves somebody, and what it asks about. */
function secretsOf(texts: string[]): string[] {
  const known = [world.client.secret, world.other.secret, env.BOOTSTRAP_TOKEN ?? '', 'a-guess']
  return [...known, 'pc_', 'eyJ'].filter((text) => texts.some((line) => line.includes(text)))
}

describe.each(ALL)('$what', ({ what, reason, detail, endpoint, status, send }) => {
  it(`is one line, and an answer that says as much as it may: ${reason}`, async () => {
    const response = await send(world)
    expect(response.status).toBe(status)
    const lines = heard.refusals()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ level: 'warning', reason, endpoint, status, count: 1 })
    expect(lines[0]?.['detail']).toBe(detail)
    expect(lines[0]?.['request_id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(secretsOf(heard.texts)).toEqual([])
    await expectRefusal(what, response)
  })
})

/** Reasons that another test brings about, or that only a change in the same moment does. */
const ELSEWHERE: Partial<Record<Reason, string>> = {
  invalid_client: 'closer reasons stand for it',
  invalid_grant: 'closer reasons stand for it',
  expired_rule: 'a change in the same moment',
  too_many_requests: 'test/http/refusal-lines.test.ts',
  wrong_certificate: 'test/http/closer-refusals.test.ts',
  expired_certificate: 'test/http/closer-refusals.test.ts',
  cut_off: 'a change in the same moment',
  sign_in_failed: 'test/console/sign-in-lines.test.ts',
}

it('has a case for every reason', () => {
  const covered = new Set<string>([...ALL.map(({ reason }) => reason), ...Object.keys(ELSEWHERE)])
  const all: Reason[] = [...REFUSAL_CODES, ...CLOSER_REASONS]
  expect(all.filter((reason) => !covered.has(reason))).toEqual([])
})

describe('each route of the admin API', () => {
  const routes = ADMIN_ROUTES.map((row): [string, string] => [row.method, row.path])

  it('says who was refused, in one line for each request', async () => {
    const server = testServer({ now: NOON, failureLimits: { perClient: 1000, perAddress: 1000 } })
    const nobody = await server.client({ [ISSUER]: 'tokens:introspect' })
    const bearer = await server.token(nobody)
    for (const [method, path] of routes) {
      server.clock.now += 60
      heard.forget()
      await server.send(`/admin/v1${path}`, { method })
      await server.admin(method, path, undefined, 'a-guess')
      await server.admin(method, path, undefined, bearer)
      const lines = heard.refusals().map((line) => [line['endpoint'], line['reason']])
      const endpoint = `${method} /admin/v1${path}`
      expect(lines.slice(0, 2)).toEqual([
        [endpoint, 'unauthenticated'],
        [endpoint, 'bootstrap_token_guess'],
      ])
      expect(lines).toHaveLength(3)
      expect(['insufficient_scope', 'invalid_token', 'forbidden']).toContain(lines[2]?.[1])
    }
  })
})

it('leaves no line for what reaches no endpoint', async () => {
  const { server } = world
  const statuses = [
    (await server.send('/admin/v1/no-such-path')).status,
    (await server.send('/admin/v1/clients', { method: 'PUT' })).status,
    (await server.send('/oauth/token')).status,
    (await server.send('/oauth/authorize')).status,
    (await server.send('/oauth/status-lists/none')).status,
    (await server.send('/oauth/status-lists/none?time=1')).status,
  ]
  expect(statuses).toEqual([404, 405, 405, 400, 404, 501])
  expect(heard.refusals()).toEqual([])
})
