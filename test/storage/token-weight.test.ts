import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Permission } from '../../src/domain/permission.ts'
import { weightMax, weightOf } from '../../src/domain/token-size.ts'
import { d1Apis } from '../../src/storage/access/apis.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1Roles } from '../../src/storage/access/roles.ts'
import { RUNS } from '../domain/arbitraries.ts'
import { observedDatabase } from '../support/observed-server.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'

const AUDIENCES = ['https://a.example', 'https://api-b.example/v2', 'urn:example:c']
const NAMES = ['read', 'write', 'invoices:read']
const EVERY = [
  ...AUDIENCES.flatMap((audience) => NAMES.map((permission) => ({ audience, permission }))),
  { audience: ISSUER, permission: 'clients:read' },
]

/** The APIs, by audience. */
async function populate(server: TestServer) {
  const ids = new Map<string, string>()
  for (const audience of AUDIENCES) {
    ids.set(audience, String((await server.api(audience, NAMES.join(' ')))['api_id']))
  }
  return ids
}

const roleOf = async (server: TestServer, permissions: Permission[]) =>
  String((await server.adminOk('POST', '/roles', { name: 'Role', permissions }))['role_id'])

const some = fc.subarray(EVERY)

it('storage weighs a holder as the domain does, by a role that changes and by an audience that does', async () => {
  const server = testServer()
  const ids = await populate(server)
  const db = openDatabase(env.DB)
  const [roles, apis] = [d1Roles(db, ISSUER), d1Apis(db, ISSUER)]
  const property = fc.asyncProperty(some, some, some, some, async (own, first, second, next) => {
    const given = [await roleOf(server, first), await roleOf(server, second)]
    const body = { client_name: 'Client', permissions: own, roles: given }
    const { client_id: id } = await server.adminOk('POST', '/clients', body)
    const weigh = (access: Permission[]) => weightOf({ clientId: String(id), access }, ISSUER)
    const isOwnAlone = (access: Permission[]) => access.every((p) => p.audience === ISSUER)
    const found = { clientId: id, name: 'Client' }

    const withNext = [...own, ...second, ...next]
    const byRole = (max: number) => roles.overfullHolder(given[0] ?? '', next, max)
    expect(await byRole(weigh(withNext))).toBeNull()
    if (!isOwnAlone(withNext)) expect(await byRole(weigh(withNext) - 1)).toEqual(found)

    const access = [...own, ...first, ...second]
    const held = access.find((p) => p.audience !== ISSUER)
    if (held) {
      const longer = `${held.audience}/of-another-name`
      const moved = (p: Permission) =>
        p.audience === held.audience ? { ...p, audience: longer } : p
      const byAudience = (max: number) =>
        apis.overfullHolder(ids.get(held.audience) ?? '', longer, max)
      const weight = weigh(access.map(moved))
      expect(await byAudience(weight)).toBeNull()
      expect(await byAudience(weight - 1)).toEqual(found)
    }
    await server.adminOk('DELETE', `/clients/${id}`)
  })
  await fc.assert(property, { ...RUNS, numRuns: 40 })
})

/** As many clients hold the role as are asked for, and nothing else. */
async function holders(roleId: string, count: number) {
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text,
      created_at, created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
      WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)
      SELECT printf('holder_%05d', n), '', '', '', '', 0, '', 0, 1, 0, 0, 60 FROM c`).bind(count),
    env.DB.prepare(`INSERT INTO portcullis_client_roles (client_id, role_id)
      SELECT client_id, ?1 FROM portcullis_clients WHERE client_id LIKE 'holder!_%' ESCAPE '!'`).bind(
      roleId,
    ),
  ])
}

it('no holder is read where all that there is fits into one token, and each once where it does not', async () => {
  const server = testServer()
  await populate(server)
  const roleId = await roleOf(server, EVERY.slice(0, 2))
  await holders(roleId, 1000)
  const { database, seen } = observedDatabase()
  const roles = d1Roles(openDatabase(database), ISSUER)
  const rows = async () => {
    const before = seen.rows
    expect(
      await roles.overfullHolder(
        roleId,
        EVERY,
        weightMax({ issuer: ISSUER, statusListBase: null }),
      ),
    ).toBeNull()
    return seen.rows - before
  }
  expect(await rows()).toBeLessThan(200)
  const names = Array.from({ length: 80 }, (_, i) => `${i}`.padEnd(100, 'x'))
  await server.api('https://large.example', names.join(' '))
  const all = await rows()
  expect(all).toBeGreaterThan(1000)
  expect(all).toBeLessThan(10_000)
})
