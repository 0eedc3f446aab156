import type { CallFault } from './gates-double.ts'
import type { Random } from './random.ts'
import { LOCATIONS, type Weather } from './world.ts'

/** The faults of a history; around a change those of its place. */
export type Storm = {
  weather: Weather
  begin: (place: number) => void
  end: () => void
  faults: () => number
}

/** The clock of an object is right, fast or slow: by less than a second in a lease. */
const RATES = [1, 1.03, 0.97]

type Plan = { place: number; commit: 'fails' | 'is not heard' | 'dies' | null; writes: number }

export function weatherOf(random: Random): Storm {
  const { between, chance, oneOf } = random
  const rates = new Map<string, number>()
  let plan: Plan | null = null
  let faults = 0
  const count = <T>(fault: T): T => {
    if (fault !== null) faults += 1
    return fault
  }
  const isDead = (place: number) =>
    plan?.place === place && plan.commit === 'dies' && plan.writes > 1

  function d1Fault(isWrite: boolean, who: string): ReturnType<Weather['d1Fault']> {
    if (who === 'gate') return chance(0.03) ? 'throws' : null
    const place = Number(who.slice('worker '.length))
    if (place < LOCATIONS || !plan) return null
    if (isWrite) plan.writes += 1
    if (plan.commit === 'dies')
      return plan.writes > 0 && !(isWrite && plan.writes === 1) ? 'hangs' : null
    if (!isWrite || plan.writes !== 1) return null
    if (plan.commit === 'fails') return 'throws'
    return plan.commit === 'is not heard' ? 'throws after commit' : null
  }

  function callFault(place: number, call: 'facts' | 'invalidate'): CallFault {
    if (isDead(place) || (plan?.place === place && plan.commit === 'dies')) return 'hangs'
    if (call === 'invalidate')
      return chance(0.3) ? oneOf(['lost', 'unheard', 'hangs'] as const) : null
    return chance(0.06) ? oneOf(['lost', 'unheard', 'hangs'] as const) : null
  }

  return {
    weather: {
      d1Delay: () => (chance(0.25) ? between(100, 4_500) : between(1, 40)),
      d1Fault: (isWrite, who) => count(d1Fault(isWrite, who)),
      rateOf(gate) {
        const rate = rates.get(gate) ?? oneOf(RATES)
        rates.set(gate, rate)
        return rate
      },
      network: (place) => ({
        fault: (call) => count(callFault(place, call)),
        delay: () => (chance(0.1) ? between(100, 900) : between(1, 20)),
      }),
    },
    begin: (place) => {
      const commit = chance(0.4) ? oneOf(['fails', 'is not heard', 'dies'] as const) : null
      plan = { place, commit, writes: 0 }
    },
    end: () => void (plan = null),
    faults: () => faults,
  }
}
