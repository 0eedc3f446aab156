import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { createSecret, type NewSecret } from '../../../src/actions/clients/create-secret.ts'
import { deleteSecret } from '../../../src/actions/clients/delete-secret.ts'
import { DAY, HOUR, isoTime, MINUTE } from '../../../src/domain/time.ts'
import { aClient, aSecret, NOW } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'

const REQUEST = {
  ...NO_ONE_TO_ASK,
  principal: { type: 'bootstrap', id: 'bootstrap' },
  requestId: 'request_1',
  clientId: 'client_1',
} as const

/** The part that every event has in common: who did it, and with whose secret. */
const BY_BOOTSTRAP = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: 'client_1',
  requestId: 'request_1',
}

describe('a new secret', () => {
  const create = async (secrets = [aSecret()], input: NewSecret = {}) => {
    const memory = memoryClients({ clients: [aClient({ secrets })] })
    const made = await createSecret(memory.deps, REQUEST, input)
    return { ...memory, ...made }
  }

  it('is told once, kept as a hash, and added to those that the client has', async () => {
    const { client, secret, secretText, deps, written, events } = await create()
    expect(secretText).toMatch(/^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
    expect(await deps.verifiers.matches(secretText, secret.verifier)).toBe(true)
    expect(client.secrets).toEqual([aSecret(), secret])
    expect(written()).toMatchObject({ after: client, others: [] })
    expect(client.version).toBe(2)
    expect(events).toHaveLength(1)
    expect(events).toMatchObject([
      {
        action: 'secret.created',
        ...BY_BOOTSTRAP,
        target: { type: 'secret', id: secret.secretId },
        changes: { expires_at: { from: null, to: isoTime(secret.expiresAt) } },
      },
    ])
  })

  it('retires those that work, none later than it would have ended, and tells of each', async () => {
    const old = [
      aSecret({ secretId: 'secret_works' }),
      aSecret({ secretId: 'secret_expired', expiresAt: NOW }),
      aSecret({ secretId: 'secret_ends_sooner', retiresAt: NOW + MINUTE }),
      aSecret({ secretId: 'secret_ends_later', retiresAt: NOW + DAY }),
      aSecret({ secretId: 'secret_vanished', retiresAt: NOW }),
    ]
    const { client, secret, events } = await create(old, { retireOthersIn: HOUR })
    expect(client.secrets.map(({ secretId, retiresAt }) => [secretId, retiresAt])).toEqual([
      ['secret_works', NOW + HOUR],
      ['secret_expired', null],
      ['secret_ends_sooner', NOW + MINUTE],
      ['secret_ends_later', NOW + HOUR],
      [secret.secretId, null],
    ])
    const to = isoTime(NOW + HOUR)
    expect(events.map(({ action, target, changes }) => [action, target, changes])).toEqual([
      [
        'secret.retired',
        { type: 'secret', id: 'secret_works' },
        { retires_at: { from: null, to } },
      ],
      [
        'secret.retired',
        { type: 'secret', id: 'secret_ends_later' },
        { retires_at: { from: isoTime(NOW + DAY), to } },
      ],
      ['secret.created', { type: 'secret', id: secret.secretId }, expect.anything()],
    ])
  })

  it('leaves those alone that nobody asked to retire, and takes the place of those that end now', async () => {
    const kept = await create([aSecret()])
    expect(kept.client.secrets[0]?.retiresAt).toBeNull()
    const replaced = await create([aSecret()], { retireOthersIn: 0 })
    expect(replaced.client.secrets).toEqual([replaced.secret])
    expect(replaced.events.map(({ action }) => action)).toEqual([
      'secret.retired',
      'secret.created',
    ])
  })

  it('is the fifth at most of those that work', async () => {
    const working = (many: number) =>
      Array.from({ length: many }, (_, i) => aSecret({ secretId: `secret_${i}` }))
    const expired = aSecret({ secretId: 'secret_expired', expiresAt: NOW })
    expect((await create([...working(4), expired])).client.secrets).toHaveLength(6)
    await expect(create(working(5))).rejects.toMatchObject({
      code: 'conflict',
      message: 'A client has at most 5 live secrets: delete one, or retire the others.',
    })
    expect((await create(working(5), { retireOthersIn: 0 })).client.secrets).toHaveLength(1)
  })

  it('is refused with a date that is none, by the name of its field', async () => {
    await expect(create([], { expiresOn: '2027-02-30' })).rejects.toMatchObject({
      extras: { fields: [{ field: 'expires_on', detail: 'must be a date such as 2027-01-31' }] },
    })
  })
})

describe('a deletion of a secret', () => {
  const secrets = [
    aSecret({ secretId: 'secret_a' }),
    aSecret({ secretId: 'secret_b' }),
    aSecret({ secretId: 'secret_vanished', retiresAt: NOW }),
  ]

  it('leaves the others', async () => {
    const { deps, written, events } = memoryClients({ clients: [aClient({ secrets })] })
    await deleteSecret(deps, REQUEST, 'secret_a')
    expect(written().after).toMatchObject({ version: 2, secrets: [secrets[1]] })
    expect(events).toMatchObject([
      { action: 'secret.deleted', ...BY_BOOTSTRAP, target: { type: 'secret', id: 'secret_a' } },
    ])
  })

  it('is refused for one that the client has not, or not any more', async () => {
    const { deps, commits } = memoryClients({ clients: [aClient({ secrets })] })
    for (const id of ['secret_z', 'secret_vanished']) {
      await expect(deleteSecret(deps, REQUEST, id)).rejects.toMatchObject({
        code: 'not_found',
        message: 'The client has no such secret.',
      })
    }
    expect(commits).toEqual([])
  })
})
