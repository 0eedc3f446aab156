import { expect, it } from 'vitest'
import { deliveryIn } from '../../../src/actions/events/delivery-state.ts'
import { resendEvents } from '../../../src/actions/events/resend-events.ts'
import { type Named, nameKey } from '../../../src/domain/audit.ts'
import { EVENTS } from '../../../src/domain/event-delivery.ts'
import type { EventDelivery, EventMessage } from '../../../src/domain/events-webhook.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors } from '../memory.ts'

const ACCEPTED: EventDelivery = { outcome: 'accepted' }
const REFUSED: EventDelivery = { outcome: 'refused', detail: 'status 422' }

const aside = (seq: number) => ({
  seq,
  eventId: `evt_${seq}`,
  type: 'client.suspended',
  at: NOW - 3600,
  detail: 'status 422',
})

/** An event of the log, as much of it as its names need. */
const eventAt = (seq: number) => ({
  seq,
  clientId: `client_${seq}`,
  actor: { type: 'bootstrap', id: 'bootstrap' },
  target: { type: 'client', id: `client_${seq}` },
})

/** A server whose receiver answers thus, in turn, and has these events set aside. */
function withSetAside(seqs: number[], answers: EventDelivery[]) {
  const { jobStates, noted } = memoryAnchors()
  const setAside = seqs.map(aside)
  const position = { since: NOW, seq: 9, lease: null, failing: null, failures: [], setAside }
  noted.set(EVENTS, { ranAt: NOW, position })
  const sent: EventMessage[] = []
  const asked: string[][] = []
  const deps = {
    jobStates,
    now: () => NOW + 60,
    auditEvents: {
      since: async (after: number) => [eventAt(after + 1)],
      names: async (of: Named[]) => {
        asked.push(of.map(nameKey))
        return new Map()
      },
    },
    eventsWebhook: {
      send: async (message: EventMessage) => {
        sent.push(message)
        return answers.shift() ?? ACCEPTED
      },
    },
  }
  const left = () => deliveryIn(noted)?.setAside.map(({ seq }) => seq)
  return { deps: deps as never, sent, asked, left, noted }
}

it('what is accepted is no longer set aside, and everything else still is', async () => {
  const { deps, sent, asked, left, noted } = withSetAside([2, 5, 7], [ACCEPTED, REFUSED])
  expect(await resendEvents(deps, undefined)).toEqual([
    { eventId: 'evt_2', type: 'client.suspended', delivery: ACCEPTED },
    { eventId: 'evt_5', type: 'client.suspended', delivery: REFUSED },
  ])
  expect(sent).toEqual(
    [2, 5].map((seq) => ({ kind: 'event', event: eventAt(seq), names: new Map() })),
  )
  expect(asked).toEqual([['client client_2'], ['client client_5']])
  expect(left()).toEqual([5, 7])
  expect(noted.get(EVENTS)?.ranAt).toBe(NOW + 60)
})

it('one of them is sent again alone', async () => {
  const { deps, left } = withSetAside([2, 5, 7], [])
  expect((await resendEvents(deps, 'evt_5')).map(({ eventId }) => eventId)).toEqual(['evt_5'])
  expect(left()).toEqual([2, 7])
})

it('ten are sent at once, and no more', async () => {
  const seqs = Array.from({ length: 11 }, (_, i) => i + 1)
  const { deps, left } = withSetAside(seqs, [])
  expect(await resendEvents(deps, undefined)).toHaveLength(10)
  expect(left()).toEqual([11])
})

it('one that is not set aside is not found', async () => {
  const { deps, sent } = withSetAside([2], [])
  await expect(resendEvents(deps, 'evt_3')).rejects.toMatchObject({
    code: 'not_found',
    message: 'No event with this id is set aside.',
  })
  expect(sent).toEqual([])
})
