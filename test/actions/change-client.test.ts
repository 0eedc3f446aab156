import { describe, expect, it } from 'vitest'
import { changeAccess } from '../../src/actions/change-access.ts'
import {
  type ClientChange,
  type ClientRequest,
  changeClient,
  unchanged,
} from '../../src/actions/change-client.ts'
import { createSecret, type NewSecret } from '../../src/actions/create-secret.ts'
import { deleteClient } from '../../src/actions/delete-client.ts'
import { deleteSecret } from '../../src/actions/delete-secret.ts'
import { copyOf, duplicateClient } from '../../src/actions/duplicate-client.ts'
import type { Principal } from '../../src/domain/authority.ts'
import { type Client, changed, changedAtTheEdge } from '../../src/domain/client.ts'
import { DAY, HOUR, isoTime, MINUTE } from '../../src/domain/time.ts'
import { aClient, aSecret, ISSUER, NOW, READ } from '../domain/arbitraries.ts'
import { anEntry } from './memory.ts'
import { memoryClients } from './memory-clients.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const MACHINE: Principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] }
const WRITE = { ...READ, permission: 'invoices:write' }

const by = (principal: Principal, fields: Partial<ClientRequest> = {}): ClientRequest => ({
  principal,
  requestId: 'request_1',
  clientId: 'client_1',
  ...fields,
})
const REQUEST = by(BOOTSTRAP)

/** What every event of this client says of who did it. */
const BY_BOOTSTRAP = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: 'client_1',
  requestId: 'request_1',
}
const OF_CLIENT = { ...BY_BOOTSTRAP, target: { type: 'client', id: 'client_1' } }

describe('a change of a client', () => {
  const renamed = (client: Client): ClientChange => ({
    after: changed(client, NOW, { name: 'Another' }),
    events: [{ action: 'client.updated' }],
  })
  const suspended = (client: Client): ClientChange => ({
    after: changedAtTheEdge(client, NOW, { suspension: { at: NOW, reason: null } }),
    events: [{ action: 'client.suspended' }],
  })

  it('is written with who did it to whom, and leaves the edge alone where it means nothing to it', async () => {
    const { deps, written, events, edge } = memoryClients()
    const after = await changeClient(deps, REQUEST, renamed)
    expect(after).toMatchObject({ name: 'Another', version: 2, propagation: 'complete' })
    expect(written()).toEqual({ before: aClient(), after, others: [] })
    expect(events).toMatchObject([{ action: 'client.updated', ...OF_CLIENT }])
    expect(edge.asked.claims).toBe(0)
  })

  it('is carried to the edge where it concerns it, and says whether it arrived', async () => {
    const { deps, written, edge } = memoryClients()
    const waiting = await changeClient(deps, REQUEST, suspended)
    expect(waiting).toMatchObject({ denylistVersion: 1, propagation: 'pending' })
    expect(written().others).toEqual([{ kind: 'denylist', clientId: 'client_1', version: 1 }])
    const other = memoryClients()
    const entry = anEntry({ suspended: true })
    other.edge.due.push({ clientId: 'client_1', entry, isRepeat: false })
    const arrived = await changeClient(other.deps, REQUEST, suspended)
    expect(arrived.propagation).toBe('complete')
    expect(other.edge.shown.get('client_1')).toEqual(entry)
    expect(edge.shown.size).toBe(0)
  })

  it('writes what else belongs to it in the same commit', async () => {
    const { deps, written } = memoryClients()
    const token = { kind: 'revoked_token' as const, clientId: 'client_1', jti: 'j', expiresAt: NOW }
    await changeClient(deps, REQUEST, (client) => ({ ...renamed(client), writes: [token] }))
    expect(written().others).toEqual([token])
  })

  it('that comes to nothing is not written', async () => {
    const { deps, commits } = memoryClients()
    expect(await changeClient(deps, REQUEST, unchanged)).toEqual(aClient())
    expect(commits).toEqual([])
  })

  it('is refused where there is no such client, or it was changed since it was read', async () => {
    const { deps, commits } = memoryClients()
    await expect(
      changeClient(deps, by(BOOTSTRAP, { clientId: 'client_2' }), renamed),
    ).rejects.toMatchObject({ code: 'not_found', message: 'There is no such client.' })
    await expect(
      changeClient(deps, by(BOOTSTRAP, { expectedVersions: [2, 3] }), renamed),
    ).rejects.toMatchObject({
      code: 'stale',
      message: 'It has changed since it was read: read it again, then change it.',
    })
    expect(commits).toEqual([])
    await changeClient(deps, by(BOOTSTRAP, { expectedVersions: [2, 1] }), renamed)
    expect(commits).toHaveLength(1)
  })
})

describe('a machine that changes a client', () => {
  const rename = (client: Client, principal: Principal, terms = {}) =>
    changeClient(
      memoryClients({ clients: [client] }).deps,
      by(principal),
      (one) => ({
        after: changed(one, NOW, { name: 'B' }),
        events: [{ action: 'client.updated' }],
      }),
      terms,
    )

  it('changes neither itself nor one with power here, where the change is not of another kind', async () => {
    expect(await rename(aClient(), MACHINE)).toMatchObject({ name: 'B' })
    const powerful = aClient({ access: [{ audience: ISSUER, permission: 'audit:read' }] })
    await expect(rename(powerful, MACHINE)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rename(powerful, BOOTSTRAP)).toMatchObject({ name: 'B' })
    expect(await rename(powerful, MACHINE, { allow: () => {} })).toMatchObject({ name: 'B' })
    const itself: Principal = { ...MACHINE, id: 'client_1' }
    await expect(rename(aClient(), itself)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'A client never changes itself through this API.',
    })
  })
})

