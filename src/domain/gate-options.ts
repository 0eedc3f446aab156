import { numberIn } from './policy-variables.ts'
import { type ReadOr, WrongSetting } from './setting.ts'
import type { Seconds } from './time.ts'

/** The settings of gates; see docs/gates.md. */
export type GateOptions = {
  /**
   * For how many seconds a gate may answer without asking the database again, 5 to 60. An answer to
   * a change of which a gate cannot be told waits as long. @default 30
   */
  gateLeaseSeconds?: number | undefined
}

/** The variable, as it is written. */
export type GateVariables = { GATE_LEASE_SECONDS?: string }

export const GATE_LEASE_SECONDS = 30
const LEAST = 5
export const GATE_LEASE_MOST = 60

/** The setting as the variable has it; a wrong one is replaced, and reported. */
export function gateOptionsIn(env: GateVariables, readOr: ReadOr): GateOptions {
  const lease = () => readGateLease('GATE_LEASE_SECONDS', numberIn(env.GATE_LEASE_SECONDS))
  return { gateLeaseSeconds: readOr(lease, undefined, `${GATE_LEASE_SECONDS} are used`) }
}

/** @throws WrongSetting */
export function readGateLease(as: string, seconds: number = GATE_LEASE_SECONDS): Seconds {
  if (Number.isInteger(seconds) && seconds >= LEAST && seconds <= GATE_LEASE_MOST) return seconds
  const message = `${as} must be a whole number of seconds from ${LEAST} to ${GATE_LEASE_MOST}`
  throw new WrongSetting('GATE_LEASE_SECONDS', message)
}
