import type { ClientFacts } from '../../../src/storage/gates/client-facts.ts'
import type { GateBinding } from '../../../src/storage/gates/gate-binding.ts'
import type * as entry from './entry.ts'

export type GatesModule = typeof entry

/** How a call of a gate ends: `lost`: it never arrives; `unheard`: it arrives, and its answer does not. */
export type CallFault = 'lost' | 'unheard' | 'hangs' | null

/** Decides for each call from one place what becomes of it, and how long it takes each way. */
export type Network = { fault: (call: Call) => CallFault; delay: (call: Call) => number }

type Call = 'facts' | 'invalidate'

/** Both parts of a gate. */
export type GateParts = Pick<GatesModule, 'HeldFacts' | 'readClientFacts'>

type Parts = {
  module: GateParts
  /** The D1 of the objects. */
  d1: D1Database
  /** The clock of an object: milliseconds, and not those of others. */
  clockOf: (name: string) => number
  sleep: (ms: number) => Promise<unknown>
}

/** The objects of all gates in this process's memory; a gate begins when it is first asked for. */
export function gatesDouble({ module, d1, clockOf, sleep }: Parts) {
  const gates = new Map<string, InstanceType<GateParts['HeldFacts']>>()

  function gate(name: string) {
    const known = gates.get(name)
    if (known) return known
    const read = () => module.readClientFacts(d1, name)
    const made = new module.HeldFacts<unknown>(read, () => clockOf(name))
    gates.set(name, made)
    return made
  }

  async function called<T>(call: Call, network: Network, run: () => T | Promise<T>) {
    const fault = network.fault(call)
    if (fault === 'hangs') return new Promise<never>(() => {})
    await sleep(network.delay(call))
    if (fault === 'lost') throw new Error('the object is out of reach')
    const answer = await run()
    await sleep(network.delay(call))
    if (fault === 'unheard') throw new Error('the connection is lost')
    return answer
  }

  return {
    /** The binding as a Worker at one place has it. */
    binding: (network: Network): GateBinding<string> => ({
      idFromName: (name) => name,
      get: (name) => ({
        facts: (_id, lease) =>
          called('facts', network, () => gate(name).facts(lease)) as Promise<ClientFacts>,
        invalidate: () => called('invalidate', network, () => gate(name).invalidate()),
        answers: async () => true,
      }),
    }),
    /** Has an object begin anew: it forgets, and what it was reading is for those who asked before. */
    restart: (name: string) => void gates.delete(name),
    restartAll: () => gates.clear(),
  }
}
