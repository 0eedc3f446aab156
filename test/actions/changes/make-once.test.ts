import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { deleteClient } from '../../../src/actions/clients/delete-client.ts'
import { deleteSecret } from '../../../src/actions/clients/delete-secret.ts'
import { commitOnce } from '../../../src/actions/changes/make-once.ts'
import { revokeClientTokens } from '../../../src/actions/clients/revoke-client-tokens.ts'
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
