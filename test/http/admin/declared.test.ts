import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { faultyD1, isWrite } from '../../doubles/faults.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'
import { ask, drift, type Ids, type Kind, KINDS } from './declared.ts'

// Asks of the admin API what Terraform and Pulumi do.

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const SECRET = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/

let server: TestServer
let ids: Ids

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  const role = await server.adminOk('POST', '/roles', { name: 'Empty', permissions: [] })
  const issuer = await server.adminOk('POST', '/issuers', { issuer: 'https://ci.example' })
  const owner = await server.client({}, { secret: null, client_name: 'Owner' })
  ids = { client: owner.id, issuer: issuer['issuer_id'], role: role['role_id'] }
})

async function create(kind: Kind, key?: string): Promise<{ at: string; made: Json }> {
  const body = kind.config(ids)
  const response = await ask(server, 'POST', kind.path(ids), { body, ...(key && { key }) })
  const made = await response.json<Json>()
  expect([response.status, made]).toMatchObject([201, {}])
  const at = `${kind.path(ids)}/${made[kind.id]}`
  expect(response.headers.get('location')).toBe(`https://auth.example/admin/v1${at}`)
  return { at, made }
}

const read = async (at: string) => {
  const response = await ask(server, 'GET', at)
  expect([at, response.status]).toEqual([at, 200])
  return { body: await response.json<Json>(), tag: response.headers.get('etag') ?? undefined }
}