describe('a deletion', () => {
  it('says whose it was, and is carried to the edge', async () => {
    const { deps, written, events, edge } = memoryClients()
    await deleteClient(deps, REQUEST)
    expect(written()).toEqual({
      before: aClient(),
      after: null,
      others: [{ kind: 'denylist', clientId: 'client_1', version: 1 }],
    })
    const changes = { client_name: { from: 'Nightly billing export', to: null } }
    expect(events).toMatchObject([{ action: 'client.deleted', ...OF_CLIENT, changes }])
    expect(edge.asked.claims).toBe(1)
  })
})

describe('a change of access', () => {
  const holder = aClient({ permissions: [READ, WRITE], roles: ['role_a', 'role_b'] })
  const input = { roles: ['role_writer'], permissions: [READ], applyToIssuedTokens: false }

  it('replaces what a client may do, by its roles too, and leaves its tokens alone', async () => {
    const { deps, written, events } = memoryClients({ clients: [holder] })
    const after = await changeAccess(deps, REQUEST, input)
    expect(after).toMatchObject({ generation: 0, tokensValidFrom: null, version: 2 })
    expect(after).toMatchObject({ roles: ['role_writer'], permissions: [READ] })
    expect(after.access).toEqual([READ, WRITE])
    expect(written().others).toEqual([])
    expect(events).toMatchObject([{ action: 'client.access_changed', ...OF_CLIENT }])
    expect(events[0]?.changes).toEqual({
      roles: { from: ['role_a', 'role_b'], to: ['role_writer'] },
      permissions: { from: [READ, WRITE], to: [READ] },
    })
  })

  it('is none where the same was sent in another order', async () => {
    const client = aClient({ permissions: [WRITE, READ], roles: ['role_writer', 'role_own'] })
    const { deps, commits } = memoryClients({ clients: [client] })
    const same = { ...input, roles: ['role_own', 'role_writer'], permissions: [READ, WRITE] }
    expect(await changeAccess(deps, REQUEST, same)).toEqual(client)
    expect(commits).toEqual([])
  })

  it('cuts off what was issued where it is to, and says so though nothing else changes', async () => {
    const { deps, written, events } = memoryClients()
    const all = { roles: [], permissions: [READ], applyToIssuedTokens: true }
    const after = await changeAccess(deps, REQUEST, all)
    expect(after).toMatchObject({ generation: 1, tokensValidFrom: NOW, propagation: 'pending' })
    expect(written().others).toEqual([{ kind: 'denylist', clientId: 'client_1', version: 1 }])
    expect(events[0]?.changes).toEqual({ tokens_valid_from: { from: null, to: isoTime(NOW) } })
    const again = memoryClients({ clients: [aClient({ tokensValidFrom: NOW })] })
    await changeAccess(again.deps, REQUEST, all)
    const at = isoTime(NOW)
    expect(again.events[0]?.changes).toEqual({ tokens_valid_from: { from: at, to: at } })
  })

  it('by a machine gives nobody power here, by a role neither', async () => {
    const { deps, commits } = memoryClients()
    const own = { ...input, permissions: [{ audience: ISSUER, permission: 'audit:read' }] }
    for (const one of [own, { ...input, roles: ['role_own'] }]) {
      await expect(changeAccess(deps, by(MACHINE), one)).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    expect(commits).toEqual([])
    await changeAccess(deps, by(MACHINE), { ...input, roles: [], permissions: [WRITE] })
    expect(commits).toHaveLength(1)
  })
})

describe('a new secret', () => {
  const create = async (secrets = [aSecret()], input: NewSecret = {}, taken: string[] = []) => {
    const memory = memoryClients({ clients: [aClient({ secrets })], taken })
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

  it('has the id that was chosen for it, once', async () => {
    const { secret } = await create([], { secretId: 'secret_chosen' })
    expect(secret.secretId).toBe('secret_chosen')
    await expect(
      create([], { secretId: 'secret_chosen' }, ['secret_chosen']),
    ).rejects.toMatchObject({ code: 'conflict', message: 'This was done already.' })
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
      roles: ['role_writer'],
      permissions: [READ],
      secret: { remind: false },
    })
    expect(copyOf(aClient({ secrets: [] })).secret).toEqual({ remind: true })
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
    expect(await deps.verifiers.matches(secretText, client.secrets[0]!.verifier)).toBe(true)
    expect(written()).toMatchObject({ before: null, after: client })
    expect(events).toMatchObject([{ action: 'client.created', clientId: client.clientId }])
  })

  it('is refused of a client that is not there', async () => {
    const { deps } = memoryClients({ clients: [] })
    await expect(duplicateClient(deps, REQUEST, {})).rejects.toMatchObject({ code: 'not_found' })
  })
})
