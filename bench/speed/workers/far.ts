import { faultyD1 } from '../../../test/doubles/faults.ts'

/** D1 of which each round trip takes so many milliseconds longer. */
export function farDatabase(d1: D1Database, ms: number): D1Database {
  return faultyD1(d1, () => new Promise<void>((resolve) => setTimeout(resolve, ms)))
}
