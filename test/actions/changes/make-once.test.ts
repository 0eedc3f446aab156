import { describe, expect, it } from 'vitest'
import { eventBy, NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { deleteClient } from '../../../src/actions/clients/delete-client.ts'
import { deleteSecret } from '../../../src/actions/clients/delete-secret.ts'
import { commitOnce } from '../../../src/actions/changes/make-once.ts'
import { requireVersion } from '../../../src/actions/changes/require-version.ts'
import { revokeClientTokens } from '../../../src/actions/clients/revoke-client-tokens.ts'
import type { EventDraft } from '../../../src/domain/audit.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import { aClient, aSecret, NOW } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'

const REQUEST = {
  ...NO_ONE_TO_ASK,
  principal: { type: 'bootstrap', id: 'bootstrap' } as const,
  requestId: 'request_1',
  clientId: 'client_1',
}

it('what is refused because the same request was carried out meanwhile was made before', async () => {
  const { deps, events } = memoryClients({ clients: [aClient()] })
  const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
  const overtaken = commitOnce(deps, request, async () => {
    await deleteClient(deps, request)
    throw new Refusal('not_found', 'There is no such client.')
  })
  const made = { id: 'client_1', type: 'client' }
  await expect(overtaken).rejects.toMatchObject({ name: 'MadeBefore', made, at: NOW })
  expect(events).toHaveLength(1)
  const other = commitOnce(deps, { ...request, idempotency: undefined }, async () => {
    throw new Refusal('not_found', 'There is no such client.')
  })
  await expect(other).rejects.toMatchObject({ code: 'not_found' })
})

describe('for one key a change is made once', () => {
  const secrets = [aSecret({ secretId: 'secret_a' })]
  const made = { id: 'client_1', type: 'client' }

  it.each([
    ['the end of a client', deleteClient, made],
    [
      'the end of a secret',
      (...[deps, request]: Parameters<typeof deleteClient>) =>
        deleteSecret(deps, request, 'secret_a'),
      { type: 'secret', id: 'secret_a' },
    ],
    ['the end of its tokens', revokeClientTokens, made],
  ])('%s', async (_what, change, about) => {
    const { deps, events } = memoryClients({ clients: [aClient({ secrets })] })
    const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
    await change(deps, request)
    await expect(change(deps, request)).rejects.toMatchObject({
      name: 'MadeBefore',
      made: about,
      at: NOW,
    })
    expect(events).toHaveLength(1)
  })
})

describe('a key', () => {
  const event = (action: EventDraft['action'], id: string) =>
    eventBy(REQUEST, action, { type: 'client', id })
  const withKey = (key: string, content = '') => ({ ...REQUEST, idempotency: { key, content } })
  const decided = (events: EventDraft[], made?: EventDraft['target']) => async () => ({
    result: 'done',
    events,
    writes: [],
    ...(made && { made }),
  })

  it('stands for what was created, what was named, or what was changed first', async () => {
    const updated = event('client.updated', 'client_1')
    const created = event('client.created', 'client_2')
    for (const [key, events, made, about] of [
      ['a', [updated, created], undefined, created.target],
      ['b', [updated, created], { type: 'incident', id: 'i' }, { type: 'incident', id: 'i' }],
      ['c', [updated, event('client.deleted', 'client_3')], undefined, updated.target],
    ] as const) {
      const { deps } = memoryClients()
      const decide = decided([...events], made)
      expect(await commitOnce(deps, withKey(key), decide)).toBe('done')
      const again = commitOnce(deps, withKey(key), decide)
      await expect(again).rejects.toMatchObject({ made: about, at: NOW })
    }
  })

  it('is of one request, one principal, and of a change that is one', async () => {
    const { deps, commits } = memoryClients()
    const events = [event('client.updated', 'client_1')]
    expect(await commitOnce(deps, withKey('a'), decided([]))).toBe('done')
    expect(commits).toEqual([])
    await commitOnce(deps, withKey('a', 'one'), decided(events))
    const reused = commitOnce(deps, withKey('a', 'another'), decided(events))
    await expect(reused).rejects.toMatchObject({
      code: 'key_reused',
      message: 'This Idempotency-Key was used for another request.',
    })
    const principal: Principal = { type: 'administrator', id: 'bootstrap', access: 'manage' }
    for (const other of [
      withKey('b', 'one'),
      { ...withKey('a', 'one'), principal },
      { ...withKey('a', 'one'), principal: { ...principal, id: 'administrator_1' } },
    ]) {
      expect(await commitOnce(deps, other, decided(events))).toBe('done')
    }
    expect(await commitOnce(deps, REQUEST, decided(events))).toBe('done')
    expect(commits).toHaveLength(5)
    const records = commits.map(({ writes }) => writes.map(({ kind }) => kind))
    const once = ['idempotency_record']
    expect(records).toEqual([once, once, once, once, []])
  })

  it('is not looked for again where the change fails without a refusal', async () => {
    const { deps } = memoryClients()
    const lost = new Error('D1 does not answer')
    const failing = commitOnce(deps, withKey('a'), async () => {
      await commitOnce(deps, withKey('a'), decided([event('client.updated', 'client_1')]))
      throw lost
    })
    await expect(failing).rejects.toBe(lost)
  })
})

it('a change that was based on another version is refused', () => {
  expect(requireVersion(3, undefined)).toBeUndefined()
  expect(requireVersion(3, [2, 3])).toBeUndefined()
  expect(() => requireVersion(3, [2])).toThrow(
    expect.objectContaining({
      code: 'stale',
      message: 'It has changed since it was read: read it again, then change it.',
    }),
  )
})
