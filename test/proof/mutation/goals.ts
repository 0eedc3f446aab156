import type { Score } from './table.ts'

/**
 * The least share, in percent, of the mutants of a room that some test must notice. The command line is
 * mutated too, but judged by no goal: its tests run the built program, which has no switches.
 */
export const GOALS: Record<string, number> = {
  platform: 92,
  domain: 92,
  actions: 92,
  storage: 97,
  crypto: 92,
  mail: 92,
  http: 97,
  console: 92,
  'sign-in': 97,
  web: 97,
  outbound: 92,
  guard: 97,
  testing: 92,
  root: 92,
}

/**
 * The first folder of a source file; `root` of those that compose the rooms. Signing in to the
 * console has a goal of its own.
 */
export function roomOf(source: string): string {
  if (source.startsWith('src/console/sign-in/')) return 'sign-in'
  return source.split('/').length > 2 ? (source.split('/')[1] ?? '') : 'root'
}

/** Rooms of which too many mutants live; a sample of few tells nothing. */
export function belowGoal(scores: Score[]): Score[] {
  return scores.filter(({ room, mutants, score }) => mutants >= FEW && score < (GOALS[room] ?? 0))
}

const FEW = 20
