import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DenylistEntry, readEntry, STEP_MAX } from '../../src/domain/denylist.ts'
import { aMinutePasses } from '../doubles/faults.ts'
import { type Client, type Json, testServer } from '../support/server.ts'
import {
  accepted,
  aStory,
  create,
  detail,
  isActive,
  issue,
  type Issued,
  type Story,
  take,
} from './restored-world.ts'

const SEED = 20_261_129

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const count = fc.oneof(
  fc.nat(20),
  fc.maxSafeNat(),
  fc.constantFrom(-1, 0.5, 2 ** 53, 1e300, STEP_MAX, STEP_MAX + 5, 2 ** 31, null, '7'),
)
const jti = fc.oneof(fc.stringMatching(/^[0-9A-Za-z]{22}$/), fc.string(), fc.constant(null))
const entryLike = fc.record({
  version: count,
  suspended: fc.oneof(fc.boolean(), fc.constantFrom(0, 'no')),
  generation: count,
  revoked: fc.oneof(fc.array(jti, { maxLength: 3 }), fc.constantFrom('x', Array(2000).fill('j'))),
})
/** Values and metadata that an attacker may write to KV. */
const garbage = fc.record({
  text: fc.oneof(
    { weight: 4, arbitrary: entryLike.map((entry) => JSON.stringify(entry)) },
    fc.json(),
    fc.string(),
  ),
  metadata: fc.oneof(
    entryLike.map(({ revoked, ...rest }) => ({ ...rest, revoked: revoked.length })),
    fc.constantFrom({}, null, 7),
    fc.record({ version: count }),
  ),
})

type Numbers = { version: number; generation: number; revoked: number }

async function numbersOf(client: Client): Promise<Numbers> {
  const row = await env.DB.prepare(
    `SELECT denylist_version AS version, generation, (SELECT count(*) FROM portcullis_revoked_tokens t
       WHERE t.client_id = c.client_id) AS revoked FROM (
       SELECT client_id, denylist_version, generation FROM portcullis_clients
       UNION ALL SELECT client_id, denylist_version, generation FROM portcullis_deleted_clients) c
     WHERE client_id = ?`,
  )
    .bind(client.id)
    .first<Numbers>()
  if (!row) throw new Error('nothing is known of the client')
  return row
}

async function shown({ id }: Client): Promise<DenylistEntry | 'garbled'> {
  const text = await env.DENYLIST.get(`client:${id}`)
  try {
    return readEntry(JSON.parse(text ?? 'null'))
  } catch {
    return 'garbled'
  }
}

/** An hour and some minutes: every pass comes by, and what it found is written. */
async function anHour(story: Story): Promise<void> {
  const { server } = story
  server.clock.now += 3600
  for (let minute = 0; minute < 8; minute++) {
    await server.cron()
    await aMinutePasses(server.clock, env.DB)
  }
}

/** Suspended, deleted, all tokens revoked, one token revoked, and nothing of it. */
async function cutOff(base: Story): Promise<Story & { dead: Issued[] }> {
  const story: Story = { ...base, clients: [], issued: [] }
  for (let n = 0; n < 5; n++) {
    await create(story)
    await issue(story, story.clients[n] as Client)
  }
  for (const [client, what] of (
    ['suspend', 'delete', 'revoke all', 'revoke one'] as const
  ).entries()) {
    await take(story, { what, client, token: 0 })
  }
  return { ...story, dead: story.issued.slice(0, 4) }
}

describe('whatever somebody writes to KV', () => {
  it('INV-1, INV-10: D1 counts within bounds, nothing lives that was cut off, and all converges', async () => {
    const base = await aStory()
    const { server } = base
    await fc.assert(
      fc.asyncProperty(fc.array(garbage, { minLength: 5, maxLength: 5 }), async (values) => {
        const story = await cutOff(base)
        const before = await Promise.all(story.clients.map(numbersOf))
        for (const [n, { text, metadata }] of values.entries()) {
          await env.DENYLIST.put(`client:${story.clients[n]?.id}`, text, { metadata })
        }
        await anHour(story)
        for (const [n, client] of story.clients.entries()) {
          const [was, is] = [before[n] as Numbers, await numbersOf(client)]
          expect(is.version).toBeLessThanOrEqual(was.version + STEP_MAX + 5)
          expect(is.generation).toBeLessThanOrEqual(was.generation + STEP_MAX + 1)
          expect(is.revoked).toBeLessThanOrEqual(was.revoked + 1000)
          const { version, generation } = is
          expect(await shown(client)).toMatchObject({ version, generation })
        }
        for (const token of story.dead) expect(await isActive(story, token)).toBe(false)
        // Nothing is stuck: each is resumed, loses its tokens, and is stopped again, at the edge too.
        for (const client of story.clients.filter((_, n) => n !== 1)) {
          expect((await server.resume(client)).status).toBe(200)
          const token = await server.token(client)
          expect((await server.admin('DELETE', `/clients/${client.id}/tokens`)).status).toBe(200)
          expect(await server.introspect(token, story.caller)).toEqual({ active: false })
          const stopped = await server.suspend(client)
          expect(await stopped.json<Json>()).toMatchObject({ propagation: 'complete' })
          expect(await shown(client)).toMatchObject({ suspended: true })
        }
      }),
      { seed: SEED, numRuns: 12 },
    )
  }, 600_000)
})

describe('whatever somebody writes under an anchor', () => {
  const wrong = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      JSON.stringify({ seq: 1, seal: 'x', at: 4e9 }),
      JSON.stringify({ seq: 1e9, seal: 'x', at: 1 }),
      'e30.e30',
      'x'.repeat(5000),
    ),
  )
  const key = fc.constantFrom('latest', 'beat', 'recent:0', 'recent:7', '2027-01-15')

  it('INV-22: shuts nothing and freezes nothing: it is told of, and written over', async () => {
    const server = testServer()
    await server.client()
    await server.cron()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, wrong), { minLength: 1 }), async (values) => {
        // Leftovers of an earlier failure.
        for (const one of ['latest', 'beat', 'recent:0', 'recent:7']) {
          await env.DENYLIST.delete(`anchor:${one}`)
        }
        for (const [name, text] of values) {
          const metadata = { signed: text.slice(0, 900) }
          await env.DENYLIST.put(`anchor:${name}`, text, { metadata })
        }
        const spoiled = new Set(
          values.map(([name]) => name).filter((name) => /latest|recent/.test(name)),
        )
        expect((await detail(server))['anchors']).toMatchObject({ unreadable: spoiled.size })
        await server.client()
        for (let minute = 0; minute < 2; minute++) {
          await aMinutePasses(server.clock, env.DB)
          await server.cron()
        }
        expect(await detail(server)).toMatchObject({
          taken_back: false,
          anchors: { unreadable: 0 },
        })
      }),
      { seed: SEED, numRuns: 12 },
    )
    expect(await accepted(server)).toBe(0)
  })
})
