import { answerKey, justNow, type Recording } from './answers.ts'

type Worker = { fetch: (request: Request, env: object, context: ExecutionContext) => unknown }
type Counts = { requests: number; reads: number; writes: number }

/**
 * A Worker whose bindings answer from memory what real ones answered, as fresh objects. A write is
 * counted and changes nothing; a question that was not asked while recording is an error.
 */
export function stubbed(worker: Worker, { at, vars, answers }: Recording): ExportedHandler {
  const counts: Counts = { requests: 0, reads: 0, writes: 0 }
  const env = { ...vars, DB: stubDatabase({ at, answers }, counts), DENYLIST: EMPTY_NAMESPACE }
  return {
    fetch(request, _env, context) {
      if (request.url.endsWith('/stub-counts')) return Response.json(counts)
      counts.requests++
      return worker.fetch(request, env, context) as Response
    },
  }
}

/** KV's answer about a client that was never cut off. */
export const EMPTY_NAMESPACE = {
  get: async () => null,
  put: async () => {},
  delete: async () => {},
  list: async () => ({ keys: [], list_complete: true }),
}

type Recorded = Pick<Recording, 'at' | 'answers'>

export function stubDatabase(
  { at, answers }: Recorded,
  counts: Pick<Counts, 'reads' | 'writes'>,
): D1Database {
  const known = new Map(
    Object.entries(answers).map(([sql, list]) => [sql, new Map(Object.entries(list))]),
  )
  const current = upToDate(String(justNow(at)))
  function ask(sql: string, method: string, values: unknown[]): unknown {
    const isRead = sql.trimStart().startsWith('SELECT')
    counts[isRead ? 'reads' : 'writes']++
    const answer = known.get(sql)?.get(answerKey(method, values, at))
    if (answer !== undefined) return JSON.parse(current(answer))
    if (isRead) throw new Error(`not recorded: ${sql} ${answerKey(method, values, at)}`)
    return { success: true, results: [], meta: { changes: 1 } }
  }
  const statement = (sql: string, values: unknown[]) => ({
    bind: (...bound: unknown[]) => statement(sql, bound),
    first: async () => ask(sql, 'first', values),
    all: async () => ask(sql, 'all', values),
    run: async () => ask(sql, 'run', values),
    raw: async () => ask(sql, 'raw', values),
  })
  const database = {
    prepare: (sql: string) => statement(sql, []),
    batch: async (list: { all: () => Promise<unknown> }[]) =>
      Promise.all(list.map((one) => one.all())),
  } as unknown as D1Database
  return database
}

const MINUTE = 60_000

/** Answers in which a use is as fresh as it is under load; made anew once in half a minute, and not for each request. */
function upToDate(placeholder: string): (answer: string) => string {
  const made = new Map<string, string>()
  let until = 0
  return (answer) => {
    const now = Date.now()
    if (now >= until) {
      made.clear()
      until = now + MINUTE / 2
    }
    const known = made.get(answer)
    if (known !== undefined) return known
    const fresh = answer.replaceAll(placeholder, String(Math.floor(now / 1000)))
    made.set(answer, fresh)
    return fresh
  }
}
