import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { replaceUnseenSecret } from '../../../src/actions/clients/replace-secret.ts'
import type { Secret } from '../../../src/domain/secret.ts'
import { aClient, aSecret, NOW } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'

const REQUEST = {
  ...NO_ONE_TO_ASK,
  principal: { type: 'bootstrap', id: 'bootstrap' } as const,
  requestId: 'request_1',
  clientId: 'client_1',
}

describe('a secret that nobody may have seen', () => {
  const replace = async (secrets: Secret[], id = 'secret_unseen') => {
    const memory = memoryClients({ clients: [aClient({ secrets })] })
    return { ...memory, ...(await replaceUnseenSecret(memory.deps, REQUEST, id)) }
  }
  const unseen = aSecret({ secretId: 'secret_unseen', expiresAt: NOW + 500, remind: false })

  it('is ended by another one with the same end, which leaves the others alone', async () => {
    const other = aSecret({ secretId: 'secret_other' })
    const { client, secret, secretText, deps, events } = await replace([other, unseen])
    expect(client.secrets).toEqual([other, secret])
    expect(secret).toMatchObject({ expiresAt: NOW + 500, remind: false, retiresAt: null })
    expect(await deps.verifiers.matches(secretText, secret.verifier)).toBe(true)
    expect(events.map(({ action, target }) => [action, target.id])).toEqual([
      ['secret.retired', 'secret_unseen'],
      ['secret.created', secret.secretId],
    ])
  })

  it('is replaced where there is room for no other', async () => {
    const others = ['a', 'b', 'c', 'd'].map((id) => aSecret({ secretId: `secret_${id}` }))
    expect((await replace([...others, unseen])).client.secrets).toHaveLength(5)
  })

  it.each([
    ['was used', { lastUsedAt: NOW - 1 }, 'conflict'],
    ['is over', { expiresAt: NOW }, 'conflict'],
    ['was ended', { retiresAt: NOW }, 'not_found'],
  ])('is left alone where it %s', async (_what, fields, code) => {
    await expect(replace([{ ...unseen, ...fields }])).rejects.toMatchObject({ code })
  })
})
