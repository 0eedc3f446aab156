import { gateContract, type GateUnderTest } from '../../doubles/contracts/gate.ts'
import { gatesDouble } from './gates-double.ts'
import * as real from './entry.ts'

gateContract('the gate in memory', async (): Promise<GateUnderTest> => {
  let [now, value, reads] = [0, 0, 0]
  let isFailing = false
  let held: { begun: () => void; until: Promise<void> } | null = null
  const readClientFacts = async () => {
    reads += 1
    if (isFailing) {
      isFailing = false
      throw new Error('d1 is out of reach')
    }
    const facts = { generation: value } as never
    held?.begun()
    await held?.until
    return facts
  }
  const module = { ...real, readClientFacts }
  const parts = { module, d1: {} as D1Database, clockOf: () => now, sleep: async () => {} }
  const binding = gatesDouble(parts).binding({ fault: () => null, delay: () => 0 })
  const stub = binding.get('client_1')
  return {
    facts: async (leaseMs) => (await stub.facts('client_1', leaseMs)).generation,
    invalidate: () => stub.invalidate(),
    commit: (next) => void (value = next),
    reads: () => reads,
    failNextRead: () => void (isFailing = true),
    holdReads() {
      const [begun, until] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      held = { begun: begun.resolve, until: until.promise }
      return {
        begun: () => begun.promise,
        letGo() {
          held = null
          until.resolve()
        },
      }
    },
    async pass(ms) {
      now += ms
      await new Promise((resolve) => void setImmediate(resolve))
    },
  }
})
