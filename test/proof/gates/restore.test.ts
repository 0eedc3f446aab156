import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type Isolate, ok } from '../races/isolate.ts'
import { changesOf } from './changes.ts'
import * as real from './entry.ts'
import { gatesWorld, type GatesWorld } from './world.ts'

// D1 is taken back, and no gate is told of it. As in docs/operations.md.

const LEASE_MS = 30_000
const A_MOMENT_MS = 1000

let world: GatesWorld
const log = vi.spyOn(console, 'error').mockImplementation(() => {})

beforeAll(async () => {
  world = await gatesWorld(real)
})
beforeEach(() => world.begin())
afterAll(() => {
  world.close()
  log.mockRestore()
})

async function isActive(isolate: Isolate | undefined): Promise<boolean> {
  const { subject, caller } = world
  const { answer } = await (isolate as Isolate).introspect(subject.token, caller)
  return answer.body['active'] === true
}

async function suspend(): Promise<void> {
  await ok(changesOf(world.subject).suspend.ask(world.isolates[3] as Isolate))
}

it('INV-22: what a gate knows to be cut off stays so for a lease; then it says what D1 says', async () => {
  const { time, sqlite, isolates } = world
  const said = await time.until(
    (async () => {
      const before = sqlite.snapshot()
      await suspend()
      const known = await isActive(isolates[0])
      sqlite.rewind(before)
      const remembered = await isActive(isolates[1])
      await time.sleep(LEASE_MS + A_MOMENT_MS)
      return { known, remembered, later: await isActive(isolates[2]) }
    })(),
  )
  expect(said).toEqual({ known: false, remembered: false, later: true })
})

it('INV-22: closed, nothing is active whatever gates have read; a lease later they read anew', async () => {
  const { time, sqlite, isolates, closed } = world
  const said = await time.until(
    (async () => {
      const before = sqlite.snapshot()
      await suspend()
      const after = sqlite.snapshot()
      sqlite.rewind(before)
      // A question between the restore and the closing, as where that was forgotten.
      const forgotten = await isActive(isolates[0])
      const whileClosed = await isActive(closed)
      // The client is suspended again, as by a comparison with the denylist that tells no gate.
      sqlite.rewind(after)
      const tooEarly = await isActive(isolates[1])
      await time.sleep(LEASE_MS + A_MOMENT_MS)
      return { forgotten, whileClosed, tooEarly, opened: await isActive(isolates[1]) }
    })(),
  )
  expect(said).toEqual({ forgotten: true, whileClosed: false, tooEarly: true, opened: false })
})
