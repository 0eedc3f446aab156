import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Client, visibleSecrets } from '../../../src/domain/client.ts'
import { newestToRemindOf, secretToRemindOf } from '../../support/reminders.ts'
import { DAY, type Seconds, endOfDay } from '../../../src/domain/time.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1Reminders } from '../../../src/storage/reminders/reminders.ts'
import { aClient, aPublicKey, aSecret, clientAround, NOW, RUNS } from '../../domain/arbitraries.ts'
import { commit } from '../listed-clients.ts'

/** The longest time left in which 14 days before have come. */
const LEAD = endOfDay(NOW + 14 * DAY) - NOW
const DAYS = [14]
const reminders = d1Reminders(openDatabase(env.DB), { days: DAYS, recipients: [] })

const MANAGERS = ['ada@example.com', 'bob@example.com']
const VIEWER = 'eve@example.com'

const administrator = (email: string, access: 'manage' | 'view') => ({
  kind: 'administrator' as const,
  before: null,
  after: { administratorId: email, email, access, createdAt: NOW, updatedAt: NOW, version: 1 },
})
const ADMINISTRATORS = [
  ...MANAGERS.map((email) => administrator(email, 'manage')),
  administrator(VIEWER, 'view'),
]

/** The clients under ids of their own, with no access that a role or an API would have to give. */
function numbered(clients: Client[], run: number): Client[] {
  return clients.map((client, i) => {
    const clientId = `client_${run}_${i}`
    const secrets = client.secrets.map((secret) => {
      const secretId = `${clientId}_${secret.secretId}`
      return { ...secret, secretId, verifier: { ...secret.verifier, keyId: secretId } }
    })
    const publicKeys = client.publicKeys.map((key) => {
      const keyId = `${clientId}_${key.keyId}`
      return { ...key, keyId, verifier: { ...key.verifier, keyId } }
    })
    return { ...client, clientId, secrets, publicKeys, permissions: [], access: [] }
  })
}

/** (credential, recipient) of all that the cron would send at this moment, message by message. */
async function picked(now: Seconds, limit = 100): Promise<string[]> {
  await reminders.plan(now, 1000)
  const all: string[] = []
  for (const { email } of await reminders.recipients(now, 100)) {
    for (let portion = 0; ; portion++) {
      const claim = `${email} ${now} ${portion}`
      const claimed = await reminders.claim(email, claim, now, limit)
      if (!claimed) break
      const letter = await reminders.handOver(claim, now, false)
      expect(letter.length).toBeLessThanOrEqual(limit)
      all.push(...letter.map(({ kind, credentialId }) => `${kind} ${credentialId} to ${email}`))
    }
  }
  return all.sort()
}

/** The same by the domain alone. */
function expectedOf(clients: Client[], now: Seconds): string[] {
  return clients
    .flatMap((client) => {
      const [secret, key] = [
        secretToRemindOf(client, now, DAYS),
        newestToRemindOf(client.publicKeys, client, now, DAYS),
      ]
      return [
        ...(secret ? [`secret ${secret.secretId}`] : []),
        ...(key ? [`public_key ${key.keyId}`] : []),
      ]
    })
    .flatMap((credential) => MANAGERS.map((email) => `${credential} to ${email}`))
    .sort()
}

let last: Client[] = []
/** Nothing is in D1 but these, and nothing was ever planned or sent. */
async function store(clients: Client[]): Promise<void> {
  await commit(
    [
      ...last.map((before) => ({ kind: 'client', before, after: null }) as const),
      ...clients.map((after) => ({ kind: 'client', before: null, after }) as const),
    ],
    NOW,
  )
  await env.DB.exec('DELETE FROM portcullis_reminders')
  last = clients
}

/**
 * As the admin API makes them: what retires a secret retires all that live then, so that no secret
 * that retires has an older one beside it that lives on.
 */
function isAsMade(client: Client, now: Seconds): boolean {
  return visibleSecrets(client, now).every(({ retiresAt }, i, all) =>
    retiresAt === null
      ? true
      : all.slice(0, i).every((older) => older.retiresAt !== null || older.expiresAt <= now),
  )
}

const LEFT = [-DAY, -1, 0, 1, DAY, 13 * DAY, LEAD - 1, LEAD, LEAD + 1, LEAD + DAY, 40 * DAY]

/** Clients of which more are due than of those made for the rule of status, who join them. */
const clientDue = fc
  .record({
    ends: fc.array(fc.constantFrom(...LEFT), { minLength: 1, maxLength: 3 }),
    // The oldest secret; the others cover the retirement of newer ones.
    retires: fc.option(fc.constantFrom(...LEFT), { freq: 1 }),
    keysEnd: fc.array(fc.constantFrom(...LEFT, null), { maxLength: 3 }),
    remind: fc.constantFrom(true, true, true, false),
    isSuspended: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ ends, retires, keysEnd, remind, isSuspended }) => {
    const secrets = ends.map((left, i) => {
      const retiresAt = i > 0 || retires === null ? null : NOW + Math.min(retires, left)
      const id = { secretId: `secret_${i}`, createdAt: NOW - 800 * DAY }
      return aSecret({ ...id, expiresAt: NOW + left, retiresAt, remind })
    })
    const publicKeys = keysEnd.map((left, i) =>
      aPublicKey({ keyId: `key_${i}`, expiresAt: left === null ? null : NOW + left, remind }),
    )
    const suspension = isSuspended ? { at: NOW - DAY, reason: null } : null
    return aClient({ secrets, publicKeys, suspension })
  })

const clientsAround = fc.array(fc.oneof(clientDue, clientDue, clientAround(NOW)), {
  minLength: 1,
  maxLength: 8,
})

