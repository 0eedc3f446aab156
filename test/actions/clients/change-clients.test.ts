import { describe, expect, it } from 'vitest'
import { changeClients } from '../../../src/actions/clients/change-clients.ts'
import { aClient, NOW } from '../../domain/arbitraries.ts'
import { anEntry } from '../memory.ts'
import { memoryClients } from '../memory-clients.ts'
import { REQUEST } from '../one-client.ts'

const named = (clientId: string, fields = {}) => aClient({ clientId, ...fields })
const SUSPENSION = { at: 1, reason: null }

describe('a change of many clients', () => {
  it('is one commit; the edge is told of those that it concerns, and the end of the log is kept', async () => {
    const clients = [named('a'), named('b', { suspension: SUSPENSION }), named('c')]
    const { deps, edge, commits, keptBehind, settled } = memoryClients({ clients })
    edge.due.push({ clientId: 'c', entry: anEntry(), isRepeat: false })
    const asked: unknown[] = []
    const { claim } = edge.outbox
    deps.outbox.claim = async (_writer, which) => {
      asked.push(which)
      return claim()
    }
    const ids = ['a', 'b', 'c', 'none']
    const { results, isRepeat } = await changeClients(deps, REQUEST, ids, { action: 'suspend' })
    expect(
      results.map(({ clientId, isChanged, client, refusal }) => [
        clientId,
        isChanged,
        client?.propagation,
        refusal?.message,
      ]),
    ).toEqual([
      ['a', true, 'pending', undefined],
      ['b', false, 'complete', undefined],
      ['c', true, 'complete', undefined],
      ['none', false, undefined, 'There is no such client.'],
    ])
    expect([isRepeat, asked]).toEqual([false, [{ clientIds: ['a', 'c'] }]])
    expect(commits.map(({ events }) => events.map((event) => event.clientId))).toEqual([['a', 'c']])
    expect(commits[0]?.writes.map(({ kind }) => kind)).toEqual([
      'client',
      'denylist',
      'client',
      'denylist',
    ])
    expect(settled).toEqual([new Set(ids)])
    expect(await keptBehind()).toEqual(['recent of a'])
  })

  it('that does not concern the edge is not told there', async () => {
    const { deps, edge, keptBehind } = memoryClients({ clients: [named('a')] })
    await changeClients(deps, REQUEST, ['a'], { action: 'tag', add: ['x'] })
    expect([edge.asked.claims, await keptBehind()]).toEqual([0, []])
  })

  it('is asked for again: the gates forget, and each is told as it is, not as it would be decided on', async () => {
    const clients = [named('a'), named('b', { tags: ['x'] })]
    const { deps, commits, settled } = memoryClients({ clients, deleted: ['gone'] })
    const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
    const ask = (ids: string[], action: 'tag' | 'delete', change = {}) =>
      changeClients(deps, request, ids, { action, add: ['x'], ...change })
    await ask(['a', 'none'], 'tag')
    const again = await ask(['a', 'b', 'none'], 'tag')
    const is = (clientId: string, client: unknown, code?: string) => ({
      clientId,
      before: client,
      client,
      isChanged: false,
      refusal: code === undefined ? null : expect.objectContaining({ code }),
    })
    const [a, b] = clients
    expect(again).toEqual({
      isRepeat: true,
      results: [is('a', a, 'conflict'), is('b', b), is('none', null, 'not_found')],
    })
    const removed = await ask(['a', 'b'], 'tag', { add: undefined, remove: ['x'] })
    expect(removed.results).toEqual([is('a', a), is('b', b, 'conflict')])
    const deleted = await ask(['none', 'gone', 'a'], 'delete')
    expect(deleted.results).toEqual([
      is('none', null, 'not_found'),
      is('gone', null),
      is('a', a, 'conflict'),
    ])
    expect(commits).toHaveLength(1)
    expect(settled.slice(1, 2)).toEqual([new Set(['a', 'b', 'none'])])
  })

  it('is said again to have revoked the tokens of those whose tokens were revoked since', async () => {
    const at = (clientId: string, tokensValidFrom: number | null) =>
      named(clientId, { tokensValidFrom })
    const clients = [
      at('never', null),
      at('before', NOW - 1),
      at('then', NOW),
      at('since', NOW + 1),
    ]
    const { deps } = memoryClients({ clients })
    const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
    const ids = clients.map(({ clientId }) => clientId)
    await changeClients(deps, request, ids, { action: 'revoke_tokens' })
    const { results } = await changeClients(deps, request, ids, { action: 'revoke_tokens' })
    expect(results.map(({ refusal }) => refusal === null)).toEqual([false, false, true, true])
  })

  it('in which each is refused leaves its key as new', async () => {
    const { deps, commits } = memoryClients({ clients: [named('a')] })
    const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
    const ask = (ids: string[]) => changeClients(deps, request, ids, { action: 'suspend' })
    expect(await ask(['none'])).toMatchObject({ isRepeat: false, results: [{ isChanged: false }] })
    expect(await ask(['a'])).toMatchObject({ isRepeat: false, results: [{ isChanged: true }] })
    expect(commits).toHaveLength(1)
  })

  it('that fails for another reason than a refusal fails as a whole', async () => {
    const { deps } = memoryClients({ clients: [named('a')] })
    const broken = { ...deps, issuer: null as never }
    Object.defineProperty(broken, 'issuer', {
      get: () => {
        throw new Error('a bug')
      },
    })
    const failing = changeClients(broken, REQUEST, ['a'], { action: 'delete' })
    await expect(failing).rejects.toThrow('a bug')
  })
})

describe('the tags of many clients', () => {
  const tag = async (tags: string[], add?: string[], remove?: string[]) => {
    const { deps, events } = memoryClients({ clients: [named('a', { tags })] })
    const change = { action: 'tag', add, remove, reason: 'why' } as const
    const { results } = await changeClients(deps, REQUEST, ['a'], change)
    return {
      tags: results[0]?.client?.tags,
      refusal: results[0]?.refusal,
      told: events.map(({ action, reason, changes }) => [action, reason, changes]),
    }
  }
  const many = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`)

  it('come and go, once each', async () => {
    expect(await tag(['x', 'y'], ['z', 'y'], ['x'])).toEqual({
      tags: ['y', 'z'],
      refusal: null,
      told: [['client.updated', 'why', { tags: { from: ['x', 'y'], to: ['y', 'z'] } }]],
    })
    expect(await tag(['x'], ['x'])).toEqual({ tags: ['x'], refusal: null, told: [] })
    expect((await tag(['x'], undefined, ['x'])).tags).toEqual([])
  })

  it('are twenty at most', async () => {
    expect((await tag(many(19), ['x'])).tags).toHaveLength(20)
    expect((await tag(many(20), ['x'])).refusal).toMatchObject({
      code: 'conflict',
      message: 'A client has at most 20 tags.',
    })
  })
})
