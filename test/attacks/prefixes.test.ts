import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { faultyD1 } from '../doubles/faults.ts'
import { signIn } from '../support/console.ts'
import { API, ISSUER, testServer } from '../support/server.ts'
import { doorsOpenTo, deployment, NOON } from './deployment.ts'

/** For thousands of requests on a machine that has more to do. */
const PATIENCE = 120_000

const UNLIMITED = { failureLimits: { perClient: 1e6, perAddress: 1e6 } }

const properPrefixes = (text: string) => Array.from(text, (_, i) => text.slice(0, i))

it('CVE-2026-27840: every proper prefix of a secret is refused, at each endpoint and however it is sent', async () => {
  const { server, client } = await deployment(UNLIMITED)
  const token = await server.token(client)
  const statuses = new Map<number, number>()
  const prefixes = properPrefixes(client.secret)
  expect(prefixes).toHaveLength(65)
  for (const secret of prefixes) {
    for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
      const fields = { grant_type: 'client_credentials', token }
      const inBody = { client_id: client.id, client_secret: secret }
      const answers = [
        await server.form(path, fields, { ...client, secret }),
        await server.form(path, { ...fields, ...inBody }),
      ]
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  expect([...statuses]).toEqual([[401, 65 * 8]])
  expect((await server.tokenRequest(client)).status).toBe(200)
})

it(
  'CVE-2026-27840: every proper prefix of a token is refused at every door',
  async () => {
    const all = await deployment(UNLIMITED)
    const { server, client, observer } = all
    const token = await server.token(client, { resource: API })
    const prefixes = properPrefixes(token)
    expect(prefixes.length).toBeGreaterThan(400)
    const open: number[] = []
    for (const prefix of prefixes) {
      // A prefix that lacks a part is refused by its form, the same at every door: only some of
      // those are tried.
      const isLate = prefix.length > token.lastIndexOf('.')
      if (prefix === '' || (!isLate && prefix.length % 25 > 0)) continue
      if ((await doorsOpenTo(all, prefix)).length > 0) open.push(prefix.length)
    }
    expect(open).toEqual([])
    expect(await doorsOpenTo(all, token)).toHaveLength(4)
    for (const prefix of prefixes.slice(1)) {
      const answer = await server.form('/oauth/introspect', { token: prefix }, observer)
      expect(await answer.text()).toBe('{"active":false}')
      if (prefix.length % 7 > 0) continue
      expect((await server.form('/oauth/revoke', { token: prefix }, client)).status).toBe(200)
    }
    expect(await server.introspect(token, observer)).toMatchObject({ active: true })
  },
  PATIENCE,
)

it('CVE-2026-27840: every proper prefix of the bootstrap token, and of its session, opens nothing', async () => {
  const server = testServer({ now: NOON, ...UNLIMITED })
  const { cookie } = await signIn(server)
  const bootstrap = env.BOOTSTRAP_TOKEN ?? ''
  const form = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }
  for (const token of properPrefixes(bootstrap)) {
    expect((await server.admin('GET', '/clients', undefined, token)).status).toBe(401)
    const body = new URLSearchParams({ token }).toString()
    const init = { method: 'POST', headers: form, body }
    expect((await server.send('/console/sign-in', init)).status).toBe(401)
  }
  for (const Cookie of properPrefixes(cookie)) {
    const init = { headers: { Cookie }, redirect: 'manual' as const }
    expect((await server.send('/console/clients', init)).status).toBe(303)
  }
  const whole = { headers: { Cookie: cookie } }
  expect((await server.send('/console/clients', whole)).status).toBe(200)
})

it('asks D1 nothing for a prefix that lacks a part of a token', async () => {
  const { server, client, issuer } = await deployment(UNLIMITED)
  const token = await server.token(client)
  let calls = 0
  const counted = faultyD1(env.DB, () => {
    calls++
    return null
  })
  const watched = testServer({ now: NOON, issuer, env: { DB: counted }, ...UNLIMITED })
  for (const prefix of properPrefixes(token.slice(0, token.lastIndexOf('.') + 1))) {
    expect((await watched.admin('GET', '/clients', undefined, prefix)).status).toBe(401)
  }
  expect(calls).toBe(0)
})
