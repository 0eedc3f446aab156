import { type Answers, answerKey } from './answers.ts'

type Env = { DB: D1Database }
type Worker = { fetch: (request: Request, env: Env, context: ExecutionContext) => unknown }

const originals = new WeakMap<
  object,
  { real: D1PreparedStatement; note: (answer: unknown) => void }
>()

/** A Worker on real bindings, which tells at `/recording` what its database has answered. */
export function recorded(worker: Worker, at: number): ExportedHandler<Env> {
  const answers: Answers = {}
  return {
    async fetch(request, env, context) {
      const { pathname } = new URL(request.url)
      if (pathname === '/recording') return Response.json(answers)
      if (pathname === '/statement') {
        await env.DB.prepare(await request.text()).run()
        return new Response('done')
      }
      const database = recordedDatabase(env.DB, answers, at)
      return (await worker.fetch(request, { ...env, DB: database }, context)) as Response
    },
  }
}

function recordedDatabase(d1: D1Database, answers: Answers, at: number): D1Database {
  const prepare = (sql: string) => {
    const known = (answers[sql] ??= {})
    const note = (method: string, values: unknown[], answer: unknown) => {
      known[answerKey(method, values, at)] = JSON.stringify(answer)
    }
    return recordedStatement(d1.prepare(sql), [], note)
  }
  async function batch(statements: D1PreparedStatement[]) {
    const known = statements.flatMap((statement) => originals.get(statement) ?? [])
    const results = await d1.batch(known.map(({ real }) => real))
    for (const [i, result] of results.entries()) known[i]?.note(result)
    return results
  }
  return { prepare, batch } as D1Database
}

type Note = (method: string, values: unknown[], answer: unknown) => void

function recordedStatement(
  real: D1PreparedStatement,
  values: unknown[],
  note: Note,
): D1PreparedStatement {
  const noted = (method: string, ask: () => Promise<unknown>) => async () => {
    const answer = await ask()
    note(method, values, answer)
    return answer
  }
  const statement = {
    bind: (...bound: unknown[]) => recordedStatement(real.bind(...bound), bound, note),
    first: noted('first', () => real.first()),
    all: noted('all', () => real.all()),
    run: noted('run', () => real.run()),
    raw: noted('raw', () => real.raw()),
  } as unknown as D1PreparedStatement
  originals.set(statement, { real, note: (answer) => note('all', values, answer) })
  return statement
}
