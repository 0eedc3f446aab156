import { expect, it } from 'vitest'
import { pendingIn, settled } from '../../../src/actions/streams/pending.ts'
import { EVENT_TYPES, VERIFICATION } from '../../../src/domain/security-event.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { anEvent, aStream, CLIENT } from './memory-streams.ts'

const [REVOKED, , , DISABLED] = EVENT_TYPES
// Two tokens, none, and one.
const EVENTS = [
  anEvent(1, { action: 'client.suspended' }),
  anEvent(2, { clientId: null, action: 'role.updated' }),
  anEvent(3),
]
const MESSAGE = { jti: 'm1', at: NOW, type: VERIFICATION, content: {} }
const idsOf = (tokens: { jti: string }[]) => tokens.map(({ jti }) => jti)
const taking = (stream: ReturnType<typeof aStream>, ...ids: string[]) =>
  settled(stream, EVENTS, new Set(ids), ISSUER)

it('what is pending are messages, and tokens that were not acknowledged, as the receiver wants them', () => {
  const pending = (fields: Parameters<typeof aStream>[0]) =>
    idsOf(pendingIn(aStream(fields), EVENTS, ISSUER))
  const [token] = pendingIn(aStream(), EVENTS, ISSUER)
  expect(token).toMatchObject({ iss: ISSUER, aud: CLIENT, jti: 'evt_1.0' })
  expect(pending({ messages: [MESSAGE] })).toEqual(['m1', 'evt_1.0', 'evt_1.1', 'evt_3.0'])
  expect(pending({ acked: ['evt_1.1', 'evt_3.0'] })).toEqual(['evt_1.0'])
  expect(pending({ requested: [REVOKED] })).toEqual(['evt_1.1', 'evt_3.0'])
  expect(pending({ requested: [DISABLED] })).toEqual(['evt_1.0'])
  expect(pending({ requested: [] })).toEqual([])
  expect(pending({ excluded: ['client_1'] })).toEqual([])
  expect(pending({ excluded: ['client_2'] })).toHaveLength(3)
})

it('a stream moves up to the first event of which something is pending', () => {
  const stream = aStream({ messages: [MESSAGE, { ...MESSAGE, jti: 'm2' }] })
  expect(taking(stream)).toEqual({ ...stream, seq: 0, acked: [] })
  expect(taking(stream, 'm1', 'other')).toEqual({
    ...stream,
    messages: [{ ...MESSAGE, jti: 'm2' }],
  })
  expect(taking(stream, 'evt_1.1', 'evt_3.0')).toEqual({
    ...stream,
    seq: 0,
    acked: ['evt_1.1', 'evt_3.0'],
  })
  expect(taking(stream, 'evt_1.0', 'evt_1.1')).toEqual({ ...stream, seq: 2, acked: [] })
  const acked = aStream({ acked: ['evt_1.0'] })
  expect(taking(acked, 'evt_1.1')).toEqual(aStream({ seq: 2, acked: [] }))
  expect(taking(acked, 'evt_1.1', 'evt_3.0')).toEqual(aStream({ seq: 3, acked: [] }))
})

it('ids are kept of events alone that are behind the position', () => {
  const events = [...EVENTS, anEvent(4), anEvent(5)]
  const taken = new Set(['evt_1.0', 'evt_1.1', 'evt_4.0'])
  expect(settled(aStream(), events, taken, ISSUER)).toEqual(aStream({ seq: 2, acked: ['evt_4.0'] }))
})

it('a stream stays where it is without events', () => {
  const stream = aStream({ seq: 7, acked: ['evt_8.0'] })
  expect(settled(stream, [], new Set(['evt_1.0']), ISSUER)).toEqual(stream)
})
