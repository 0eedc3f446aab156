import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { Restorable } from '../support/node/restorable.ts'

// The built Worker is killed thirty times in the midst of changes, without a word, and started again on what
// its disk has.

const KILLS = 30
const AT_ONCE = 6

type Json = Record<string, unknown>
type Answer = { status: number; body: Json } | null

const server = new Restorable()

beforeAll(async () => {
  await server.start()
  await server.migrate()
})
afterAll(() => server.end())

/** Null without an answer. */
async function admin(method: string, path: string, key?: string, body?: Json): Promise<Answer> {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
    'Content-Type': 'application/json',
    ...(key && { 'Idempotency-Key': key }),
  }
  try {
    const response = await fetch(`${server.issuer}/admin/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json }
  } catch {
    return null
  }
}

type Creation = { name: string; key: string; id: string | null }

const create = async (creation: Creation) => {
  const answer = await admin('POST', '/clients', creation.key, { client_name: creation.name })
  if (answer?.status === 201) creation.id = String(answer.body['client_id'])
  return answer
}

async function listed(): Promise<Json[]> {
  const found: Json[] = []
  for (let next = ''; ; ) {
    const page = await admin('GET', `/clients?limit=100&sort=name${next}`)
    found.push(...((page?.body['data'] ?? []) as Json[]))
    const cursor = page?.body['next_cursor']
    if (typeof cursor !== 'string') return found
    next = `&cursor=${encodeURIComponent(cursor)}`
  }
}

it('nothing that was told is lost, and nothing is there twice, after 30 kills', async () => {
  const creations: Creation[] = []
  const suspended: string[] = []
  let unanswered = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const now = Array.from({ length: AT_ONCE }, (_, n) => {
      return { name: `Export ${kill}-${n}`, key: randomUUID(), id: null }
    })
    const target = creations.find(({ id }) => id !== null && !suspended.includes(id))?.id
    const suspension = target ? admin('PUT', `/clients/${target}/suspension`) : null
    const under = Promise.all(now.map(create))
    await wait(3 + ((kill * 37) % 90))
    await server.kill()
    unanswered += (await under).filter((answer) => answer === null).length
    if (target && (await suspension)?.status === 200) suspended.push(target)
    await server.start()
    // A caller without an answer asks again.
    for (const creation of now.filter(({ id }) => id === null)) {
      expect([201, 409]).toContain((await create(creation))?.status)
    }
    creations.push(...now)
  }
  expect(unanswered).toBeGreaterThan(KILLS)
  const clients = await listed()
  expect(clients.map((client) => String(client['client_name'])).sort()).toEqual(
    creations.map(({ name }) => name).sort(),
  )
  expect(suspended.length).toBeGreaterThan(0)
  const dead = new Set(
    clients.filter(({ status }) => status === 'suspended').map((one) => one['client_id']),
  )
  expect(suspended.filter((id) => !dead.has(id))).toEqual([])
  const verdict = await admin('GET', '/audit-events/verification')
  expect(verdict?.body).toMatchObject({ intact: true, complete: true })
}, 1_800_000)
