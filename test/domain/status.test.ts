import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Client } from '../../src/domain/client.ts'
import { endOf } from '../../src/domain/secret.ts'
import { type Attention, attentionOf, statusOf } from '../../src/domain/status.ts'
import { DAY, type Seconds } from '../../src/domain/time.ts'
import { aClient, aPublicKey, aSecret, clientAround, NOW, RUNS, span } from './arbitraries.ts'

const client = clientAround(NOW)
const suspension = { at: NOW - DAY, reason: 'leaked' }
const live = aSecret({ secretId: 'live' })
const expired = aSecret({ secretId: 'expired', expiresAt: NOW - DAY })
const ending = (secretId: string, expiresAt: Seconds) => aSecret({ secretId, expiresAt })
const retiring = aSecret({ secretId: 'retiring', retiresAt: NOW + 60 })
const retiringSoonExpired = aSecret({ retiresAt: NOW + 60, expiresAt: NOW + DAY })
const vanished = aSecret({ secretId: 'vanished', retiresAt: NOW })

const key = aPublicKey()
const endingKey = (expiresAt: Seconds) => aPublicKey({ keyId: 'ending', expiresAt })

type Reason = Attention['reason']
const EXAMPLES: [string, Partial<Client>, string, Reason[]][] = [
  ['a live secret and a permission', {}, 'available', []],
  ['14 days and a second left', { secrets: [ending('s', NOW + 14 * DAY + 1)] }, 'available', []],
  [
    '14 days left',
    { secrets: [ending('s', NOW + 14 * DAY)] },
    'needs_attention',
    ['secret_expiring'],
  ],
  ['a second left', { secrets: [ending('s', NOW + 1)] }, 'needs_attention', ['secret_expiring']],
  ['a secret that ends now', { secrets: [ending('s', NOW)] }, 'expired', ['secret_expired']],
  [
    'an expired secret beside a live one',
    { secrets: [expired, live] },
    'needs_attention',
    ['secret_expired'],
  ],
  [
    'only expired secrets',
    { secrets: [expired, expired] },
    'expired',
    ['secret_expired', 'secret_expired'],
  ],
  ['no permission', { access: [] }, 'needs_attention', ['no_permissions']],
  ['no secret', { secrets: [] }, 'needs_attention', ['no_credentials']],
  [
    'nothing at all',
    { secrets: [], access: [] },
    'needs_attention',
    ['no_permissions', 'no_credentials'],
  ],
  ['only a retiring secret', { secrets: [retiring] }, 'available', []],
  ['a retiring secret that expires soon', { secrets: [retiringSoonExpired] }, 'available', []],
  [
    'a retiring secret beside an expired one',
    { secrets: [retiring, expired] },
    'needs_attention',
    ['secret_expired'],
  ],
  ['only a vanished secret', { secrets: [vanished] }, 'needs_attention', ['no_credentials']],
  [
    'a vanished secret beside an expired one',
    { secrets: [vanished, expired] },
    'expired',
    ['secret_expired'],
  ],
  ['a vanished secret beside a live one', { secrets: [vanished, live] }, 'available', []],
  [
    'an expired secret and no permission',
    { secrets: [expired], access: [] },
    'expired',
    ['secret_expired', 'no_permissions'],
  ],
  ['a key that does not expire alone', { secrets: [], publicKeys: [key] }, 'available', []],
  [
    'a key with 14 days and a second left',
    { publicKeys: [endingKey(NOW + 14 * DAY + 1)] },
    'available',
    [],
  ],
  [
    'a key with 14 days left',
    { publicKeys: [endingKey(NOW + 14 * DAY)] },
    'needs_attention',
    ['key_expiring'],
  ],
  [
    'a key that ends now beside a live secret',
    { publicKeys: [endingKey(NOW)] },
    'needs_attention',
    ['key_expired'],
  ],
  [
    'an expired secret beside a live key',
    { secrets: [expired], publicKeys: [key] },
    'needs_attention',
    ['secret_expired'],
  ],
  [
    'only expired credentials of both kinds',
    { secrets: [expired], publicKeys: [endingKey(NOW)] },
    'expired',
    ['secret_expired', 'key_expired'],
  ],
  [
    'only an expired key',
    { secrets: [], publicKeys: [endingKey(NOW)] },
    'expired',
    ['key_expired'],
  ],
  [
    'a vanished secret beside an expired key',
    { secrets: [vanished], publicKeys: [endingKey(NOW)] },
    'expired',
    ['key_expired'],
  ],
  ['a suspension', { suspension }, 'suspended', []],
  [
    'a suspension and an expired secret',
    { suspension, secrets: [expired] },
    'suspended',
    ['secret_expired'],
  ],
]

it.each(EXAMPLES)('judges a client with %s', (_, fields, status, reasons) => {
  expect(statusOf(aClient(fields), NOW)).toBe(status)
  expect(attentionOf(aClient(fields), NOW).map(({ reason }) => reason)).toEqual(reasons)
})

it('says which secret gives a reason, and when it ends', () => {
  expect(attentionOf(aClient({ secrets: [expired, live] }), NOW)).toEqual([
    { reason: 'secret_expired', secretId: 'expired', expiresAt: NOW - DAY },
  ])
})

