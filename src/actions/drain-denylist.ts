import { type SpreadDeps, writeDue } from './spread-denylist.ts'

/** Writes the denylist entries that are due, a bounded number at a time: how many, and how many of them in vain. */
export async function drainDenylist(
  deps: SpreadDeps,
  limit: number,
): Promise<{ entries: number; inVain: number }> {
  const settled = [...(await writeDue(deps, { limit })).values()]
  const inVain = settled.filter((one) => one === 'unsettled').length
  return { entries: settled.length, inVain }
}
