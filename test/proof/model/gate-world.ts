import type { GateBinding } from '../../../src/storage/gates/gate-binding.ts'
import { type GateParts, gatesDouble } from '../gates/gates-double.ts'
import { quiet } from '../races/scheduler.ts'
import { d1WithFaults, underFault } from './faults.ts'
import { takeWaits } from './patience.ts'
import type { World } from './world.ts'

/** The clock of an object is right, fast or slow, by less than a second in a lease; and hours off. */
const RATES = [1, 1.03, 0.97]
const HOUR_MS = 3_600_000

/** A gate may know for so long what was before a change of which it was not told. */
export const LEASE_MS = 31_000

/** The objects behind a world's gates, and the time that they measure. */
export type ModelGates = {
  objects: Objects
  binding: GateBinding
  now: () => number
  /** From now on a lease passes when nothing else can happen; until the answer undoes it. */
  install: () => () => void
}

type Objects = ReturnType<typeof gatesDouble>
type Parts = Pick<World, 'clock' | 'sqlite' | 'faults'>

/**
 * A wait for a lease passes for gates alone: what else a request meets has the one time that the model
 * computes with. Gates compare no clock but their own, so that they cannot tell.
 */
export function modelGates(module: GateParts, { clock, sqlite, faults }: Parts): ModelGates {
  let waited = 0
  const now = () => clock.now * 1000 + waited
  const began = now()
  const numbers = new Map<string, number>()
  const clockOf = (name: string) => {
    const n = numbers.get(name) ?? numbers.size
    numbers.set(name, n)
    const rate = RATES[n % RATES.length] ?? 1
    return began + n * HOUR_MS + (now() - began) * rate
  }
  // A server that does not wait for a gate to hear of a change is found by that.
  const sleep = (late: number) => (late > 0 ? quiet() : Promise.resolve())
  const objects = gatesDouble({ module, d1: d1WithFaults(sqlite, faults), clockOf, sleep })
  const binding = objects.binding({
    fault: () => null,
    delay: (call) => (call === 'invalidate' ? 1 : 0),
  }) as GateBinding

  function wait(work: () => void, milliseconds: number): object {
    const due = now() + milliseconds
    const end = () => {
      waited += Math.max(0, due - now())
      work()
    }
    void quiet().then(end)
    return {}
  }

  function install(): () => void {
    const undo = takeWaits(wait)
    const realNow = Date.now
    Date.now = now
    return () => {
      Date.now = realNow
      undo()
    }
  }

  return { objects, binding, now, install }
}

/** The same calls from a place where they may fail. */
export function gatesWithFaults({ binding }: ModelGates, faults: World['faults']): GateBinding {
  return {
    idFromName: binding.idFromName,
    get(id) {
      const gate = binding.get(id)
      return {
        facts: (...args) => underFault(faults.at('gate read'), () => gate.facts(...args)),
        invalidate: () => underFault(faults.at('gate change'), () => gate.invalidate()),
        answers: () => underFault(faults.at('gate read'), () => gate.answers()),
      }
    },
  }
}
