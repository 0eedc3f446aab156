import { type SpreadDeps, writeDue } from './spread-denylist.ts'

/** Writes the denylist entries that are due, a bounded number at a time; how many there were. */
export async function drainDenylist(deps: SpreadDeps, limit: number): Promise<number> {
  return (await writeDue(deps, { limit })).size
}
