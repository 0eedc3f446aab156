import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { GateBinding } from '../../src/storage/gates/gate-binding.ts'
import type { WorkerEnv } from '../../src/worker.ts'

/** The binding of real gates, as the deployed Worker has it. */
export const GATES: Partial<WorkerEnv> = { GATES: env.TEST_GATES }

type Stub = ReturnType<GateBinding['get']>

/** Real gates, of which a method is replaced: by one that fails, hangs, or notes that it was called. */
export function gatesBut(change: (stub: Stub, name: string) => Partial<Stub>): Partial<WorkerEnv> {
  const binding: GateBinding<string> = {
    idFromName: (name) => name,
    get(name) {
      const real = env.TEST_GATES.get(env.TEST_GATES.idFromName(name))
      const stub: Stub = {
        facts: (clientId, leaseMs) => real.facts(clientId, leaseMs),
        invalidate: async () => real.invalidate(),
        answers: async () => real.answers(),
      }
      return { ...stub, ...change(stub, name) }
    },
  }
  return { GATES: binding as unknown as NonNullable<WorkerEnv['GATES']> }
}

export const outOfReach = async (): Promise<never> => {
  throw new Error('the object is out of reach')
}

/** Has the object of this client begun anew, as when the platform moves it. */
export async function restartGate(clientId: string): Promise<void> {
  const stub = env.TEST_GATES.get(env.TEST_GATES.idFromName(clientId))
  await runInDurableObject(stub, (gate) => {
    Object.assign(gate, { held: null })
  })
}
