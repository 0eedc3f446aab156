import { gateContract, type GateUnderTest } from '../../doubles/contracts/gate.ts'
import { scriptedFacts } from '../../doubles/contracts/scripted-facts.ts'
import { gatesDouble } from './gates-double.ts'
import * as real from './entry.ts'

gateContract('the gate in memory', async (): Promise<GateUnderTest> => {
  let now = 0
  const { read, script } = scriptedFacts()
  const readClientFacts = async () => ({ generation: await read() }) as never
  const module = { ...real, readClientFacts }
  const parts = { module, d1: {} as D1Database, clockOf: () => now, sleep: async () => {} }
  const binding = gatesDouble(parts).binding({ fault: () => null, delay: () => 0 })
  const stub = binding.get('client_1')
  return {
    facts: async (leaseMs) => (await stub.facts('client_1', leaseMs)).generation,
    invalidate: () => stub.invalidate(),
    ...script,
    async pass(ms) {
      now += ms
      await new Promise((resolve) => void setImmediate(resolve))
    },
  }
})
