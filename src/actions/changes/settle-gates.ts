import { type Touched, touchedBy } from '../../domain/gate.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Made } from '../../domain/idempotency.ts'

export type SettleDeps = Pick<Deps, 'gates' | 'answerAfter'>

/** Has the gates forget what is untrue by now. The answer waits for it, and nothing else does. */
export function settleGates({ gates, answerAfter }: SettleDeps, touched: Touched): void {
  if (!gates || (touched !== 'everybody' && touched.size === 0)) return
  answerAfter(gates.settle(touched))
}

/** The same of these clients, where an answer says of them what an earlier request may have done. */
export function settleClients(deps: SettleDeps, clientIds: string[]): void {
  settleGates(deps, touchedBy([], clientIds))
}

const OF_EVERYBODY = new Set<Made['type']>(['role', 'api', 'issuer', 'signing_key'])

/**
 * The same for what an earlier request made, whose answer may have been lost. `of`: the clients that the
 * request names.
 */
export function settleMade(deps: SettleDeps, { type, id }: Made, of: string[] = []): void {
  if (OF_EVERYBODY.has(type)) settleGates(deps, 'everybody')
  else settleClients(deps, type === 'client' ? [id, ...of] : of)
}