it('says which key gives a reason, and when it ends', () => {
  const publicKeys = [key, endingKey(NOW + DAY)]
  expect(attentionOf(aClient({ publicKeys }), NOW)).toEqual([
    { reason: 'key_expiring', keyId: 'ending', expiresAt: NOW + DAY },
  ])
})

it('turns exactly when a secret has 14 days left, and exactly when it expires', () => {
  const age = fc.integer({ min: 15 * DAY, max: 700 * DAY })
  fc.assert(
    fc.property(age, (left) => {
      const one = aClient({ secrets: [aSecret({ expiresAt: NOW + left })] })
      const at = [left - 14 * DAY - 1, left - 14 * DAY, left - 1, left]
      expect(at.map((seconds) => statusOf(one, NOW + seconds))).toEqual([
        'available',
        'needs_attention',
        'needs_attention',
        'expired',
      ])
    }),
    RUNS,
  )
})

it('is suspended exactly when an administrator suspended it', () => {
  fc.assert(
    fc.property(client, (one) => {
      expect(statusOf(one, NOW) === 'suspended').toBe(one.suspension !== null)
    }),
    RUNS,
  )
})

it('is expired only when it has credentials and every one of them has ended', () => {
  fc.assert(
    fc.property(client, (one) => {
      const lifted = { ...one, suspension: null }
      const visible = one.secrets.filter((s) => s.retiresAt === null || s.retiresAt > NOW)
      const ends = [
        ...visible.map(endOf),
        ...one.publicKeys.map(({ expiresAt }) => expiresAt ?? Infinity),
      ]
      const allEnded = ends.length > 0 && ends.every((end) => end <= NOW)
      expect(statusOf(lifted, NOW) === 'expired').toBe(allEnded)
    }),
    RUNS,
  )
})

it('is available exactly when it is neither suspended nor gives a reason to look', () => {
  fc.assert(
    fc.property(client, (one) => {
      const isFine = one.suspension === null && attentionOf(one, NOW).length === 0
      expect(statusOf(one, NOW) === 'available').toBe(isFine)
    }),
    RUNS,
  )
})

it('gives the same reasons whether it is suspended or not', () => {
  fc.assert(
    fc.property(client, (one) => {
      expect(attentionOf({ ...one, suspension }, NOW)).toEqual(
        attentionOf({ ...one, suspension: null }, NOW),
      )
    }),
    RUNS,
  )
})

it('sees nothing of a retired secret whose end has come', () => {
  fc.assert(
    fc.property(client, fc.nat({ max: 4 }), span, (one, at, later) => {
      const gone = aSecret({ secretId: 'gone', retiresAt: Math.min(NOW, NOW + later) })
      const secrets = one.secrets.toSpliced(at, 0, gone)
      expect(statusOf({ ...one, secrets }, NOW)).toBe(statusOf(one, NOW))
      expect(attentionOf({ ...one, secrets }, NOW)).toEqual(attentionOf(one, NOW))
    }),
    RUNS,
  )
})

it('finds no reason in a retiring secret, which is a credential until it ends', () => {
  fc.assert(
    fc.property(client, (one) => {
      const before = attentionOf(one, NOW)
      const after = attentionOf({ ...one, secrets: [...one.secrets, retiring] }, NOW)
      expect(after).toEqual(before.filter(({ reason }) => reason !== 'no_credentials'))
    }),
    RUNS,
  )
})

it('depends on time alone: all dates moved by as much change nothing', () => {
  fc.assert(
    fc.property(client, fc.integer({ min: -NOW, max: NOW }), (one, by) => {
      const secrets = one.secrets.map((s) => ({
        ...s,
        createdAt: s.createdAt + by,
        expiresAt: s.expiresAt + by,
        retiresAt: s.retiresAt === null ? null : s.retiresAt + by,
      }))
      const publicKeys = one.publicKeys.map((k) => ({
        ...k,
        createdAt: k.createdAt + by,
        expiresAt: k.expiresAt === null ? null : k.expiresAt + by,
      }))
      expect(statusOf({ ...one, secrets, publicKeys }, NOW + by)).toBe(statusOf(one, NOW))
    }),
    RUNS,
  )
})

it('depends on no word that is stored: neither use, nor reminders, nor order', () => {
  fc.assert(
    fc.property(client, (one) => {
      const secrets = one.secrets
        .map((s) => ({ ...s, lastUsedAt: NOW, remind: !s.remind, remindedAt: NOW }))
        .reverse()
      const publicKeys = one.publicKeys
        .map((k) => ({ ...k, lastUsedAt: NOW, remind: !k.remind, remindedAt: NOW }))
        .reverse()
      const other = { ...one, secrets, publicKeys, lastTokenAt: NOW, generation: 9, updatedAt: NOW }
      expect(statusOf(other, NOW)).toBe(statusOf(one, NOW))
    }),
    RUNS,
  )
})

it('changes with time only where a credential ends, or has 14 days left', () => {
  fc.assert(
    fc.property(client, span, (one, later) => {
      const now = NOW + later
      const turns = one.secrets.flatMap((s) => [s.expiresAt, s.expiresAt - 14 * DAY, s.retiresAt])
      const keysTurn = one.publicKeys.flatMap(({ expiresAt }) =>
        expiresAt === null ? [] : [expiresAt, expiresAt - 14 * DAY],
      )
      if (![...turns, ...keysTurn].includes(now))
        expect(statusOf(one, now)).toBe(statusOf(one, now - 1))
    }),
    RUNS,
  )
})
