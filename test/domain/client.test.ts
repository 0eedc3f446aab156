import { expect, it } from 'vitest'
import { changed, changedAtTheEdge, liveSecrets, visibleSecrets } from '../../src/domain/client.ts'
import type { Secret } from '../../src/domain/secret.ts'
import { aClient, aSecret, NOW } from './arbitraries.ts'

const CLIENT = aClient({ version: 7, denylistVersion: 4, generation: 3 })

it('has another version and another time after a change, and nothing else that is new', () => {
  const after = changed(CLIENT, NOW, { name: 'Export' })
  expect(after).toEqual({ ...CLIENT, name: 'Export', version: 8, updatedAt: NOW })
  expect(CLIENT.version).toBe(7)
})

it('has one version more for the edge after a change that concerns it, which has yet to learn it', () => {
  expect(changedAtTheEdge(CLIENT, NOW, { generation: 4 })).toEqual({
    ...CLIENT,
    generation: 4,
    version: 8,
    updatedAt: NOW,
    denylistVersion: 5,
    propagation: 'pending',
  })
})

it('shows what has expired, and not what was retired and has ended; only what works is live', () => {
  const secrets = [
    aSecret({ secretId: 'expired', expiresAt: NOW }),
    aSecret({ secretId: 'ended', retiresAt: NOW }),
    aSecret({ secretId: 'ending', retiresAt: NOW + 1 }),
    aSecret({ secretId: 'live' }),
    aSecret({ secretId: 'of tomorrow', createdAt: NOW + 1 }),
  ]
  const ids = (list: Secret[]) => list.map(({ secretId }) => secretId)
  const visible = ['expired', 'ending', 'live', 'of tomorrow']
  expect(ids(visibleSecrets({ secrets }, NOW))).toEqual(visible)
  expect(ids(liveSecrets({ secrets }, NOW))).toEqual(['ending', 'live'])
})
