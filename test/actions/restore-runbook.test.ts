import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aMinutePasses } from '../doubles/faults.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'
import {
  accepted,
  anchored,
  aStory,
  create,
  detail,
  expectDead,
  isActive,
  issue,
  opened,
  restore,
  snapshot,
  type Story,
  take,
  VERIFICATION,
} from './restored-world.ts'

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

/** How old the moment is to which D1 is taken back, and how often the cron ran since. */
const AGES = [
  ['10 s', 10, 0],
  ['1 min', 61, 1],
  ['6 min', 6 * MINUTE, 6],
  ['1 h', HOUR, 12],
  ['3 days', 3 * DAY, 12],
] as const

// Each refusal while it is shut is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

type Restored = { story: Story; cutOff: Client[]; spared: Client; server: TestServer }

/**
 * Clients with tokens, five that are cut off after a moment and one that is not, and D1 as it was at that
 * moment.
 */
async function aRestore(age: number, crons: number): Promise<Restored> {
  const story = await aStory()
  const { server } = story
  for (let n = 0; n < 6; n++) {
    await create(story)
    await issue(story, story.clients[n] as Client)
  }
  await anchored(server)
  const then = await snapshot()
  const acting = testServer({ now: server.clock.now })
  const of = { ...story, server: acting }
  const whats = ['suspend', 'delete', 'revoke all', 'revoke one', 'suspend'] as const
  for (const [client, what] of whats.entries()) await take(of, { what, client, token: 0 })
  const step = age / Math.max(crons, 1)
  for (let run = 0; run < crons; run++) {
    acting.clock.now += step
    await acting.cron()
  }
  server.clock.now += age
  await restore(then)
  const [spared] = story.clients.slice(5) as [Client]
  return { story, cutOff: story.clients.slice(0, 5), spared, server }
}

/**
 * The tokens that were cut off are dead, and no client that was quarantined or deleted gets
 * another.
 */
async function expectCutOff({ story, cutOff }: Restored): Promise<void> {
  for (const client of cutOff) await expectDead(story, client)
}

/** Follows docs/operations.md literally, from the restore on. */
async function followRunbook(restored: Restored): Promise<number> {
  const { server } = restored
  const closed = testServer({ now: server.clock.now, env: { CLOSED: 'true' } })
  const minutes = await accepted(closed, () => expectCutOff(restored))
  server.clock.now = closed.clock.now
  return minutes
}

async function expectAlive({ story, spared, server }: Restored): Promise<void> {
  expect((await server.tokenRequest(spared)).status).toBe(200)
  expect(await isActive(story, story.issued[5] as (typeof story.issued)[number])).toBe(true)
}

describe('INV-22: a restore that is announced, by the runbook', () => {
  it.each(AGES)('of %s lets nothing live that was cut off', async (_, age, crons) => {
    const restored = await aRestore(age, crons)
    expect(await followRunbook(restored)).toBeGreaterThanOrEqual(2)
    await expectCutOff(restored)
    if (age < HOUR) await expectAlive(restored)
    for (let minute = 0; minute < 3; minute++) {
      await aMinutePasses(restored.server.clock, env.DB)
      await restored.server.cron()
      await expectCutOff(restored)
    }
    expect(await detail(restored.server)).toMatchObject({ taken_back: false, shut: false })
    expect(await restored.server.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
  })

  it.each([AGES[0], AGES[4]])('of %s too where no anchor shows it', async (_, age) => {
    const restored = await aRestore(age, 0)
    const { keys } = await env.DENYLIST.list({ prefix: 'anchor:' })
    for (const { name } of keys) await env.DENYLIST.delete(name)
    expect(await followRunbook(restored)).toBeGreaterThanOrEqual(2)
    await expectCutOff(restored)
  })
})

describe('INV-22: a restore that nobody announced', () => {
  it.each(AGES)('of %s is found by the first run of the cron', async (_, age, crons) => {
    const restored = await aRestore(age, crons)
    const { server } = restored
    await server.cron()
    expect(await detail(server)).toMatchObject({ taken_back: true, shut: true })
    await expectCutOff(restored)
    expect((await server.tokenRequest(restored.spared)).status).toBe(503)
    const minutes = await opened(server)
    expect(minutes).toBeGreaterThanOrEqual(2)
    expect(minutes).toBeLessThanOrEqual(4)
    await expectCutOff(restored)
    expect((await server.tokenRequest(restored.spared)).status).toBe(200)
    expect(await detail(server)).toMatchObject({ taken_back: true, denylist_pass: { done: true } })
    await server.adminOk('POST', VERIFICATION)
    expect(await detail(server)).toMatchObject({ taken_back: false })
  })

  it.each([
    ['deletes a secret', 'secret'],
    ['revokes a signing key', 'key'],
    ['removes an administrator', 'person'],
  ] as const)(
    'is found by the first run of the cron where all that it lost %s',
    async (_, what) => {
      const { server } = await aStory()
      const client = await server.client({ [API]: 'invoices:read' })
      await server.token(client)
      const fields = { email: 'ada@example.com', access: 'manage' }
      const ada = await server.adminOk('POST', '/administrators', fields)
      await anchored(server)
      const then = await snapshot()
      const { data } = await server.adminOk('GET', '/signing-keys')
      const paths = {
        secret: `/clients/${client.id}/secrets/${client.body['secrets'][0].secret_id}`,
        key: `/signing-keys/${data[0].kid}`,
        person: `/administrators/${ada['administrator_id']}`,
      }
      expect((await server.admin('DELETE', paths[what])).status).toBe(204)
      server.clock.now += 10
      await restore(then)
      await server.cron()
      expect(await detail(server)).toMatchObject({ taken_back: true, shut: true })
    },
  )

  it('is found by the first change that goes to the edge', async () => {
    const restored = await aRestore(10, 0)
    const { server } = restored
    const other = await server.client({ [API]: 'invoices:read' })
    expect(await detail(server)).toMatchObject({ taken_back: true, shut: false })
    expect((await server.suspend(other)).status).toBe(200)
    expect(await detail(server)).toMatchObject({ taken_back: true, shut: true })
    await expectCutOff(restored)
    await opened(server)
    await expectCutOff(restored)
    await expectDead(restored.story, other)
  })
})
