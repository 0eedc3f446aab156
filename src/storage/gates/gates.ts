import type { Gates, Touched } from '../../domain/gate.ts'
import { mayBeClientId } from '../../domain/gate.ts'
import type { Seconds } from '../../domain/time.ts'
import type { GateCalls } from './gate-binding.ts'

/** Two clocks that measure the same lease may differ in their rate. */
const RATE: Seconds = 1

type Time = { now: () => number; sleep: (ms: number) => Promise<unknown> }

const REAL: Time = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/**
 * The committer's side of the protocol: each gate is told; where one does not confirm it, or there are
 * too many, the lease is waited out. It is counted from the call, which comes after the commit.
 */
export function gatesBehind(calls: GateCalls, { now, sleep }: Time = REAL): Gates {
  async function settle(touched: Touched): Promise<void> {
    const began = now()
    if (touched !== 'everybody' && (await haveForgotten(calls, touched))) return
    await sleep(Math.max(0, began + (calls.lease + RATE) * 1000 - now()))
  }

  return {
    settle,
    tell: (clientIds) => haveForgotten(calls, clientIds),
    answers: () =>
      calls.answers().then(
        () => true,
        () => false,
      ),
  }
}

/** Whether each gate confirmed it. An id that no client may have has no gate. */
async function haveForgotten(calls: GateCalls, touched: ReadonlySet<string>): Promise<boolean> {
  const told = [...touched].filter(mayBeClientId).map((id) => calls.invalidate(id))
  return (await Promise.allSettled(told)).every(({ status }) => status === 'fulfilled')
}
