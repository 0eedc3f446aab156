import { describe, expect, it } from 'vitest'
import { changeClients } from '../../../src/actions/clients/change-clients.ts'
import { aClient } from '../../domain/arbitraries.ts'
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

  it('is asked for again: the gates forget, and it is told as it is', async () => {
    const clients = [named('a'), named('b', { tags: ['x'] })]
    const { deps, commits, settled } = memoryClients({ clients })
    const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
    const ask = (ids: string[], action: 'tag' | 'delete') =>
      changeClients(deps, request, ids, { action, add: ['x'] })
    await ask(['a', 'none'], 'tag')
    const again = await ask(['a', 'none'], 'tag')
    expect(again).toMatchObject({
      isRepeat: true,
      results: [
        { clientId: 'a', client: clients[0], isChanged: false, refusal: null },
        { clientId: 'none', client: null, isChanged: false, refusal: { code: 'not_found' } },
      ],
    })
    expect(await ask(['none', 'a'], 'delete')).toMatchObject({
      isRepeat: true,
      results: [
        { clientId: 'none', client: null, refusal: null },
        { clientId: 'a', client: clients[0], isChanged: false, refusal: null },
      ],
    })
    expect(commits).toHaveLength(1)
    expect(settled.slice(1)).toEqual([new Set(['a', 'none']), new Set(['none', 'a'])])
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
