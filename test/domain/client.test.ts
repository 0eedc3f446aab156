import { expect, it } from 'vitest'
import {
  type Client,
  changed,
  changedAtTheEdge,
  liveSecrets,
  visibleSecrets,
} from '../../src/domain/client.ts'
import type { Secret } from '../../src/domain/secret.ts'
import { NOW } from './arbitraries.ts'

const CLIENT: Client = {
  clientId: 'client_1',
  name: 'Nightly export',
  description: '',
  createdAt: NOW - 100,
  createdBy: 'bootstrap',
  updatedAt: NOW - 100,
  version: 7,
  suspension: null,
  generation: 3,
  tokensValidFrom: null,
  denylistVersion: 4,
  accessTokenLifetime: 60,
  lastTokenAt: null,
  secrets: [],
  roles: [],
  permissions: [],
  access: [],
  propagation: 'complete',
}

const aSecret = (secretId: string, fields: Partial<Secret> = {}): Secret => ({
  secretId,
  hint: 'hint',
  verifier: { keyId: 'key', digest: 'digest', pepperVersion: '1' },
  createdAt: NOW - 100,
  expiresAt: NOW + 100,
  retiresAt: null,
  lastUsedAt: null,
  remind: true,
  remindedAt: null,
  reminderError: null,
  ...fields,
})

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
    aSecret('expired', { expiresAt: NOW }),
    aSecret('ended', { retiresAt: NOW }),
    aSecret('ending', { retiresAt: NOW + 1 }),
    aSecret('live'),
    aSecret('of tomorrow', { createdAt: NOW + 1 }),
  ]
  const ids = (list: Secret[]) => list.map(({ secretId }) => secretId)
  const visible = ['expired', 'ending', 'live', 'of tomorrow']
  expect(ids(visibleSecrets({ secrets }, NOW))).toEqual(visible)
  expect(ids(liveSecrets({ secrets }, NOW))).toEqual(['ending', 'live'])
})
