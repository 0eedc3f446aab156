import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { signIn } from '../support/console.ts'
import { GATES, gatesBut, outOfReach, restartGate } from '../support/gates.ts'
import { API, type TestServer, testServer } from '../support/server.ts'
import { watchedDatabase } from '../support/counting.ts'
import { placeOf } from '../support/status-lists.ts'
import type { WorkerEnv } from '../../src/worker.ts'

/** The statements by which the Worker itself asks D1; those of gates are not among them. */
function counted(vars: Partial<WorkerEnv>, gateLeaseSeconds = 30) {
  const texts: string[] = []
  const DB = watchedDatabase(env.DB, (text) => void texts.push(text))
  const server = testServer({ env: { ...vars, DB }, gateLeaseSeconds })
  const during = async (work: () => Promise<unknown>) => {
    texts.length = 0
    await work()
    return texts.filter((text) => !/^(UPDATE|INSERT)/.test(text)).length
  }
  return { server, during }
}

async function introspector(server: TestServer) {
  await server.api(API, 'invoices:read')
  // The first token of all makes the signing keys, which no gate knows yet.
  await server.token(await server.client({ [API]: 'invoices:read' }))
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [API]: 'tokens:introspect' })
  return { client, caller, token: await server.token(client) }
}

describe('with gates', () => {
  it.each([
    ['with gates, tokens and introspection ask D1 nothing', GATES, 0],
    ['without them, one statement each', {}, 1],
  ])('INV-20: %s', async (_, vars, statements) => {
    const { server, during } = counted(vars)
    const { client, caller, token } = await introspector(server)
    await server.introspect(token, caller)
    expect(await during(() => server.token(client))).toBe(statements)
    expect(await during(() => server.introspect(token, caller))).toBe(statements)
  })

  it('INV-20: answers the same as the database, field by field', async () => {
    const [gated, plain] = [testServer({ env: GATES }), testServer()]
    const { client, caller, token } = await introspector(gated)
    expect(await gated.introspect(token, caller)).toEqual(await plain.introspect(token, caller))
    const claims = await plain.introspect(await gated.token(client), caller)
    expect(claims).toMatchObject({ active: true, client_id: client.id, scope: 'invoices:read' })
    for (const secret of ['wrong', `${client.secret}x`]) {
      const asked = { id: client.id, secret, body: {} }
      const [one, other] = [await gated.tokenRequest(asked), await plain.tokenRequest(asked)]
      expect([one.status, await one.text()]).toEqual([other.status, await other.text()])
    }
    const stranger = { id: 'client_0000000000000000000000', secret: client.secret }
    expect((await gated.tokenRequest({ ...stranger, body: {} })).status).toBe(401)
  })

  it('a token names its place in a status list, as without gates', async () => {
    const gated = testServer({ env: GATES, statusLists: true })
    await gated.api(API, 'invoices:read')
    await gated.cron()
    const client = await gated.client({ [API]: 'invoices:read' })
    const { uri } = placeOf(await gated.token(client))
    expect(uri).toContain('/oauth/status-lists/')
    const plain = testServer({ statusLists: true })
    expect(placeOf(await plain.token(client)).uri).toBe(uri)
  })

  it('INV-1, INV-2, INV-20: a suspension is seen at once, also in another isolate', async () => {
    const [here, there] = [testServer({ env: GATES }), testServer({ env: GATES })]
    const { client, caller, token } = await introspector(here)
    expect(await there.introspect(token, caller)).toMatchObject({ active: true })
    expect((await here.suspend(client)).status).toBe(200)
    expect(await there.introspect(token, caller)).toEqual({ active: false })
    expect((await there.tokenRequest(client)).status).toBe(401)
    await here.resume(client)
    expect(await there.introspect(token, caller)).toMatchObject({ active: true })
  })

  it('INV-4, INV-20: a deleted client is not remembered, nor a new one as unknown', async () => {
    const server = testServer({ env: GATES })
    const { client, caller, token } = await introspector(server)
    await server.introspect(token, caller)
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    expect((await server.tokenRequest(client)).status).toBe(401)
    const imported = {
      id: 'brought-along',
      secret: 'a-secret-of-another-server-0123456789',
      body: {},
    }
    expect((await server.tokenRequest(imported)).status).toBe(401)
    const permissions = [{ audience: API, permission: 'invoices:read' }]
    const brought = { client_id: imported.id, client_name: 'Moved', permissions }
    await server.adminOk('POST', '/client-imports', {
      clients: [{ ...brought, secret: { text: imported.secret } }],
    })
    expect((await server.tokenRequest(imported)).status).toBe(200)
  })

  it('INV-3, INV-20: a token that its client revoked is inactive, also where it asks again', async () => {
    const told: string[] = []
    const noting = gatesBut((stub, name) => ({
      invalidate: () => {
        told.push(name)
        return stub.invalidate()
      },
    }))
    const server = testServer({ env: noting })
    const { client, caller, token } = await introspector(server)
    await server.introspect(token, caller)
    await server.form('/oauth/revoke', { token }, client)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    told.length = 0
    await server.form('/oauth/revoke', { token }, client)
    expect(told).toEqual([client.id])
  })

  it('INV-20: the rights of a machine at the admin API end with its suspension', async () => {
    const server = testServer({ env: GATES })
    const machine = await server.client({ 'https://auth.example': 'clients:read' })
    const bearer = await server.token(machine)
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(200)
    await server.suspend(machine)
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(401)
  })

  it('INV-20: a gate that begins anew reads anew', async () => {
    const server = testServer({ env: GATES })
    const { client, caller, token } = await introspector(server)
    await server.introspect(token, caller)
    await restartGate(client.id)
    expect(await server.introspect(token, caller)).toMatchObject({ active: true })
  })
})

