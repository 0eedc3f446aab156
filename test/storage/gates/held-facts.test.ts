import { expect, it } from 'vitest'
import { HeldFacts } from '../../../src/storage/gates/held-facts.ts'
import { gateContract, type GateUnderTest } from '../../doubles/contracts/gate.ts'
import { scriptedFacts } from '../../doubles/contracts/scripted-facts.ts'

const LEASE = 60_000

/** The memory of a gate over a number, on a clock of its own. */
function memory(): GateUnderTest {
  let now = 1_000_000
  const { read, script } = scriptedFacts()
  const facts = new HeldFacts(read, () => now)
  return {
    facts: (lease) => facts.facts(lease),
    invalidate: async () => facts.invalidate(),
    ...script,
    async pass(ms) {
      now += ms
      await new Promise((resolve) => setTimeout(resolve, 0))
    },
  }
}

gateContract('the memory of a gate', async () => memory())

it('INV-20: a gate answers from memory to the end of the lease, and not a millisecond longer', async () => {
  const gate = memory()
  await gate.facts(LEASE)
  await gate.pass(LEASE)
  await gate.facts(LEASE)
  expect(gate.reads()).toBe(1)
  await gate.pass(1)
  await gate.facts(LEASE)
  expect(gate.reads()).toBe(2)
})

it('INV-20: a gate whose clock was set back reads anew', async () => {
  const gate = memory()
  await gate.facts(LEASE)
  await gate.pass(-1)
  await gate.facts(LEASE)
  expect(gate.reads()).toBe(2)
})

it('INV-20: a gate that was told of a change keeps what it reads from then on', async () => {
  const gate = memory()
  for (let told = 1; told <= 2; told++) {
    await gate.invalidate()
    await gate.facts(LEASE)
    await gate.facts(LEASE)
    expect(gate.reads()).toBe(told)
  }
})

it('INV-20: a read that is overtaken leaves the newer one under way to be shared', async () => {
  const gate = memory()
  const first = gate.holdReads()
  const early = gate.facts(LEASE)
  await first.begun()
  await gate.invalidate()
  const second = gate.holdReads()
  const late = gate.facts(LEASE)
  await second.begun()
  first.letGo()
  await early
  const shared = gate.facts(LEASE)
  second.letGo()
  await Promise.all([late, shared])
  expect(gate.reads()).toBe(2)
})

it('INV-20: a read that is overtaken takes nothing from what was read behind it', async () => {
  const gate = memory()
  const { begun, letGo } = gate.holdReads()
  const early = gate.facts(LEASE)
  await begun()
  await gate.invalidate()
  gate.holdReads().letGo()
  await gate.facts(LEASE)
  letGo()
  await early
  await gate.facts(LEASE)
  expect(gate.reads()).toBe(2)
})
