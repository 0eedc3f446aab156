import { describe, expect, it } from 'vitest'
import { type ClientChange, changeClient } from '../../../src/actions/clients/change-client.ts'
import { deleteCertificate } from '../../../src/actions/clients/delete-certificate.ts'
import { deleteFederatedCredential } from '../../../src/actions/clients/delete-federated-credential.ts'
import { deletePublicKey } from '../../../src/actions/clients/delete-public-key.ts'
import type { AuditAction } from '../../../src/domain/audit.ts'
import { type Client, changed, changedAtTheEdge } from '../../../src/domain/client.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import { isoTime } from '../../../src/domain/time.ts'
import { aCertificate, aClient, aPublicKey, aSecret, NOW } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'
import { CLIENT_ID, REQUEST } from '../one-client.ts'

const OF_CLIENT = { ...REQUEST, clientId: CLIENT_ID }
const RECENT = [`recent of ${CLIENT_ID}`]

const withEvents =
  (...actions: AuditAction[]) =>
  (client: Client): ClientChange => ({
    after: changed(client, NOW, { name: 'Another' }),
    events: actions.map((action) => ({ action })),
  })

describe('behind a change of a client', () => {
  it.each<AuditAction>([
    'secret.deleted',
    'public_key.deleted',
    'federated_credential.deleted',
    'certificate.deleted',
    'client.access_changed',
    'incident.recorded',
  ])('that cuts something off the end of the log is kept: %s', async (action) => {
    const { deps, keptBehind } = memoryClients()
    await changeClient(deps, OF_CLIENT, withEvents('client.updated', action))
    expect(await keptBehind()).toEqual(RECENT)
  })

  it('that the edge is told of it is kept, too, and for no other change', async () => {
    const { deps, keptBehind } = memoryClients()
    await changeClient(deps, OF_CLIENT, withEvents('client.updated'))
    await changeClient(deps, OF_CLIENT, (client) => ({ after: client, events: [] }))
    expect(await keptBehind()).toEqual([])
    await changeClient(deps, OF_CLIENT, (client) => ({
      after: changedAtTheEdge(client, NOW, { name: 'Another' }),
      events: [{ action: 'client.resumed' }],
    }))
    expect(await keptBehind()).toEqual(RECENT)
  })

  it('that is refused the gates forget: an earlier request may have made it', async () => {
    const { deps, settled } = memoryClients()
    const refusal = new Refusal('not_found', 'It is gone.')
    const refused = changeClient(deps, OF_CLIENT, () => Promise.reject(refusal))
    await expect(refused).rejects.toBe(refusal)
    expect(settled).toEqual([new Set([CLIENT_ID])])
  })
})

describe('a change after the first use of a secret', () => {
  const secrets = [
    aSecret({ secretId: 'old' }),
    aSecret({ secretId: 'new', retireOthersIn: 60, lastUsedAt: NOW - 10 }),
  ]

  it('is told with what that use began', async () => {
    const { deps, events, written } = memoryClients({ clients: [aClient({ secrets })] })
    await changeClient(deps, OF_CLIENT, withEvents('client.updated'))
    expect(events).toMatchObject([
      { action: 'client.updated', actor: REQUEST.principal, requestId: 'request_1' },
      {
        action: 'secret.retired',
        actor: { type: 'system', id: 'portcullis' },
        requestId: 'system',
        clientId: CLIENT_ID,
        target: { type: 'secret', id: 'old' },
        reason: 'The new secret was used for the first time.',
        changes: { retires_at: { from: null, to: isoTime(NOW + 50) } },
      },
    ])
    const { after } = written()
    expect(
      after.secrets.map(({ retiresAt, retireOthersIn }) => [retiresAt, retireOthersIn]),
    ).toEqual([
      [NOW + 50, null],
      [null, null],
    ])
  })

  it('that is none, or the end of the client, is told alone', async () => {
    const none = memoryClients({ clients: [aClient({ secrets })] })
    await changeClient(none.deps, OF_CLIENT, (client) => ({ after: client, events: [] }))
    expect(none.commits).toEqual([])
    const ended = memoryClients({ clients: [aClient({ secrets })] })
    await changeClient(ended.deps, OF_CLIENT, () => ({
      after: null,
      events: [{ action: 'client.deleted' }],
    }))
    expect(ended.events.map(({ action }) => action)).toEqual(['client.deleted'])
  })
})

describe('the profile of a client', () => {
  const profile = 'fapi2' as never

  it('lets no change through that it does not allow', async () => {
    const { deps, commits } = memoryClients({ clients: [aClient({ profile, secrets: [] })] })
    const adding = changeClient(deps, OF_CLIENT, (client) => ({
      after: changed(client, NOW, { secrets: [aSecret()] }),
      events: [{ action: 'secret.created' }],
    }))
    await expect(adding).rejects.toMatchObject({
      code: 'conflict',
      message: 'The profile fapi2 allows no secret.',
    })
    expect(commits).toEqual([])
    await changeClient(deps, OF_CLIENT, withEvents('client.updated'))
    expect(commits).toHaveLength(1)
  })

  it('lets a client that is outside of it be changed all the same, and not be made worse', async () => {
    const { deps, commits } = memoryClients({ clients: [aClient({ profile })] })
    await changeClient(deps, OF_CLIENT, withEvents('client.updated'))
    expect(commits).toHaveLength(1)
    const worse = changeClient(deps, OF_CLIENT, (client) => ({
      after: changed(client, NOW, { secrets: [], federatedCredentials: [{} as never] }),
      events: [{ action: 'federated_credential.created' }],
    }))
    await expect(worse).rejects.toMatchObject({
      message: 'The profile fapi2 allows no federated credential.',
    })
  })
})

describe('the end of one of several credentials', () => {
  const client = aClient({
    publicKeys: [aPublicKey({ keyId: 'key_1' }), aPublicKey({ keyId: 'key_2' })],
    certificates: [
      aCertificate({ certificateId: 'cert_1' }),
      aCertificate({ certificateId: 'cert_2' }),
    ],
    federatedCredentials: ['fed_1', 'fed_2'].map((credentialId) => ({ credentialId }) as never),
  })

  it.each([
    ['public_key', deletePublicKey, 'key_2', 'public key', 'publicKeys'],
    ['certificate', deleteCertificate, 'cert_2', 'certificate', 'certificates'],
    [
      'federated_credential',
      deleteFederatedCredential,
      'fed_2',
      'federated credential',
      'federatedCredentials',
    ],
  ] as const)('leaves the others: %s', async (type, remove, id, words, field) => {
    const { deps, written, events, keptBehind } = memoryClients({ clients: [client] })
    await expect(remove(deps, OF_CLIENT, 'none')).rejects.toMatchObject({
      code: 'not_found',
      message: `The client has no such ${words}.`,
    })
    await remove(deps, OF_CLIENT, id)
    expect(written().after).toEqual({
      ...client,
      [field]: [client[field][0]],
      version: 2,
      updatedAt: NOW,
    })
    expect(events).toMatchObject([{ action: `${type}.deleted`, target: { type, id } }])
    expect(await keptBehind()).toEqual(RECENT)
  })
})
