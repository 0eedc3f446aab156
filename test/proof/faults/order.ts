import type { Fault } from '../../doubles/faults.ts'

/** What goes wrong, and where; `lost, then down`: the answer is lost, and D1 is gone from then on. */
export type Mode = Fault | 'stale' | 'lost, then down'

/** What a request to the faulty Worker brings along. */
export type Order = {
  /** By which its trace is found; empty where nobody will ask. */
  id: string
  site?: string | undefined
  mode?: Mode | undefined
  /** Seconds by which the clock is off. */
  clock?: number | undefined
  /** Variables, secrets and bindings that are other than they should be; null: missing. */
  vars?: Record<string, string | null> | undefined
}

/** What became of it. */
export type Trace = {
  /** The calls to bindings in their order. */
  sites: string[]
  /** Those that really answered. */
  answered: string[]
  met: boolean
  /** How much work is still to be done behind the answer. */
  behind: number
  done: boolean
}
