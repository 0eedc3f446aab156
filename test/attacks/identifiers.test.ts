import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { faultyD1 } from '../doubles/faults.ts'
import { testServer } from '../support/server.ts'
import { deployment, NOON } from './deployment.ts'

const MARK = 'zqxj'

/** Each would end an identifier, a text or a statement where one is glued together. */
const INJECTIONS = [
  `${MARK}" FROM portcullis_secrets --`,
  `${MARK}' OR '1'='1`,
  `${MARK}\`; DROP TABLE portcullis_clients; --`,
  `${MARK}] UNION SELECT digest FROM portcullis_secrets`,
  `name${MARK}, (SELECT digest FROM portcullis_secrets)`,
  `${MARK})%_\\`,
  `${MARK}"."${MARK}`,
]

it('CVE-2026-39356: no text of a request becomes a piece of a statement', async () => {
  const { issuer, server, client } = await deployment()
  const texts: string[] = []
  const DB = faultyD1(env.DB, (call) => void texts.push(...call.texts))
  const watched = testServer({ now: NOON, issuer, env: { DB } })
  const lists = ADMIN_ROUTES.filter(({ method, path }) => method === 'GET' && !path.includes(':'))
  const names = ['q', 'status', 'sort', 'limit', 'cursor', 'client_id', 'action']
  for (const injected of INJECTIONS) {
    const value = encodeURIComponent(injected)
    for (const { path } of lists) {
      for (const name of names) await watched.admin('GET', `${path}?${name}=${value}`)
      await watched.admin('GET', `${path}?${value}=1`)
    }
    for (const { method, path } of ADMIN_ROUTES) {
      const to = path.replaceAll(/:\w+/g, value)
      const body = { client_name: injected, name: injected, [injected]: injected }
      await watched.admin(method, to, method === 'GET' ? undefined : body)
    }
    await watched.admin('PATCH', `/clients/${client.id}`, { client_name: injected })
    await watched.form('/oauth/token', {
      grant_type: 'client_credentials',
      client_id: injected,
      client_secret: injected,
      scope: injected,
    })
    await watched.tokenRequest({ ...client, secret: injected }, { scope: injected })
    await watched.tokenRequest(client, { scope: injected, resource: `https://${MARK}.example` })
    await watched.form('/oauth/introspect', { token: `${value}.${value}.${value}` }, client)
  }
  expect(texts.length).toBeGreaterThan(200)
  expect(texts.filter((text) => text.includes(MARK))).toEqual([])
  expect((await server.adminOk('GET', `/clients/${client.id}`))['client_name']).toContain(MARK)
})

it.each(['sort', 'status'])(
  'CVE-2026-39356: %s is one of a few words, and anything else a 400',
  async (name) => {
    const { server } = await deployment()
    for (const injected of [
      ...INJECTIONS,
      'created_at',
      'NAME',
      '-name',
      '__proto__',
      'toString',
    ]) {
      const query = `${name}=${encodeURIComponent(injected)}`
      const { status } = await server.admin('GET', `/clients?${query}`)
      expect([injected, status]).toEqual([injected, 400])
    }
  },
)
