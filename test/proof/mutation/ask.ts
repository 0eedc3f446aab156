/** Mutants by id, and how often they were met. */
export type Covered = Record<string, number>

export type PlannedTest = { index: number; limit: number; ms: number }
export type Planned = { file: string; loadLimit: number; tests: PlannedTest[] }

/**
 * The driver's requests to a worker: to run a file as it is or with a planted mistake, all of it or until a test
 * fails, or the tests that judge a mutant.
 */
export type Ask =
  | { kind: 'dry'; file: string; mistake?: string | undefined; endsOnFailure?: boolean }
  | { kind: 'mutant'; mutant: string; plan: Planned[] }

/** A test file as it is without a mutant. */
export type Dry = {
  file: string
  loadMs: number
  loadCovers: Covered
  tests: { name: string; ms: number; problem: string | null; covered: Covered }[]
}

export type Status = 'killed' | 'timeout' | 'survived' | 'no coverage'
export type Verdict = { status: Status; file?: string; by?: string; index?: number }
