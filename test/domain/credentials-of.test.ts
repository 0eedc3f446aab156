import { describe, expect, it } from 'vitest'
import {
  countLiveCredentials,
  credentialsOf,
  soonestEnd,
  visibleCredentials,
} from '../../src/domain/credentials-of.ts'
import { aClient, aPublicKey, aSecret, NOW, publishing } from './arbitraries.ts'

const kindsOf = (all: { kind: string }[]) => all.map(({ kind }) => kind)

describe('the credentials of a client', () => {
  it('have the keys that it publishes among them, with their address as the name', () => {
    const client = aClient({ secrets: [], ...publishing() })
    expect(kindsOf(visibleCredentials(client, NOW))).toEqual(['jwks_uri'])
    expect(credentialsOf(client)[0]).toMatchObject({
      id: 'jwks_1',
      name: 'https://publisher.example/jwks.json',
      expiresAt: null,
    })
    expect(countLiveCredentials(client, NOW)).toBe(1)
    expect(soonestEnd(credentialsOf(client), NOW)).toBeNull()
  })

  it('are seen until a retired secret ends, and work until their end', () => {
    const secrets = [
      aSecret({ secretId: 'expired', expiresAt: NOW }),
      aSecret({ secretId: 'vanished', retiresAt: NOW }),
      aSecret({ secretId: 'retiring', retiresAt: NOW + 1 }),
      aSecret({ secretId: 'of tomorrow', createdAt: NOW + 1 }),
    ]
    const publicKeys = [aPublicKey({ keyId: 'key', createdAt: NOW + 1 })]
    const client = aClient({ secrets, publicKeys })
    const ids = visibleCredentials(client, NOW).map(({ id }) => id)
    expect(ids).toEqual(['expired', 'retiring', 'of tomorrow', 'key'])
    expect(credentialsOf(client)).toHaveLength(5)
    expect(countLiveCredentials(client, NOW)).toBe(2)
  })
})

describe('the soonest end', () => {
  const ending = (expiresAt: number | null) => ({ expiresAt, retiresAt: null })

  it('is the first to come', () => {
    expect(soonestEnd([ending(NOW + 9), ending(NOW), ending(null)], NOW)).toBe(NOW + 9)
    expect(soonestEnd([{ expiresAt: NOW + 9, retiresAt: NOW + 3 }], NOW)).toBe(NOW + 3)
  })

  it('is the last that was where none works, and never where one has no end', () => {
    expect(soonestEnd([ending(NOW - 9), ending(NOW)], NOW)).toBe(NOW)
    expect(soonestEnd([ending(NOW - 9), ending(null)], NOW)).toBeNull()
    expect(soonestEnd([], NOW)).toBeNull()
  })
})
