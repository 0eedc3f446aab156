import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { faultyD1, isWrite } from '../doubles/faults.ts'
import { testServer } from '../support/server.ts'
import { deployment, NOON } from './deployment.ts'

it('CVE-2020-15223: no storage fails behind a 2xx: what was not stored is a 503, and stays as it was', async () => {
  const { issuer, server, client, observer } = await deployment()
  const token = await server.token(client)
  const readOnly = faultyD1(env.DB, (call) => isWrite(call) && 'throws')
  const faulty = testServer({ now: NOON, issuer, env: { DB: readOnly } })
  const path = `/clients/${client.id}`
  const attempts = [
    () => faulty.form('/oauth/revoke', { token }, client),
    () => faulty.suspend(client),
    () => faulty.admin('DELETE', `${path}/tokens`),
    () => faulty.admin('PUT', `${path}/access`, { roles: [], permissions: [] }),
    () => faulty.admin('DELETE', path),
  ]
  for (const attempt of attempts) {
    const { status, headers } = await attempt()
    expect([status, headers.has('retry-after')]).toEqual([503, true])
    expect(await server.introspect(token, observer)).toMatchObject({ active: true })
  }
  expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(200)
  expect(await server.introspect(token, observer)).toEqual({ active: false })
})

it('CVE-2020-15223: a revocation whose answer from storage was lost is done, and a retry says so', async () => {
  const { issuer, server, client, observer } = await deployment()
  const token = await server.token(client)
  const losing = faultyD1(env.DB, (call) => isWrite(call) && 'throws after commit')
  const faulty = testServer({ now: NOON, issuer, env: { DB: losing } })
  const { status } = await faulty.form('/oauth/revoke', { token }, client)
  expect([200, 503]).toContain(status)
  expect(await server.introspect(token, observer)).toEqual({ active: false })
  expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(200)
})
