import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/domain/client.ts'
import { aClient, aSecret, NOW } from '../../domain/arbitraries.ts'
import { commit, stored } from '../listed-clients.ts'

const before = (clientId: string, changes: Partial<Client> = {}) =>
  aClient({ clientId, name: clientId, secrets: [], ...changes })

const [ada, bob, eve] = ['client_a', 'client_b', 'client_c'].map((id) => before(id)) as [
  Client,
  Client,
  Client,
]

const change = (...all: [Client | null, Client | null][]) =>
  commit(
    all.map(([was, is]) => ({ kind: 'client', before: was, after: is }) as never),
    NOW,
  )

beforeEach(() => change([null, ada], [null, bob]))

describe('clients that change in one commit', () => {
  it('keep each its own change, also of what the others do not change', async () => {
    await change([ada, { ...ada, name: 'Renamed' }], [bob, { ...bob, description: 'Told' }])
    expect(await stored.find('client_a')).toMatchObject({ name: 'Renamed', description: '' })
    expect(await stored.find('client_b')).toMatchObject({ name: 'client_b', description: 'Told' })
  })

  it('may be made, changed and deleted together', async () => {
    await change([ada, null], [bob, { ...bob, generation: 3 }], [null, eve])
    expect(await stored.find('client_a')).toBeNull()
    expect(await stored.find('client_b')).toMatchObject({ generation: 3, name: 'client_b' })
    expect(await stored.find('client_c')).toMatchObject({ name: 'client_c' })
  })
})

describe('what people were told of a secret that nobody uses', () => {
  const suspension = { at: NOW, reason: null }
  const secrets = [aSecret({ secretId: 'secret_1' })]
  const told = async () => {
    const row = env.DB.prepare(
      'SELECT unused_notice_at, reminders_planned FROM portcullis_secrets WHERE secret_id = ?',
    )
    return row.bind('secret_1').raw()
  }
  const tell = () =>
    env.DB.prepare(
      'UPDATE portcullis_secrets SET unused_notice_at = 7, reminders_planned = 1',
    ).run()

  it('is forgotten where its client is resumed, which could not use it', async () => {
    const suspended = before('client_c', { suspension, secrets })
    await change([null, suspended])
    await tell()
    await change([suspended, { ...suspended, suspension: null }])
    expect(await told()).toEqual([[null, 0]])
  })

  it('stays where its client is suspended, or has another name', async () => {
    const client = before('client_c', { secrets })
    await change([null, client])
    await tell()
    const renamed = { ...client, name: 'Renamed' }
    await change([client, renamed])
    await change([renamed, { ...renamed, suspension }])
    expect(await told()).toEqual([[7, 1]])
  })

  it('stays where it gets other contacts, who are told with the next reminder', async () => {
    const client = before('client_c', { secrets })
    await change([null, client])
    await tell()
    await change([client, { ...client, contacts: ['ada@example.com'] }])
    expect(await told()).toEqual([[7, 0]])
  })
})
