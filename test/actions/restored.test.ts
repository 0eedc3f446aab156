import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DENYLIST_TTL, type DenylistEntry } from '../../src/domain/denylist.ts'
import { aMinutePasses, faultyD1, faultyKv } from '../doubles/faults.ts'
import { type Client, ISSUER, testServer } from '../support/server.ts'
import {
  accepted,
  anchored,
  aStory,
  create,
  detail,
  entries,
  expectDead,
  expectGrown,
  expectResumed,
  issue,
  manyClients,
  opened,
  putAnchor,
  restore,
  snapshot,
  step,
  suspensions,
  take,
  VERIFICATION,
  versionsByD1,
} from './restored-world.ts'
import {
  begun,
  expectAccepted,
  expectAllDead,
  expectHeld,
  goneOn,
  isBehind,
  type TakenBack,
} from './taken-back.ts'

const SEED = 20_261_122

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a database that was taken back to an earlier time', () => {
  it('INV-10: gives nothing back that the denylist knows as cut off, before an administrator does', async () => {
    const base = await aStory()
    const { server } = base
    const history = fc.record({
      before: fc.array(step, { maxLength: 10 }),
      after: fc.array(step, { minLength: 1, maxLength: 12 }),
      // Whether requests meet the restored database before the cron does.
      asked: fc.boolean(),
      crons: fc.constantFrom(1, 1, 2),
    })
    await fc.assert(
      fc.asyncProperty(history, async ({ before, after, asked, crons }) => {
        const story = await begun(base, before)
        const then = await snapshot()
        const known = await goneOn(story, after)

        await restore(then)
        const taken: TakenBack = {
          story,
          known,
          rewound: await versionsByD1(),
          suspended: await suspensions(),
        }
        if (asked) for (const one of story.clients) await issue(story, one)
        await Promise.all(Array.from({ length: crons }, () => server.cron()))
        await expectAllDead(taken)
        await opened(server)
        const held = await expectHeld(taken)

        for (const one of story.clients.filter((c) => isBehind(taken, c))) {
          await expectResumed(story, one, known.get(one.id) as DenylistEntry)
        }
        expectGrown(held, await entries())
        await expectAccepted(story)
      }),
      { seed: SEED, numRuns: 10 },
    )
  }, 600_000)

  it('INV-10: gives nothing back of what its own outbox was about to tell the denylist then', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    await server.suspend(client)
    // KV is down for the resume: its entry is due while the snapshot is taken.
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
    await testServer({ now: server.clock.now, env: { DENYLIST } }).resume(client)
    const then = await snapshot()
    await aMinutePasses(server.clock, env.DB)
    await server.suspend(client)
    await anchored(server)
    const known = await entries()
    expect(known.get(client.id)).toMatchObject({ version: 3, suspended: true })

    await restore(then)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    expectGrown(known, await entries())
    await expectDead(story, client)
  })

  it('INV-10: overwrites nothing in a denylist that it cannot read', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    const due = `INSERT INTO portcullis_denylist_outbox (client_id, version) VALUES ('${client.id}', 0)`
    await env.DB.prepare(due).run()
    const then = await snapshot()
    await env.DB.prepare('DELETE FROM portcullis_denylist_outbox').run()
    await server.suspend(client)
    const known = await entries()

    await restore(then)
    await aMinutePasses(server.clock, env.DB)
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('get') && 'throws')
    const blind = testServer({ now: server.clock.now, env: { DENYLIST } })
    await expect(blind.cron()).rejects.toThrow('The cron failed')
    expect(await entries()).toEqual(known)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, client)
  })

  it('INV-10: holds a client whose entry is garbled, and all others as well', async () => {
    const story = await aStory()
    const { server } = story
    for (let n = 0; n < 2; n++) await create(story)
    const [garbled, other] = story.clients as [Client, Client]
    for (const client of story.clients) await issue(story, client)
    const then = await snapshot()
    for (const client of story.clients) await server.suspend(client)
    await restore(then)
    const value = { version: 5, suspended: true, generation: 0, revoked: [null] }
    const options = { metadata: { version: 5 } }
    await env.DENYLIST.put(`client:${garbled.id}`, JSON.stringify(value), options)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, garbled)
    await expectDead(story, other)
  })

  it.each([
    ['the client revokes a token of its own', 'revoke one'],
    ['an administrator revokes its tokens', 'revoke all'],
  ] as const)(
    'INV-10: gives nothing back where %s before the cron looked at it',
    async (_name, what) => {
      const story = await aStory()
      const { server } = story
      await create(story)
      const [client] = story.clients as [Client]
      for (let n = 0; n < 2; n++) await issue(story, client)
      await anchored(server)
      const then = await snapshot()
      await server.suspend(client)
      await anchored(server)
      const known = await entries()
      await restore(then)
      await take(story, { what, client: 0, token: 0 })
      await server.cron()
      expectGrown(known, await entries())
      await expectDead(story, client)
    },
  )

  it('INV-10: is looked through in the next run where the first one failed at it', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    await anchored(server)
    const then = await snapshot()
    await server.suspend(client)
    await anchored(server)
    await restore(then)
    const DB = faultyD1(
      env.DB,
      ({ texts }) => /denylist_version < /.test(texts[0] ?? '') && 'throws',
    )
    const faulty = testServer({ now: server.clock.now, env: { DB } })
    await expect(faulty.cron()).rejects.toThrow('hold')
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, client)
  })

  it('INV-10: is looked through at once where it is taken back once more before that is accepted', async () => {
    const story = await aStory()
    const { server } = story
    for (let n = 0; n < 2; n++) {
      await create(story)
      await issue(story, story.clients[n] as Client)
    }
    const [first, second] = story.clients as [Client, Client]
    await anchored(server)
    const then = await snapshot()
    await server.suspend(first)
    await anchored(server)
    await restore(then)
    await server.cron()
    await expectDead(story, first)
    const again = await snapshot()
    await aMinutePasses(server.clock, env.DB)
    await server.suspend(second)
    await server.cron()
    await restore(again)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, first)
    await expectDead(story, second)
  })

  it('INV-10: is looked through wholly within a run for each thousand clients that it forgot', async () => {
    const server = testServer()
    const many = 1150
    await manyClients(many + 10, server.clock.now)
    await anchored(server)
    const entry = { version: 2, suspended: false, generation: 1, revoked: [] }
    const metadata = { version: 2, suspended: false, generation: 1, revoked: 0 }
    const options = { expirationTtl: DENYLIST_TTL, metadata }
    await Promise.all(
      Array.from({ length: many }, (_, n) =>
        env.DENYLIST.put(`client:client_${n}`, JSON.stringify(entry), options),
      ),
    )
    // The log's end that was anchored is one that D1 does not have.
    await putAnchor('anchor:latest', { seq: 1_000_000, seal: 'lost', at: server.clock.now })
    const held: (number | null)[] = []
    for (let run = 0; run < 2; run++) {
      await aMinutePasses(server.clock, env.DB)
      await server.cron()
      held.push(
        await env.DB.prepare(
          `SELECT count(*) AS n FROM portcullis_clients
           WHERE suspended_at IS NOT NULL AND generation = 1`,
        ).first<number>('n'),
      )
    }
    expect(held[0]).toBeGreaterThanOrEqual(990)
    expect(held[1]).toBe(many)
  })
})