describe.each(Object.entries(KINDS))('a declared %s', (_name, kind) => {
  it('is read as it was written, under the address that its creation named, without a secret', async () => {
    const { at, made } = await create(kind)
    const { body, tag } = await read(at)
    expect(drift(kind, kind.config(ids), body)).toEqual([])
    expect(drift(kind, kind.config(ids), made)).toEqual([])
    expect(JSON.stringify(body)).not.toMatch(SECRET)
    expect(tag).toMatch(/^"\d+"$/)
    // An import knows the id alone, and a second look finds nothing else.
    expect(await read(at)).toEqual({ body, tag })
    const listed = await server.adminOk('GET', `${kind.path(ids)}?limit=100`)
    expect(listed['data']).toContainEqual(body)
  })

  it('changes to what is written next, and what somebody else changed is seen', async () => {
    const { at } = await create(kind)
    // Without a PATCH, other values make another resource.
    if (!kind.change) return expect((await ask(server, 'PATCH', at)).status).toBe(405)
    const before = await read(at)
    const patched = await ask(server, 'PATCH', at, { body: kind.change, tag: before.tag })
    expect([patched.status, await patched.clone().json()]).toMatchObject([200, {}])
    const after = await read(at)
    expect(drift(kind, { ...kind.config(ids), ...kind.change }, after.body)).toEqual([])
    expect(await patched.json()).toEqual(after.body)
    expect(patched.headers.get('etag')).toBe(after.tag)
    // The same again changes nothing. A tool with the earlier values sees drift.
    expect((await ask(server, 'PATCH', at, { body: kind.change })).headers.get('etag')).toBe(
      after.tag,
    )
    const changed = Object.keys(kind.change).sort()
    expect(drift(kind, kind.config(ids), after.body).sort()).toEqual(changed)
    expect(after.tag).not.toBe(before.tag)
    const late = await ask(server, 'PATCH', at, { body: kind.change, tag: before.tag })
    expect(late.status).toBe(412)
  })

  it('is gone once it is deleted, however often that is asked for', async () => {
    const { at } = await create(kind)
    expect((await ask(server, 'DELETE', at)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect([method, (await ask(server, method, at)).status]).toEqual([method, 404])
    }
  })

  it('is made once where the answer of its creation is lost', async () => {
    const { at, made } = await create(kind, 'apply-1')
    const body = kind.config(ids)
    const again = await ask(server, 'POST', kind.path(ids), { body, key: 'apply-1' })
    const isShownOnce = 'client_secret' in made
    expect(again.status).toBe(isShownOnce ? 409 : 201)
    expect(again.headers.get('location')).toBe(`https://auth.example/admin/v1${at}`)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const { data } = await server.adminOk('GET', `${kind.path(ids)}?limit=100`)
    const same = (data as Json[]).filter((one) => drift(kind, body, one).length === 0)
    expect(same).toHaveLength(1)
  })
})

describe('an apply', () => {
  it('of ten resources at once brings them all, and their deletion takes them all', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `Client ${i}`)
    const made = await Promise.all(
      names.map(async (client_name) => {
        const body = { client_name, secret: null }
        const response = await ask(server, 'POST', '/clients', {
          body,
          key: client_name.replace(' ', '-'),
        })
        expect(response.status).toBe(201)
        return String((await response.json<Json>())['client_id'])
      }),
    )
    const { data } = await server.adminOk('GET', '/clients?sort=name&q=client')
    expect(data.map((one: Json) => one['client_name'])).toEqual([...names, 'Owner'])
    const gone = await Promise.all(made.map((id) => ask(server, 'DELETE', `/clients/${id}`)))
    expect(gone.map(({ status }) => status)).toEqual(made.map(() => 204))
  })

  it('of one client’s rights, each a resource of its own, leaves out none', async () => {
    const scopes = Array.from({ length: 10 }, (_, i) => `scope:${i}`)
    const audience = 'https://wide.example'
    const { api_id: api } = await server.api(audience, scopes.join(' '))
    const at = (scope: string) =>
      `/clients/${ids.client}/permissions/${api}/${encodeURIComponent(scope)}`
    const all = await Promise.all([
      ...scopes.map((scope) => ask(server, 'PUT', at(scope))),
      ask(server, 'PUT', `/clients/${ids.client}/roles/${ids.role}`),
    ])
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200))
    const { body } = await read(`/clients/${ids.client}`)
    expect([body['scope'], body['roles']]).toEqual([scopes.join(' '), [ids.role]])
    await Promise.all(scopes.slice(1).map((scope) => ask(server, 'DELETE', at(scope))))
    expect((await read(`/clients/${ids.client}`)).body['scope']).toBe('scope:0')
  })

  it('goes on after 503, and its key makes one thing though the answer was lost', async () => {
    let isLost = true
    const DB = faultyD1(env.DB, ({ texts }) => {
      if (!isLost || !isWrite({ texts })) return null
      isLost = false
      return 'throws after commit'
    })
    const failing = testServer({ now: NOW, env: { DB } })
    const body = { name: 'Once', permissions: [] }
    const response = await ask(failing, 'POST', '/roles', { body, key: 'apply-2' })
    expect([response.status, isLost]).toEqual([201, false])
    const { data } = await server.adminOk('GET', '/roles')
    expect(data.filter((one: Json) => one['name'] === 'Once')).toHaveLength(1)
  })

  it('reads lists page by page, each thing once', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `Role ${i}`)
    for (const name of names) await server.adminOk('POST', '/roles', { name, permissions: [] })
    const seen: string[] = []
    let cursor = ''
    do {
      const page: Json = await server.adminOk('GET', `/roles?limit=3${cursor}`)
      seen.push(...page['data'].map((one: Json) => one['name']))
      cursor = page['next_cursor'] === null ? '' : `&cursor=${page['next_cursor']}`
    } while (cursor !== '')
    expect(seen).toEqual(['Empty', ...names])
  })

  it('hears a conflict in words that say what is in the way', async () => {
    const { at } = await create(KINDS['role'] as Kind)
    await ask(server, 'PUT', `/clients/${ids.client}${at}`)
    const kept = await ask(server, 'DELETE', at)
    expect([kept.status, kept.headers.get('retry-after')]).toEqual([409, null])
    expect(await kept.json()).toMatchObject({
      in_use_by: { clients: { first: [{ client_id: ids.client }] } },
    })
    await ask(server, 'DELETE', `/clients/${ids.client}${at}`)
    expect((await ask(server, 'DELETE', at)).status).toBe(204)
    const taken = { audience: API, name: 'Again', permissions: [] }
    expect((await ask(server, 'POST', '/apis', { body: taken })).status).toBe(409)
  })
})
