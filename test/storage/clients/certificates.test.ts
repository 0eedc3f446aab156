import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Client } from '../../../src/domain/client.ts'
import { newestToRemindOf } from '../../support/reminders.ts'
import { STATUSES, statusOf } from '../../../src/domain/status.ts'
import { DAY } from '../../../src/domain/time.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1Reminders } from '../../../src/storage/reminders/reminders.ts'
import {
  aCertificate,
  aClient,
  aPublicKey,
  aSecret,
  clientAround,
  NOW,
  RUNS,
  span,
} from '../../domain/arbitraries.ts'
import { commit, stored } from '../listed-clients.ts'

const DAYS = [14]
const none = { permissions: [], access: [], roles: [] }

const writeOf = (after: Client) => ({ kind: 'client', before: null, after }) as const

const verifierOf = (keyId: string) => ({ keyId, digest: 'digest', pepperVersion: '1' })

it('brings back credentials of every kind as they were, and takes one away', async () => {
  const exact = { by: 'thumbprint', thumbprint: 'a', subject: 'CN=a' } as const
  const before = aClient({
    ...none,
    secrets: [aSecret()],
    publicKeys: [aPublicKey({ lastUsedAt: NOW })],
    certificates: [
      aCertificate({ expiresAt: NOW + DAY, remind: false, label: '' }),
      aCertificate({ certificateId: 'cert_2', verifier: verifierOf('cert_2'), material: exact }),
    ],
  })
  await commit([writeOf(before)], NOW)
  expect(await stored.find('client_1')).toEqual(before)
  const after = { ...before, certificates: before.certificates.slice(1) }
  await commit([{ kind: 'client', before, after }], NOW)
  expect(await stored.find('client_1')).toEqual(after)
})

/** A client with keys and certificates that end at times around now, or never. */
const mixed = fc
  .record({
    client: clientAround(NOW),
    keys: fc.array(fc.option(span), { maxLength: 2 }),
    certificates: fc.array(fc.option(span), { maxLength: 2 }),
    remind: fc.boolean(),
  })
  .map(({ client, keys, certificates, remind }): Client => {
    const at = (end: number | null) => (end === null ? null : NOW + end)
    return {
      ...client,
      ...none,
      publicKeys: keys.map((end) => aPublicKey({ expiresAt: at(end), remind })),
      certificates: certificates.map((end) => aCertificate({ expiresAt: at(end), remind })),
    }
  })

/** The client under an id of its own, and so are all its credentials. */
function numbered(client: Client, clientId: string): Client {
  const secrets = client.secrets.map((one, i) => {
    const secretId = `${clientId}_secret_${i}`
    return { ...one, secretId, verifier: verifierOf(secretId) }
  })
  const publicKeys = client.publicKeys.map((one, i) => {
    const keyId = `${clientId}_key_${i}`
    return { ...one, keyId, verifier: verifierOf(keyId) }
  })
  const certificates = client.certificates.map((one, i) => {
    const certificateId = `${clientId}_cert_${i}`
    return { ...one, certificateId, verifier: verifierOf(certificateId) }
  })
  return { ...client, clientId, secrets, publicKeys, certificates }
}

it('judges clients with credentials of several kinds as the domain does', async () => {
  const all: Client[] = []
  await fc.assert(
    fc.asyncProperty(fc.array(mixed, { minLength: 1, maxLength: 5 }), async (some) => {
      const clients = some.map((one, i) => numbered(one, `client_${all.length}_${i}`))
      await commit(clients.map(writeOf), NOW)
      all.push(...clients)
      const counts = await stored.counts(NOW)
      for (const status of STATUSES) {
        const expected = all.filter((client) => statusOf(client, NOW) === status).length
        expect([status, counts[status]]).toEqual([status, expected])
      }
    }),
    { ...RUNS, numRuns: 40 },
  )
})

it('reminds of the newest key and the newest certificate of each client', async () => {
  const reminders = d1Reminders(openDatabase(env.DB), { days: DAYS, recipients: [] })
  const ada = { administratorId: 'a', email: 'ada@example.com', access: 'manage' as const }
  const after = { ...ada, createdAt: NOW, updatedAt: NOW, version: 1 }
  await commit([{ kind: 'administrator', before: null, after }], NOW)
  const clients = fc
    .sample(mixed, { ...RUNS, numRuns: 200 })
    .map((one, i) => numbered({ ...one, secrets: [] }, `client_${i}`))
  await commit(clients.map(writeOf), NOW)
  await reminders.plan(NOW, 1000)
  await reminders.claim(ada.email, 'claim', NOW, 1000)
  const sent = (await reminders.handOver('claim', NOW, false)).map(
    ({ kind, credentialId }) => `${kind} ${credentialId}`,
  )
  const expected = clients.flatMap((client) => {
    const key = newestToRemindOf(client.publicKeys, client, NOW, DAYS)
    const certificate = newestToRemindOf(client.certificates, client, NOW, DAYS)
    return [
      ...(key ? [`public_key ${key.keyId}`] : []),
      ...(certificate ? [`certificate ${certificate.certificateId}`] : []),
    ]
  })
  expect(expected.length).toBeGreaterThan(5)
  expect(sent.sort()).toEqual(expected.sort())
})
