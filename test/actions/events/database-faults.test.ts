import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HOUR } from '../../../src/domain/time.ts'
import type { Call, Fault } from '../../doubles/faults.ts'
import {
  begin,
  eventIdsAfter,
  eventsReceiver,
  runs,
  serverWithEvents,
  withoutRepeats,
} from '../../support/events-receiver.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

/** The calls of a run from its claim on: more than the delivery makes. */
const CALLS = [0, 1, 2, 3, 4]

const isClaim = ({ texts: [text = ''] }: Call) =>
  text.startsWith('UPDATE portcullis_chores SET ran_at')

/**
 * In one run the nth call of D1 behind the claim of the events goes wrong; `forGood`: so does every
 * later one, as in a run that is killed there.
 */
function faultAt(nth: number, fault: Fault, forGood: boolean) {
  const state = { isArmed: false, behind: -1 }
  const plan = (call: Call): Fault | null => {
    if (!state.isArmed) return null
    if (state.behind >= 0 || isClaim(call)) state.behind++
    const isNow = forGood ? state.behind > nth : state.behind === nth + 1
    return isNow ? fault : null
  }
  return { state, plan }
}

async function storyWith(nth: number, fault: Fault, forGood: boolean) {
  const receiver = eventsReceiver()
  const { state, plan } = faultAt(nth, fault, forGood)
  const server = serverWithEvents({}, plan)
  const begun = await begin(server, receiver)
  const client = await server.client()
  await server.suspend(client)
  state.isArmed = true
  await runs(server, 1)
  state.isArmed = false
  await server.resume(client)
  // The lease of a run that was killed lapses.
  server.clock.now += HOUR
  await runs(server, 2)
  return { accepted: receiver.accepted(), all: await eventIdsAfter(begun), faults: state.behind }
}

describe('a run whose database goes wrong', () => {
  it.each(
    CALLS.flatMap((nth) =>
      (['throws', 'throws after commit'] as const).flatMap((fault) =>
        [false, true].map((forGood) => [nth, fault, forGood] as const),
      ),
    ),
  )(
    'at call %i behind the claim, which %s, for good: %s: no event is lost, and the order is kept',
    async (nth, fault, forGood) => {
      const { accepted, all, faults } = await storyWith(nth, fault, forGood)
      expect(faults).toBeGreaterThan(0)
      expect(withoutRepeats(accepted)).toEqual(all)
      // Events that are sent again have the same id, and come before later ones.
      expect(accepted.length).toBeLessThanOrEqual(2 * all.length)
    },
  )
})
