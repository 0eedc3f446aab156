import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { changeAccess } from '../../../src/actions/clients/change-access.ts'
import {
  type ClientChange,
  type ClientRequest,
  changeClient,
  unchanged,
} from '../../../src/actions/clients/change-client.ts'
import { deleteClient } from '../../../src/actions/clients/delete-client.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import { type Client, changed, changedAtTheEdge } from '../../../src/domain/client.ts'
import { isoTime } from '../../../src/domain/time.ts'
import { aClient, ISSUER, NOW, READ } from '../../domain/arbitraries.ts'
import { anEntry } from '../memory.ts'
import { memoryClients } from '../memory-clients.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const MACHINE: Principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] }
const WRITE = { ...READ, permission: 'invoices:write' }

const by = (principal: Principal, fields: Partial<ClientRequest> = {}): ClientRequest => ({
  ...NO_ONE_TO_ASK,
  principal,
  requestId: 'request_1',
  clientId: 'client_1',
  ...fields,
})
const REQUEST = by(BOOTSTRAP)

/** The part that every event has in common: who did it to which client. */
const OF_CLIENT = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: 'client_1',
  target: { type: 'client', id: 'client_1' },
  requestId: 'request_1',
}

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
      message: 'A client cannot change itself through this API.',
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
