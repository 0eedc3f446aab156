import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AuditEvent, differences, sealedText } from '../../src/domain/audit.ts'
import { NOW, RUNS } from './arbitraries.ts'

type Unsealed = Omit<AuditEvent, 'seal'>

const EVENT: Unsealed = {
  seq: 7,
  eventId: 'evt_1',
  at: NOW,
  action: 'client.suspended',
  actor: { type: 'administrator', id: 'admin_1' },
  clientId: 'client_1',
  target: { type: 'client', id: 'client_1' },
  reason: 'leaked',
  changes: { suspended_at: { from: null, to: '2027-01-15T08:00:00Z' } },
  requestId: 'request_1',
}

/** Another event for each field, so that no field can be changed without a trace. */
const ALTERED: [string, Unsealed][] = [
  ['number', { ...EVENT, seq: 8 }],
  ['id', { ...EVENT, eventId: 'evt_2' }],
  ['time', { ...EVENT, at: NOW + 1 }],
  ['action', { ...EVENT, action: 'client.resumed' }],
  ['kind of actor', { ...EVENT, actor: { type: 'client', id: 'admin_1' } }],
  ['actor', { ...EVENT, actor: { type: 'administrator', id: 'admin_2' } }],
  ['client', { ...EVENT, clientId: null }],
  ['kind of target', { ...EVENT, target: { type: 'secret', id: 'client_1' } }],
  ['target', { ...EVENT, target: { type: 'client', id: 'client_2' } }],
  ['reason', { ...EVENT, reason: undefined }],
  ['changes', { ...EVENT, changes: { suspended_at: { from: null, to: null } } }],
  ['request', { ...EVENT, requestId: 'request_2' }],
]

it.each(ALTERED)('seals the %s of an event', (_, altered) => {
  expect(sealedText(altered, 'seal')).not.toBe(sealedText(EVENT, 'seal'))
})

it('seals the seal before', () => {
  expect(sealedText(EVENT, 'seal')).not.toBe(sealedText(EVENT, ''))
})

it('seals an event the same when it comes back from storage as JSON', () => {
  const { reason: _, changes: __, ...bare } = EVENT
  for (const event of [EVENT, { ...bare, reason: undefined, changes: undefined }]) {
    const stored = JSON.parse(JSON.stringify(event)) as Unsealed
    expect(sealedText(stored, 'seal')).toBe(sealedText(event, 'seal'))
  }
})

const eventOf = ([eventId, actor, target, requestId]: string[]): Unsealed => ({
  ...EVENT,
  eventId: eventId ?? '',
  actor: { type: 'client', id: actor ?? '' },
  target: { type: 'client', id: target ?? '' },
  requestId: requestId ?? '',
})

it('gives two events one text only where they are equal, wherever text is moved between fields', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\\', '[', ' '), maxLength: 4 })
  const fields = fc.tuple(text, text, text, text, text)
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other)
      const texts = [one, other].map((list) => sealedText(eventOf(list), list[4]))
      expect(texts[0] === texts[1]).toBe(isSame)
    }),
    { ...RUNS, numRuns: 500 },
  )
})

it('lists the fields that differ under their public names, with what they were and are', () => {
  const before = { name: 'Export', description: 'old', lifetime: 60, hidden: 1 }
  const after = { name: 'Export', description: 'new', lifetime: 120, hidden: 2 }
  const names = {
    name: 'client_name',
    description: 'description',
    lifetime: 'access_token_lifetime',
  }
  expect(differences(before, after, names)).toEqual({
    description: { from: 'old', to: 'new' },
    access_token_lifetime: { from: 60, to: 120 },
  })
  expect(differences(before, before, names)).toEqual({})
})

it('compares lists and null by value', () => {
  const names = { list: 'list', at: 'at' }
  const one = { list: [{ a: 1 }], at: null as number | null }
  expect(differences(one, { list: [{ a: 1 }], at: null }, names)).toEqual({})
  expect(differences(one, { list: [{ a: 2 }], at: 0 }, names)).toEqual({
    list: { from: [{ a: 1 }], to: [{ a: 2 }] },
    at: { from: null, to: 0 },
  })
})
