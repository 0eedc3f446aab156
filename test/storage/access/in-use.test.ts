import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { roleInUseBy } from '../../../src/storage/access/in-use.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { fillClients } from '../../support/many-clients.ts'
import { API, testServer } from '../../support/server.ts'

it('counts the holders of a role to a thousand, and tells of more', async () => {
  const server = testServer()
  await server.api()
  const body = { name: 'Readers', permissions: [{ audience: API, permission: 'invoices:read' }] }
  const made = await server.adminOk('POST', '/roles', body)
  const roleId = String(made['role_id'])
  await fillClients(0, 1001, server.clock.now)
  const give = (to: number) =>
    env.DB.prepare(
      `INSERT OR IGNORE INTO portcullis_client_roles
       SELECT client_id, ?1 FROM portcullis_clients ORDER BY id LIMIT ?2`,
    )
      .bind(roleId, to)
      .run()
  const inUse = async () => {
    const { clients } = await roleInUseBy(openDatabase(env.DB), roleId)
    return { ...clients, first: clients.first.map(({ name }) => name) }
  }
  expect(await inUse()).toEqual({ first: [], count: 0, isMore: false })
  await give(1000)
  const names = Array.from({ length: 3 }, () => expect.stringMatching(/^Client \d+$/))
  expect(await inUse()).toMatchObject({ count: 1000, isMore: false })
  expect((await inUse()).first.slice(0, 3)).toEqual(names)
  await give(1001)
  expect(await inUse()).toMatchObject({ count: 1000, isMore: true })
})
