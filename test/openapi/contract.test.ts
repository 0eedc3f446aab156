import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { unreachableDatabase } from '../support/counting.ts'
import { testServer } from '../support/server.ts'
import { expectDocumented } from './answers.ts'
import { type Operation, OPERATIONS, TAGS } from './document.ts'
import { type Draft, requestOf, validDraft } from './requests.ts'
import { spoiledDraft } from './spoiled.ts'
import { makeWorld, type World } from './world.ts'

const SEED = 20_261_122
const RUNS = 10

afterEach(() => void vi.restoreAllMocks())

/** Sends each request that is made of an operation; what came of them, by status. */
async function exercise<D extends Draft>(
  world: World,
  operation: Operation,
  drafts: (world: World) => fc.Arbitrary<D>,
  judge: (response: Response, draft: D) => void,
): Promise<Set<number>> {
  const seen = new Set<number>()
  // Ids change while it goes on: a value is made when it is sent.
  for (let run = 0; run < RUNS; run++) {
    const [draft] = fc.sample(drafts(world), { seed: SEED + run, numRuns: 1 }) as [D]
    const response = await world.server.send(...requestOf(operation, draft))
    seen.add(response.status)
    judge(response, draft)
    await expectDocumented(operation, response.clone())
    await world.goOn(operation, response)
  }
  return seen
}

describe.each(TAGS)('every operation on %s', (tag) => {
  const operations = OPERATIONS.filter((operation) => operation.tag === tag)

  it('answers what is as described with what is described, and does it', async () => {
    const world = await makeWorld()
    for (const operation of operations) {
      const seen = await exercise(
        world,
        operation,
        (now) => validDraft(operation, now),
        ({ status }, draft) =>
          expect(status, `${operation.id} ${JSON.stringify(draft)}`).toBeLessThan(500),
      )
      const done = Object.keys(operation.answers).filter((status) => status.startsWith('2'))
      expect(
        done.filter((status) => seen.has(Number(status))),
        operation.id,
      ).toEqual(done)
    }
  })

  it('refuses what is not, in the words of the description', async () => {
    const world = await makeWorld()
    for (const operation of operations) {
      const spoiled = spoiledDraft(operation, validDraft(operation, world), world)
      if (!spoiled) continue
      await exercise(
        world,
        operation,
        () => spoiled,
        ({ status }, draft) => {
          const what = `${operation.id} ${draft.how}`
          expect(status, what).toBeGreaterThanOrEqual(400)
          expect(status, what).toBeLessThan(500)
        },
      )
    }
  })
})

it('says 503 as described, and does nothing, when D1 is out of reach', async () => {
  // The log lines are read by another test.
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const world = await makeWorld()
  const server = testServer({
    statusLists: true,
    securityEvents: true,
    env: { DB: unreachableDatabase() },
  })
  for (const operation of OPERATIONS) {
    const drafts = fc.sample(validDraft(operation, world), { seed: SEED, numRuns: 3 })
    const seen = new Set<number>()
    for (const draft of drafts) {
      const response = await server.send(...requestOf(operation, draft))
      seen.add(response.status)
      await expectDocumented(operation, response)
    }
    const asksNothing = /metadata|configuration|description/i.test(operation.id)
    // Where events are off, there is nothing to ask D1 for.
    const isOff = /^(sendTest|resend)Events?$/.test(operation.id)
    expect([operation.id, ...seen]).toContain(asksNothing ? 200 : isOff ? 409 : 503)
    expect(seen.has(200) || seen.has(201) || seen.has(204), operation.id).toBe(asksNothing)
  }
  log.mockRestore()
})