it('picks what the domain says of each client, for each administrator with manage', async () => {
  await commit(ADMINISTRATORS, NOW)
  let [run, found] = [0, 0]
  last = []
  await fc.assert(
    fc.asyncProperty(clientsAround, fc.integer({ min: 1, max: 3 }), async (any, limit) => {
      const clients = numbered(any, run++)
      await store(clients)
      const expected = expectedOf(clients, NOW)
      expect(await picked(NOW, limit)).toEqual(expected)
      expect(await picked(NOW, limit)).toEqual([])
      found += expected.length
    }),
    { ...RUNS, numRuns: 100 },
  )
  expect(found).toBeGreaterThan(100)
})

it('picks later what has come to be due by time alone, and nothing of before again', async () => {
  await commit(ADMINISTRATORS, NOW)
  let [run, found] = [0, 0]
  last = []
  const spans = fc.array(fc.constantFrom(1, 60, DAY, 2 * DAY, 14 * DAY, 16 * DAY), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(clientsAround, spans, async (any, spans) => {
      const clients = numbered(any, run++).filter((client) => isAsMade(client, NOW))
      await store(clients)
      const before = new Set(await picked(NOW))
      let now = NOW
      for (const span of spans) {
        now += span
        const fresh = expectedOf(clients, now).filter((pair) => !before.has(pair))
        expect(await picked(now)).toEqual(fresh)
        for (const pair of fresh) before.add(pair)
        found += fresh.length
      }
    }),
    { ...RUNS, numRuns: 60 },
  )
  expect(found).toBeGreaterThan(20)
})

it('drops what was planned and holds no longer, and picks it when it comes to hold again', async () => {
  await commit(ADMINISTRATORS, NOW)
  let run = 0
  last = []
  const changes = fc.array(
    fc.tuple(fc.nat(7), fc.constantFrom('stop', 'newest', 'more', 'newest key', 'another key')),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  await fc.assert(
    fc.asyncProperty(clientsAround, changes, changes, async (any, first, second) => {
      let clients = numbered(any, run++).filter((client) => isAsMade(client, NOW))
      await store(clients)
      const sent = new Set<string>()
      await reminders.plan(NOW, 1000)
      for (const [i, list] of [first, second].entries()) {
        for (const [number, change] of list) clients = await changeOne(clients, number, change)
        const fresh = expectedOf(clients, NOW + i).filter((pair) => !sent.has(pair))
        expect(await picked(NOW + i)).toEqual(fresh)
        for (const pair of fresh) sent.add(pair)
      }
    }),
    { ...RUNS, numRuns: 60 },
  )
})

let added = 0
/** Stops or resumes one client, or takes its newest secret or key away, or gives it a new one. */
async function changeOne(clients: Client[], number: number, change: string): Promise<Client[]> {
  const before = clients[number % clients.length]
  if (!before) return clients
  const after = { ...before }
  if (change === 'stop') after.suspension = before.suspension ? null : { at: NOW, reason: null }
  if (change === 'newest') after.secrets = visibleSecrets(before, NOW).slice(0, -1)
  if (change === 'more') {
    const secretId = `added_${++added}`
    const verifier = { keyId: secretId, digest: 'digest', pepperVersion: '1' }
    const secret = aSecret({ secretId, verifier, createdAt: NOW, expiresAt: NOW + 10 * DAY })
    after.secrets = [...visibleSecrets(before, NOW), secret]
  }
  if (change === 'newest key') after.publicKeys = before.publicKeys.slice(0, -1)
  if (change === 'another key') {
    const keyId = `added_${++added}`
    const verifier = { keyId, digest: 'digest', pepperVersion: '1' }
    const key = aPublicKey({ keyId, verifier, createdAt: NOW, expiresAt: NOW + 10 * DAY })
    after.publicKeys = [...before.publicKeys, key]
  }
  await commit([{ kind: 'client', before, after }], NOW)
  last = clients.map((client) => (client === before ? after : client))
  return last
}

it('turns in the very second in which the domain does', async () => {
  await commit(ADMINISTRATORS, NOW)
  last = []
  const ends = [-1, 0, 1, LEAD - 1, LEAD, LEAD + 1]
  const beside = [
    [],
    [aSecret({ secretId: 'newer', remind: false })],
    [aSecret({ secretId: 'newer', expiresAt: NOW })],
    ...[-1, 0, 1].map((left) => [aSecret({ secretId: 'newer', retiresAt: NOW + left })]),
  ]
  const clients = ends.flatMap((left) => {
    const secret = aSecret({ expiresAt: NOW + left })
    return beside.map((others) => aClient({ secrets: [secret, ...others] }))
  })
  const retiring = aClient({
    secrets: [aSecret({ expiresAt: NOW + DAY, retiresAt: NOW + DAY - 1 })],
  })
  const withKeys = ends.flatMap((left) => {
    const key = aPublicKey({ expiresAt: NOW + left })
    return [
      [],
      [aPublicKey({ keyId: 'newer' })],
      [aPublicKey({ keyId: 'newer', expiresAt: NOW })],
    ].map((others) => aClient({ publicKeys: [key, ...others] }))
  })
  const all = numbered([...clients, retiring, ...withKeys], 0)
  await store(all)
  const expected = expectedOf(all, NOW)
  // One second left, and 14 days less or exactly; alone, or beside a newer one that has vanished. No
  // public key vanishes: it is deleted.
  expect(expected).toHaveLength((3 * 3 + 3) * MANAGERS.length)
  expect(await picked(NOW)).toEqual(expected)
})
