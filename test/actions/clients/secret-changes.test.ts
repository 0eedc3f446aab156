import { describe, expect, it } from 'vitest'
import { containClient, type Response } from '../../../src/actions/clients/contain-client.ts'
import { placeOfKeys } from '../../../src/actions/clients/published-keys.ts'
import { updateSecret } from '../../../src/actions/clients/update-secret.ts'
import type { Client } from '../../../src/domain/client.ts'
import { DAY, isoTime } from '../../../src/domain/time.ts'
import { aClient, aSecret, NOW, publishing } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'
import { CLIENT_ID, REQUEST } from '../one-client.ts'

const OF_CLIENT = { ...REQUEST, clientId: CLIENT_ID }
const [OLD, OTHER] = [aSecret({ secretId: 'old' }), aSecret({ secretId: 'other' })]
const SECRETS = [OLD, OTHER]

describe('a change of a secret', () => {
  const update = async (patch: Parameters<typeof updateSecret>[3], secret = OLD) => {
    const memory = memoryClients({ clients: [aClient({ secrets: [secret, OTHER] })] })
    const changed = await updateSecret(memory.deps, OF_CLIENT, 'old', patch)
    const told = memory.events.map(({ action, target, changes }) => [action, target.id, changes])
    return { memory, changed, told }
  }

  it('is told by what became of it: another name, a sooner end, none, or a later one', async () => {
    expect((await update({ label: 'CI' })).told).toEqual([
      ['secret.updated', 'old', { label: { from: '', to: 'CI' } }],
    ])
    const [soon, later] = [NOW + DAY, NOW + 2 * DAY]
    const to = (at: number | null) => at && isoTime(at)
    expect((await update({ retiresAt: soon })).told).toEqual([
      ['secret.retired', 'old', { retires_at: { from: null, to: to(soon) } }],
    ])
    const retiring = { ...OLD, retiresAt: soon }
    expect((await update({ retiresAt: later }, retiring)).told).toEqual([
      ['secret.extended', 'old', { retires_at: { from: to(soon), to: to(later) } }],
    ])
    expect((await update({ retiresAt: null }, retiring)).told).toEqual([
      ['secret.extended', 'old', { retires_at: { from: to(soon), to: null } }],
    ])
  })

  it('leaves the other secrets, and is none where nothing differs', async () => {
    const { memory } = await update((secret, now) => ({
      label: `${secret.secretId} ${now - NOW}`,
    }))
    expect(memory.written().after.secrets).toEqual([{ ...OLD, label: 'old 0' }, OTHER])
    const same = await update({ label: '' })
    expect([same.told, same.changed.secret]).toEqual([[], OLD])
  })

  it('is answered as it was decided where the secret ends before the answer', async () => {
    const { deps, events } = memoryClients({ clients: [aClient({ secrets: SECRETS })] })
    const [end, moments] = [NOW + 1, [NOW]]
    const passing = { ...deps, now: () => moments.pop() ?? end }
    const { secret } = await updateSecret(passing, OF_CLIENT, 'old', { retiresAt: end })
    expect(secret).toEqual({ ...OLD, retiresAt: end })
    expect(events.map(({ action }) => action)).toEqual(['secret.retired'])
  })
})

