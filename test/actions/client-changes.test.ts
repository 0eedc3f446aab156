import { describe, expect, it } from 'vitest'
import { resumeClient } from '../../src/actions/clients/resume-client.ts'
import { revokeClientTokens } from '../../src/actions/clients/revoke-client-tokens.ts'
import { suspendClient } from '../../src/actions/clients/suspend-client.ts'
import { updateClient } from '../../src/actions/clients/update-client.ts'
import type { Principal } from '../../src/domain/authority.ts'
import type { Client } from '../../src/domain/client.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'
import { anOlderClient, CLIENT_ID, REQUEST, serverWith } from './one-client.ts'

const request = { ...REQUEST, clientId: CLIENT_ID }
const SUSPENDED = anOlderClient({ suspension: { at: NOW - 10, reason: 'it leaked' } })
const MACHINE: Principal = { type: 'client', id: CLIENT_ID, permissions: ['clients:manage'] }

const EVENT = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: CLIENT_ID,
  target: { type: 'client', id: CLIENT_ID },
  requestId: 'request_1',
}

/** The writes of a change that the edge must learn of, and the client as answered. */
function atTheEdge(before: Client, fields: Partial<Client>) {
  const after = { ...before, ...fields, version: 8, denylistVersion: 5, updatedAt: NOW }
  const pending = { ...after, propagation: 'pending' }
  const denylist = { kind: 'denylist', clientId: CLIENT_ID, version: 5 }
  return { after: pending, writes: [{ kind: 'client', before, after: pending }, denylist] }
}

describe('a suspension', () => {
  it('stops the client, for the reason that was given, and the edge is to learn of it', async () => {
    const { deps, writes, events } = serverWith({ client: anOlderClient() })
    const suspension = { at: NOW, reason: 'it leaked' }
    const expected = atTheEdge(anOlderClient(), { suspension })
    expect(await suspendClient(deps, request, 'it leaked')).toEqual(expected.after)
    expect(writes()).toEqual(expected.writes)
    expect(events).toMatchObject([{ ...EVENT, action: 'client.suspended', reason: 'it leaked' }])
  })

  it('may have no reason', async () => {
    const { deps } = serverWith({ client: anOlderClient() })
    const { suspension } = await suspendClient(deps, request, undefined)
    expect(suspension).toEqual({ at: NOW, reason: null })
  })

  it('is not made twice: the first stays, with its time and its reason', async () => {
    const { deps, commits } = serverWith({ client: SUSPENDED })
    expect(await suspendClient(deps, request, 'again')).toEqual(SUSPENDED)
    expect(commits).toEqual([])
  })

  it('is refused to the client itself, and to no other machine, whatever the client may do', async () => {
    const permission = { audience: ISSUER, permission: 'clients:manage' }
    const { deps, commits } = serverWith({ client: anOlderClient({ access: [permission] }) })
    const itself = { ...request, principal: MACHINE }
    await expect(suspendClient(deps, itself, undefined)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'A client cannot change itself through this API.',
    })
    expect(commits).toEqual([])
    await suspendClient(deps, { ...request, principal: { ...MACHINE, id: 'other' } }, undefined)
    expect(commits).toHaveLength(1)
  })
})

describe('a resume', () => {
  it('lifts the suspension and leaves all else, and the edge is to learn of it', async () => {
    const { deps, writes, events } = serverWith({ client: SUSPENDED })
    const expected = atTheEdge(SUSPENDED, { suspension: null })
    expect(await resumeClient(deps, request)).toEqual(expected.after)
    expect(writes()).toEqual(expected.writes)
    expect(events).toMatchObject([{ ...EVENT, action: 'client.resumed' }])
  })

  it('changes nothing where there is no suspension, whichever is meant', async () => {
    const { deps, commits } = serverWith({ client: anOlderClient() })
    expect(await resumeClient(deps, request)).toEqual(anOlderClient())
    expect(await resumeClient(deps, request, NOW)).toEqual(anOlderClient())
    expect(commits).toEqual([])
  })

  it('lifts the suspension that was seen, and no later one', async () => {
    const { deps, commits } = serverWith({ client: SUSPENDED })
    await expect(resumeClient(deps, request, NOW - 11)).rejects.toMatchObject({
      code: 'stale',
      message: 'The client has been resumed and suspended again since.',
    })
    expect(commits).toEqual([])
    expect((await resumeClient(deps, request, NOW - 10)).suspension).toBeNull()
  })
})

it('revokes all tokens by a new generation, and says from when on they are valid', async () => {
  const { deps, writes, events } = serverWith({ client: anOlderClient() })
  const expected = atTheEdge(anOlderClient(), { generation: 4, tokensValidFrom: NOW })
  expect(await revokeClientTokens(deps, request)).toEqual(expected.after)
  expect(writes()).toEqual(expected.writes)
  expect(events).toMatchObject([{ ...EVENT, action: 'client.tokens_revoked' }])
})

describe('an update', () => {
  it('is told in the words of the API, and is no matter of the edge', async () => {
    const { deps, writes, events } = serverWith({ client: anOlderClient() })
    const details = { name: 'Export', description: 'of invoices', accessTokenLifetime: 60 }
    const after = anOlderClient({ ...details, version: 8, updatedAt: NOW })
    expect(await updateClient(deps, request, details)).toEqual(after)
    expect(writes()).toEqual([{ kind: 'client', before: anOlderClient(), after }])
    expect(events).toMatchObject([{ ...EVENT, action: 'client.updated' }])
    expect(events[0]?.changes).toEqual({
      client_name: { from: 'Nightly billing export', to: 'Export' },
      description: { from: '', to: 'of invoices' },
      access_token_lifetime: { from: 3600, to: 60 },
    })
  })

  it('changes nothing where all is as it was', async () => {
    const { deps, commits } = serverWith({ client: anOlderClient() })
    expect(await updateClient(deps, request, { name: 'Nightly billing export' })).toEqual(
      anOlderClient(),
    )
    expect(await updateClient(deps, request, {})).toEqual(anOlderClient())
    expect(commits).toEqual([])
  })
})
