import type { Gates } from '../../domain/gate.ts'

/** A job that changes more clients than this is followed by others, which need the budget, too. */
const TOLD_IN_A_RUN = 10

/** The gates as the jobs of one run have them, and what tells those whose clients were changed. */
export type GatesOfRun = { gates: Gates | null; tell: (operationsLeft: number) => Promise<void> }

/**
 * Changes of the cron are acknowledged to no one, so that nothing waits for a gate. Gates are told once
 * a job is over, a call for each, while the budget lasts: a portion's operations stay what they are.
 * The others ask the database anew within the lease.
 */
export function gatesOfRun(gates: Gates | null): GatesOfRun {
  if (!gates) return { gates, tell: async () => {} }
  const touched = new Set<string>()
  let left = TOLD_IN_A_RUN
  return {
    gates: {
      ...gates,
      async settle(some) {
        if (some !== 'everybody') for (const id of some) touched.add(id)
      },
    },
    async tell(operationsLeft) {
      const told = [...touched].slice(0, Math.max(0, Math.min(left, operationsLeft)))
      touched.clear()
      left -= told.length
      if (told.length > 0) await gates.tell(new Set(told))
    },
  }
}
