import type { Address } from '../domain/credential.ts'
import { causeOf, Refusal } from '../domain/errors.ts'
import type { Deps } from '../domain/deps.ts'
import type { RequestFacts } from '../domain/request-facts.ts'

type TellDeps = Pick<Deps, 'metrics' | 'refusalLog' | 'now'>

/** A request that was answered. */
export type AnsweredRequest = {
  request: Request
  endpoint: string
  status: number
  /** When it began, by the clock of the metrics. */
  began: number
  facts: RequestFacts
  error: Error | undefined
  requestId: () => string
}

/** The line of a refusal, and the data point of each request: neither may change the answer. */
export function tellRequest(
  deps: TellDeps,
  answered: AnsweredRequest,
  clientAddress: (request: Request) => Address,
): void {
  const { endpoint, status, began, facts, error } = answered
  const { clientId, isProven, method } = facts
  const cause = error instanceof Refusal ? causeOf(error) : facts.refused
  if (cause) {
    const [address, requestId] = [clientAddress(answered.request), answered.requestId()]
    const refused = { ...cause, endpoint, status, clientId, isProven, method, address, requestId }
    deps.refusalLog.note(refused, deps.now())
  }
  deps.metrics?.write({
    kind: 'request',
    name: endpoint,
    ...cause,
    outcome: cause ? 'refused' : (facts.outcome ?? (status < 500 ? 'done' : 'failed')),
    method,
    caller: isProven ? 'proven' : undefined,
    clientId,
    status,
    ms: deps.metrics.clock() - began,
  })
}
