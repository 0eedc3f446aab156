import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { AuthServerOptions } from '../../src/options.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import { faultyD1, faultyKv } from '../doubles/faults.ts'
import { buildServer } from '../world/build.ts'
import { ISSUER } from '../world/names.ts'

/** The cost of a request until a given moment. */
export type Costs = {
  reads: number
  writes: number
  kv: number
  /** Signatures made with a signing key; the HMAC of a secret is none. */
  signatures: number
  verifications: number
}

type Watch = (text: string) => Promise<void> | void

const planOf =
  (watch: Watch) =>
  async ({ texts }: { texts: string[] }) => {
    for (const text of texts) await watch(text)
  }

/** D1 as it is, with `watch` called at each statement that runs; where it throws, the statement fails. */
export const watchedDatabase = (d1: D1Database, watch: Watch) => faultyD1(d1, planOf(watch))

/** KV as it is, with `watch` called at each operation; where it throws, the operation fails. */
export const watchedNamespace = (kv: KVNamespace, watch: Watch) => faultyKv(kv, planOf(watch))

/** D1 that answers nothing. */
export const unreachableDatabase = () => faultyD1(env.DB, () => 'throws')

/** KV that answers nothing. */
export const unreachableNamespace = () => faultyKv(env.DENYLIST, () => 'throws')

/** A server on the file's D1 and KV that tells what each request cost before its answer, and in all. */
export function countingServer(
  now: number,
  watch: (sql: string) => Promise<void> | void = () => {},
  failureLimits?: AuthServerOptions<WorkerEnv>['failureLimits'],
  vars: Partial<WorkerEnv> = {},
) {
  const clock = { now }
  let costs = nothing()
  const bindings: WorkerEnv = {
    ...env,
    ...vars,
    DB: watchedDatabase(env.DB, (sql) => {
      costs[/^\s*(SELECT|WITH)\b/i.test(sql) ? 'reads' : 'writes']++
      return watch(sql)
    }),
    DENYLIST: watchedNamespace(env.DENYLIST, () => {
      costs.kv++
    }),
  }
  const server = buildServer({ now: () => clock.now, failureLimits })

  async function send(path: string, init: RequestInit = {}, answered: () => void = () => {}) {
    const context = createExecutionContext()
    costs = nothing()
    const restore = countSignatures(costs)
    const response = await server.app.fetch(new Request(ISSUER + path, init), bindings, context)
    const before = { ...costs }
    answered()
    await waitOnExecutionContext(context)
    restore()
    return { response, before, inAll: { ...costs } }
  }

  const form = (
    path: string,
    fields: Record<string, string>,
    authorization: string,
    answered?: () => void,
  ) => {
    const headers = {
      Authorization: authorization,
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    const body = new URLSearchParams(fields).toString()
    return send(path, { method: 'POST', headers, body }, answered)
  }

  return { clock, form, send }
}

function nothing(): Costs {
  return { reads: 0, writes: 0, kv: 0, signatures: 0, verifications: 0 }
}

type Operation = (algorithm: unknown, ...rest: unknown[]) => Promise<unknown>

/** Counts at the platform's own functions, which do their work as ever; the answer undoes it. */
function countSignatures(costs: Costs): () => void {
  const subtle = crypto.subtle as unknown as Record<'sign' | 'verify', Operation>
  const { sign, verify } = subtle
  subtle.sign = (algorithm, ...rest) => {
    if (algorithm !== 'HMAC') costs.signatures++
    return sign.call(crypto.subtle, algorithm, ...rest)
  }
  subtle.verify = (...rest) => {
    costs.verifications++
    return verify.call(crypto.subtle, ...rest)
  }
  return () => Object.assign(subtle, { sign, verify })
}