describe('where a gate is out of reach', () => {
  it('INV-11, INV-20: D1 is asked, and never is a token active by default', async () => {
    const away = gatesBut(() => ({ facts: outOfReach }))
    const { server, during } = counted(away)
    const { client, caller, token } = await introspector(server)
    expect(await during(() => server.introspect(token, caller))).toBe(1)
    await server.suspend(client)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
  })

  it.each([
    ['does not confirm', outOfReach],
    ['hangs', () => new Promise<never>(() => {})],
  ])('INV-20: a change waits for the lease where its gate %s', async (_, invalidate) => {
    const [reader, committer] = [
      testServer({ env: GATES, gateLeaseSeconds: 5 }),
      testServer({ env: gatesBut(() => ({ invalidate })), gateLeaseSeconds: 5 }),
    ]
    const { client, caller, token } = await introspector(reader)
    await reader.introspect(token, caller)
    const began = Date.now()
    await committer.suspend(client)
    expect(Date.now() - began).toBeGreaterThanOrEqual(6000)
    expect(await reader.introspect(token, caller)).toEqual({ active: false })
  })

  it('INV-20: a repeated suspension tells the gate, too', async () => {
    const forgetful = gatesBut(() => ({ invalidate: async () => {} }))
    const [reader, committer] = [testServer({ env: GATES }), testServer({ env: forgetful })]
    const { client, caller, token } = await introspector(reader)
    await reader.introspect(token, caller)
    // As if the isolate that committed it had died then.
    await committer.suspend(client)
    expect(await reader.introspect(token, caller)).toMatchObject({ active: true })
    await reader.suspend(client)
    expect(await reader.introspect(token, caller)).toEqual({ active: false })
  })

  it('INV-20: a role that lost a permission is waited for, and one that got a name is not', async () => {
    const server = testServer({ env: GATES, gateLeaseSeconds: 5 })
    await server.api()
    const permissions = [{ audience: API, permission: 'invoices:read' }]
    const role = await server.adminOk('POST', '/roles', { name: 'Readers', permissions })
    const holder = await server.client({}, { roles: [role['role_id']] })
    const caller = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(holder)
    await server.introspect(token, caller)
    const took = async (body: object) => {
      const began = Date.now()
      await server.adminOk('PATCH', `/roles/${String(role['role_id'])}`, body)
      return Date.now() - began
    }
    expect(await took({ name: 'Readers of invoices' })).toBeLessThan(5000)
    expect(await took({ permissions: [] })).toBeGreaterThanOrEqual(6000)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
  })

  it('INV-16, INV-20: the right to a change is confirmed by D1, whatever a gate remembers', async () => {
    const forgetful = gatesBut(() => ({ invalidate: async () => {} }))
    const server = testServer({ env: forgetful })
    await introspector(server)
    const machine = await server.client({ 'https://auth.example': 'clients:manage' })
    const bearer = await server.token(machine)
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(200)
    await server.suspend(machine)
    // The gate still believes in it, so that reading is possible: changing is not.
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(200)
    const made = await server.admin('POST', '/clients', { client_name: 'Late' }, bearer)
    expect(made.status).toBe(401)
  })
})

describe('a gate', () => {
  it('stores nothing, and holds neither a secret nor a private key', async () => {
    const server = testServer({ env: GATES })
    const client = await server.client()
    await server.tokenRequest(client)
    const stub = env.TEST_GATES.get(env.TEST_GATES.idFromName(client.id))
    await runInDurableObject(stub, async (_, state) => {
      expect((await state.storage.list()).size).toBe(0)
    })
    const facts = JSON.stringify(await stub.facts(client.id, 30_000))
    expect(facts).toContain('digest')
    expect(facts).not.toContain(client.secret)
    expect(facts).not.toMatch(/\\"d\\"|PRIVATE KEY/)
  })

  it('is not made for an id that no client may have', async () => {
    const asked = vi.fn<(name: string) => void>()
    const server = testServer({ env: gatesBut((_, name) => (asked(name), {})) })
    for (const id of ['', 'client_', 'a b', '.health', `client_${'x'.repeat(58)}`, 'new']) {
      expect((await server.tokenRequest({ id, secret: 'x', body: {} })).status).toBe(401)
    }
    expect(asked).not.toHaveBeenCalled()
  })

  it('is in what health says, and in the setup', async () => {
    const [gated, away] = [
      testServer({ env: GATES }),
      testServer({ env: gatesBut(() => ({ answers: outOfReach })) }),
    ]
    const health = async (server: TestServer) => {
      const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
      return (await server.send('/health', { headers })).json<{ gates_answer: boolean | null }>()
    }
    expect(await health(gated)).toMatchObject({ gates_answer: true })
    expect(await health(testServer())).toMatchObject({ gates_answer: null })
    expect(await health(away)).toMatchObject({
      gates_answer: false,
      problems: expect.arrayContaining([
        expect.objectContaining({ problem: 'gates_out_of_reach' }),
      ]),
    })
    const setup = async (server: TestServer) => (await signIn(server)).html('/setup')
    expect(await setup(gated)).toContain('Gates answer for the database.')
    expect(await setup(away)).toContain('No gate answers')
    expect(await setup(testServer())).not.toMatch(/gates? answer/i)
  })

  it('notes a use once a minute, though it remembers that there was none', async () => {
    const writes: string[] = []
    const DB = watchedDatabase(env.DB, (text) => void writes.push(text))
    const server = testServer({ env: { ...GATES, DB } })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    await server.token(client)
    writes.length = 0
    await server.token(client)
    await server.token(client)
    expect(writes.filter((text) => text.startsWith('UPDATE'))).toEqual([])
  })
})
