import type { Fault } from '../../doubles/faults.ts'

/** The fault to inject; `lost, then down`: the answer is lost, and D1 is gone from then on. */
export type Mode = Fault | 'stale' | 'lost, then down'

/** The data that a request to the faulty Worker carries. */
export type Order = {
  /** Identifies its trace; empty if the trace will not be asked for. */
  id: string
  site?: string | undefined
  mode?: Mode | undefined
  /** Seconds by which the clock is off. */
  clock?: number | undefined
  /** Variables, secrets and bindings that are other than they should be; null: missing. */
  vars?: Record<string, string | null> | undefined
}

/** The recorded outcome. */
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
