import type { Client } from '../../domain/client.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ChangeTerms,
  type ClientChange,
  type ClientRequest,
  changeClient,
} from './change-client.ts'

type Making<T> = ClientChange & { product: T }

/** Changes one client, and returns with it what the attempt made that was committed. */
export async function changeClientMaking<T>(
  deps: ChangeClientDeps,
  request: ClientRequest,
  make: (client: Client, now: Seconds) => Making<T> | Promise<Making<T>>,
  terms?: ChangeTerms,
): Promise<{ client: Client; product: T }> {
  const made: T[] = []
  const attempt = async (before: Client, now: Seconds) => {
    const { product, ...change } = await make(before, now)
    made.push(product)
    return change
  }
  const client = await changeClient(deps, request, attempt, terms)
  const product = made.at(-1)
  if (product === undefined) throw new Error('a committed change made nothing')
  return { client, product }
}