describe('what is done about an incident', () => {
  const contain = async (measures: Partial<Response>, fields: Partial<Client> = {}) => {
    const memory = memoryClients({ clients: [aClient({ secrets: SECRETS, ...fields })] })
    const response = {
      suspend: false,
      endSecrets: false,
      revokeTokens: false,
      incidentId: 'incident_1',
      reason: 'leaked',
      ...measures,
    }
    await containClient(memory.deps, OF_CLIENT, response)
    const { after, others } = memory.written()
    const told = memory.events.map(({ action, reason, changes }) => [action, reason, changes])
    const target = { type: 'incident', id: 'incident_1' }
    expect(memory.events.at(-1)?.target).toEqual(target)
    return { after, told, edge: others.map(({ kind }) => kind) }
  }
  const recorded = (changes: unknown) => ['incident.recorded', 'leaked', changes]
  const suspended = { suspended: { from: false, to: true } }

  it('is told by itself, and by each of its measures', async () => {
    const { after, told, edge } = await contain({ suspend: true })
    expect(after).toMatchObject({ suspension: { at: NOW, reason: 'leaked' }, secrets: SECRETS })
    expect(told).toEqual([['client.suspended', 'leaked', undefined], recorded(suspended)])
    expect(edge).toEqual(['denylist'])
    const revoked = await contain({ revokeTokens: true })
    expect(revoked.after).toMatchObject({ generation: 1, tokensValidFrom: NOW, suspension: null })
    expect(revoked.told).toEqual([
      ['client.tokens_revoked', 'leaked', undefined],
      recorded({ tokens_valid_from: { from: null, to: isoTime(NOW) } }),
    ])
  })

  it('ends all secrets, and is no matter of the edge then', async () => {
    const { after, told, edge } = await contain({ endSecrets: true })
    const retires = { retires_at: { from: null, to: isoTime(NOW) } }
    expect(told).toEqual([
      ['secret.retired', 'leaked', retires],
      ['secret.retired', 'leaked', retires],
      recorded({ secrets: { from: ['old', 'other'], to: [] } }),
    ])
    expect(after).toMatchObject({ version: 2, updatedAt: NOW })
    expect(after.secrets.map(({ retiresAt }) => retiresAt)).toEqual([NOW, NOW])
    expect(edge).toEqual([])
    const none = await contain({ endSecrets: true }, { secrets: [] })
    expect([none.after.version, none.told]).toEqual([1, [recorded({})]])
  })

  it('has no reason where none was given, and suspends nobody twice', async () => {
    const { after } = await contain({ suspend: true, reason: undefined })
    expect(after.suspension).toEqual({ at: NOW, reason: null })
    const suspension = { at: NOW - 60, reason: 'before' }
    const again = await contain({ suspend: true }, { suspension })
    expect([again.after.suspension, again.told]).toEqual([suspension, [recorded({})]])
  })

  it('is a right that a machine has of clients without power, but for their suspension', async () => {
    const principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] } as const
    const powerful = aClient({
      access: [{ audience: 'https://auth.example.com', permission: 'clients:manage' }],
    })
    const ask = (measures: Partial<Response>) => {
      const { deps } = memoryClients({ clients: [powerful] })
      const response = { suspend: true, endSecrets: false, revokeTokens: false, ...measures }
      const named = { ...response, incidentId: 'incident_1', reason: undefined }
      const request = {
        ...OF_CLIENT,
        principal: { ...principal, permissions: ['clients:manage' as const] },
      }
      return containClient({ ...deps, issuer: 'https://auth.example.com' }, request, named)
    }
    expect((await ask({})).suspension).not.toBeNull()
    await expect(ask({ endSecrets: true })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask({ revokeTokens: true })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the place where a client publishes its keys', () => {
  const place = (
    known: Partial<Client>,
    jwksUri: string | null | undefined,
    problem: string | null = null,
  ) => {
    const { deps } = memoryClients()
    const outboundUrlProblem = () => problem
    const client = aClient({ ...known })
    const wanted = { jwksUri, createdBy: 'bootstrap' }
    return placeOfKeys({ ...deps, outboundUrlProblem }, client, wanted, NOW)
  }
  const known = publishing()

  it('stays, goes, or is another with a credential of its own', async () => {
    expect(await place(known, undefined)).toEqual(known)
    expect(await place(known, known.jwksUri)).toEqual(known)
    expect(await place(known, null)).toEqual({ jwksUri: null, publishedKeys: null })
    expect(await place({}, undefined)).toEqual({ jwksUri: null, publishedKeys: null })
    const jwksUri = 'https://other.example/jwks.json'
    const keyId = expect.stringMatching(/^jwks_\w{16}$/)
    const other = await place(known, jwksUri)
    expect(other).toEqual({
      jwksUri,
      publishedKeys: {
        keyId,
        jwksUri,
        verifier: expect.objectContaining({ keyId: other.publishedKeys?.keyId }),
        createdAt: NOW,
        createdBy: 'bootstrap',
        lastUsedAt: null,
        readError: null,
      },
    })
  })

  it('is refused where it must not be asked, or the client has keys here', async () => {
    await expect(place({}, 'https://a.example', 'is private')).rejects.toMatchObject({
      extras: { fields: [{ field: 'jwks_uri', detail: 'is private' }] },
    })
    const publicKeys = [{} as never]
    await expect(place({ publicKeys }, 'https://a.example')).rejects.toMatchObject({
      code: 'conflict',
      message: 'The client has public keys: delete them first.',
    })
  })
})
