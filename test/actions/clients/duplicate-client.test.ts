import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { copyOf, duplicateClient } from '../../../src/actions/clients/duplicate-client.ts'
import {
  aCertificate,
  aClient,
  aPublicKey,
  aSecret,
  publishing,
  READ,
} from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'

const WRITE = { ...READ, permission: 'invoices:write' }

const REQUEST = {
  ...NO_ONE_TO_ASK,
  principal: { type: 'bootstrap', id: 'bootstrap' },
  requestId: 'request_1',
  clientId: 'client_1',
} as const

describe('a copy of a client', () => {
  const original = aClient({
    name: 'A'.repeat(95),
    description: 'Each night',
    accessTokenLifetime: 600,
    roles: ['role_writer'],
    secrets: [aSecret({ remind: true }), aSecret({ secretId: 'secret_2', remind: false })],
  })

  it('says that it is one, within the length of a name, and reminds as the newest secret did', () => {
    expect(copyOf(original)).toEqual({
      name: `${'A'.repeat(93)} (copy)`,
      description: 'Each night',
      accessTokenLifetime: 600,
      allowSelfRotation: false,
      tags: [],
      contacts: [],
      assertionAudience: 'issuer',
      profile: null,
      requireDpop: false,
      bindToCertificate: false,
      jwksUri: null,
      roles: ['role_writer'],
      permissions: [READ],
      secret: { remind: false },
    })
    expect(copyOf(aClient({ secrets: [] })).secret).toEqual({ remind: true })
    // Without a secret of its own, and with something else to prove itself by, it needs none.
    for (const other of [
      { publicKeys: [aPublicKey()] },
      { certificates: [aCertificate()] },
      publishing(),
      { profile: 'fapi2' as never },
    ]) {
      expect(copyOf(aClient({ secrets: [], ...other })).secret).toBeNull()
      expect(copyOf(aClient({ ...other })).secret).toEqual({ remind: true })
    }
  })

  it('is a new client with its own secret, but for what was asked otherwise', async () => {
    const { deps, written, events } = memoryClients({ clients: [original] })
    const secret = { expiresOn: '2027-03-01' }
    const { client, secretText } = await duplicateClient(deps, REQUEST, { name: 'B', secret })
    expect(client).toMatchObject({
      clientId: expect.stringMatching(/^client_[0-9A-Za-z]{22}$/),
      name: 'B',
      description: 'Each night',
      accessTokenLifetime: 600,
      access: [READ, WRITE],
      version: 1,
    })
    expect(client.secrets).toHaveLength(1)
    expect(client.secrets[0]).toMatchObject({
      remind: false,
      expiresAt: Date.UTC(2027, 2, 1, 23, 59, 59) / 1000,
    })
    expect(await deps.verifiers.matches(secretText!, client.secrets[0]!.verifier)).toBe(true)
    expect(written()).toMatchObject({ before: null, after: client })
    expect(events).toMatchObject([{ action: 'client.created', clientId: client.clientId }])
  })

  it('is refused of a client that is not there', async () => {
    const { deps } = memoryClients({ clients: [] })
    await expect(duplicateClient(deps, REQUEST, {})).rejects.toMatchObject({ code: 'not_found' })
  })
})
