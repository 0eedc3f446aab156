import { mayBeClientId } from '../../domain/gate.ts'
import type { Seconds } from '../../domain/time.ts'
import { withTimeout } from '../../platform/with-timeout.ts'
import type { ClientFacts } from './client-facts.ts'

/** One gate, as the Worker calls it. */
type GateStub = {
  facts(clientId: string, leaseMs: number): Promise<ClientFacts>
  invalidate(): Promise<void>
  answers(): Promise<boolean>
}

/** A binding of Durable Objects of the class `Gate`, or anything that answers as they do. */
export type GateBinding<Id = unknown> = {
  idFromName(name: string): Id
  get(id: Id): GateStub
}

/** A gate that has not answered by then is out of reach. */
const TIMEOUT_MS = 2000

/** The gates by the ids of their clients. A call throws where its gate is out of reach. */
export type GateCalls = {
  lease: Seconds
  facts: (clientId: string) => Promise<ClientFacts>
  invalidate: (clientId: string) => Promise<unknown>
  answers: () => Promise<unknown>
}

/** No client has this id. */
const PROBE = '.health'

export function gateCalls<Id>(binding: GateBinding<Id>, lease: Seconds): GateCalls {
  const at = (name: string) => binding.get(binding.idFromName(name))
  return {
    lease,
    facts: (clientId) => inTime(async () => at(own(clientId)).facts(clientId, lease * 1000)),
    invalidate: (clientId) => inTime(async () => at(own(clientId)).invalidate()),
    answers: () => inTime(async () => at(PROBE).answers()),
  }
}

function own(clientId: string): string {
  if (mayBeClientId(clientId)) return clientId
  throw new TypeError('no client has such an id')
}

/** A call that fails before it is sent fails like any other. */
function inTime<T>(ask: () => Promise<T>): Promise<T> {
  return withTimeout(TIMEOUT_MS, ask())
}
