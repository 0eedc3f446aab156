import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { AuthServerOptions } from '../../src/options.ts'
import { createAuthServer } from '../../src/server.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import { ISSUER } from './server.ts'

/** The cost of a request until a given moment. */
export type Costs = {
  reads: number
  writes: number
  kv: number
  /** Signatures made with a signing key; the HMAC of a secret is none. */
  signatures: number
  verifications: number
}

const RUNNING = new Set<string | symbol>(['first', 'all', 'run', 'raw'])

/** D1 as it is, with `watch` called at each statement that runs; where it throws, the statement fails. */
export function watchedDatabase(
  d1: D1Database,
  watch: (sql: string) => Promise<void> | void,
): D1Database {
  const originals = new WeakMap<object, { statement: D1PreparedStatement; sql: string }>()
  const watched = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => watched(target.bind(...values), sql)
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const run = value.bind(target) as (...rest: unknown[]) => unknown
        if (!RUNNING.has(name)) return run
        return async (...rest: unknown[]) => {
          await watch(sql)
          return run(...rest)
        }
      },
    })
    originals.set(proxy, { statement, sql })
    return proxy
  }
  return new Proxy(d1, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => watched(target.prepare(sql), sql)
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          const known = statements.map((statement) => originals.get(statement))
          for (const one of known) await watch(one?.sql ?? '')
          return target.batch(known.map((one, i) => one?.statement ?? statements[i]!))
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** D1 that answers nothing. */
export function unreachableDatabase(): D1Database {
  return watchedDatabase(env.DB, () =>
    Promise.reject(new Error('D1_ERROR: Network connection lost')),
  )
}

/** KV as it is, with `watch` called at each operation; where it throws, the operation fails. */
export function watchedNamespace(kv: KVNamespace, watch: () => Promise<void> | void): KVNamespace {
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const run = value.bind(target) as (...rest: unknown[]) => unknown
      return async (...rest: unknown[]) => {
        await watch()
        return run(...rest)
      }
    },
  })
}

/** KV that answers nothing. */
export function unreachableNamespace(): KVNamespace {
  return watchedNamespace(env.DENYLIST, () => Promise.reject(new Error('KV is out of reach')))
}

/** A server on the file's D1 and KV that tells what each request cost before its answer, and in all. */
export function countingServer(
  now: number,
  watch: (sql: string) => Promise<void> | void = () => {},
  failureLimits?: AuthServerOptions<WorkerEnv>['failureLimits'],
) {
  const clock = { now }
  let costs = nothing()
  const bindings: WorkerEnv = {
    ...env,
    DB: watchedDatabase(env.DB, (sql) => {
      costs[/^\s*(SELECT|WITH)\b/i.test(sql) ? 'reads' : 'writes']++
      return watch(sql)
    }),
    DENYLIST: watchedNamespace(env.DENYLIST, () => {
      costs.kv++
    }),
  }
  const server = createAuthServer<WorkerEnv>({
    issuer: ISSUER,
    now: () => clock.now,
    failureLimits,
    bindings: (e) => ({
      database: e.DB,
      denylist: e.DENYLIST,
      pepper: e.PEPPER,
      wrappingKey: e.WRAPPING_KEY,
      auditKey: e.AUDIT_KEY,
      cookieKey: e.COOKIE_KEY,
      bootstrapToken: e.BOOTSTRAP_TOKEN,
    }),
  })

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