describe('accepting a log that was taken back', () => {
  it('keeps every anchor that the log still holds, so that a later cut shows', async () => {
    const now = Date.UTC(2027, 0, 15, 10) / 1000
    const server = testServer({ now })
    await server.client()
    await server.cron()
    const then = await snapshot()
    await server.client()
    await anchored(server)
    await restore(then)
    server.clock.now += 86_400
    expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ reason: 'not_anchored' })
    await accepted(server)
    expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
    const { keys } = await env.DENYLIST.list({ prefix: 'anchor:' })
    const names = ['anchor:2027-01-15', 'anchor:2027-01-16', 'anchor:latest']
    expect(keys.map(({ name }) => name)).toEqual(names)
    // One of them is cut off.
    await env.DB.prepare("UPDATE portcullis_audit_events SET seal = 'x' WHERE seq = 1").run()
    expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ reason: 'not_anchored' })
  })
})

describe('while the server is closed', () => {
  it('INV-10: no token is issued or active from the first moment on, and people alone look in', async () => {
    const story = await aStory()
    const { server, caller } = story
    const manager = await server.client({ [ISSUER]: 'clients:read clients:manage' })
    const bearer = await server.token(manager)
    for (let n = 0; n < 2; n++) {
      await create(story)
      await issue(story, story.clients[n] as Client)
    }
    const [cut, other] = story.clients as [Client, Client]
    await anchored(server)
    const then = await snapshot()
    await server.adminOk('DELETE', `/clients/${cut.id}`)
    await anchored(server)
    await restore(then)

    const closed = testServer({ now: server.clock.now, env: { CLOSED: '1' } })
    const expectClosed = async () => {
      const answers = [
        ...(await Promise.all([cut, other, caller].map((one) => closed.tokenRequest(one)))),
        ...(await Promise.all(
          story.issued.map(({ token }) => closed.form('/oauth/introspect', { token }, caller)),
        )),
        await closed.form('/oauth/introspect', { token: bearer }, manager),
        await closed.admin('GET', '/clients', undefined, bearer),
        await closed.admin('PUT', `/clients/${other.id}/suspension`, undefined, bearer),
        await closed.send('/health', { headers: { Authorization: `Bearer ${bearer}` } }),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(503)
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(await answer.text()).not.toMatch(/"active"|access_token|client_name/)
      }
      const pub = await closed.send('/health')
      // Some of these stories have no cron, which is worse.
      const status = expect.stringMatching(/^(degraded|failing)$/) as string
      expect([pub.status, await pub.json()]).toEqual([200, { status }])
      expect(await detail(closed)).toMatchObject({ status, closed: true })
      expect(await closed.adminOk('GET', `/clients/${cut.id}`)).toMatchObject({ client_id: cut.id })
      expect((await closed.send('/.well-known/jwks.json')).status).toBe(200)
    }
    await expectClosed()
    await closed.cron()
    await expectClosed()
    expect(await closed.adminOk('GET', `/clients/${cut.id}`)).toMatchObject({ status: 'suspended' })
    expect(await closed.adminOk('GET', VERIFICATION)).toMatchObject({ reason: 'not_anchored' })
    await closed.adminOk('DELETE', `/clients/${cut.id}`)
    await accepted(closed)

    await expectDead(story, cut)
    expect(await server.token(other)).not.toBe('')
    expect(await server.introspect(story.issued[1]?.token ?? '', caller)).toMatchObject({
      active: true,
    })
    expect(await detail(server)).toMatchObject({ closed: false })
  })
})
