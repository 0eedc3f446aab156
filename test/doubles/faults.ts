/**
 * The ways in which a call can fail: it never arrives, it arrives and its answer is lost, no answer
 * comes at all, or it comes late.
 */
export type Fault = 'throws' | 'throws after commit' | 'hangs' | 'hangs after commit' | 'slow'

/** So many milliseconds late. */
const LATE = 300

/** One round trip to a binding: the how-manieth, and its statements or `put <key>`. */
export type Call = { number: number; texts: string[] }

type Planned = Fault | null | undefined | false | void

/** Says for each call what goes wrong with it, at once or before the call is made. */
export type Plan = (call: Call) => Planned | Promise<Planned>

type Answered = (texts: string[], answer: unknown) => void

/** D1 with faults by plan; `answered` sees what was asked and what came back. */
export function faultyD1(d1: D1Database, plan: Plan, answered: Answered = () => {}): D1Database {
  const behind = new WeakMap<object, { real: D1PreparedStatement; text: string }>()
  let number = 0
  async function call<T>(texts: string[], run: () => Promise<T>): Promise<T> {
    const answer = await withFault(plan({ number: ++number, texts }), run)
    answered(texts, answer)
    return answer
  }
  function statement(real: D1PreparedStatement, text: string): D1PreparedStatement {
    const methods = ['all', 'first', 'raw', 'run'] as const
    const faulty = Object.fromEntries(
      methods.map((name) => {
        const run = real[name].bind(real) as (...args: unknown[]) => Promise<unknown>
        return [name, (...args: unknown[]) => call([text], () => run(...args))]
      }),
    )
    const bind = (...values: unknown[]) => statement(real.bind(...values), text)
    const made = { ...faulty, bind } as unknown as D1PreparedStatement
    behind.set(made, { real, text })
    return made
  }
  const known = (made: D1PreparedStatement) => {
    const found = behind.get(made)
    if (!found) throw new Error('a statement of another database')
    return found
  }
  return {
    prepare: (text: string) => statement(d1.prepare(text), text),
    batch: (list: D1PreparedStatement[]) =>
      call(
        list.map((made) => known(made).text),
        () => d1.batch(list.map((made) => known(made).real)),
      ),
  } as unknown as D1Database
}

/** KV with faults by plan. */
export function faultyKv(kv: KVNamespace, plan: Plan): KVNamespace {
  let number = 0
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const texts = [`${String(name)} ${keyOf(args[0])}`]
        const run = async () => Reflect.apply(value, target, args) as Promise<unknown>
        return withFault(plan({ number: ++number, texts }), run)
      }
    },
  })
}

/** The key or keys; of a list, the prefix. */
function keyOf(key: unknown): string {
  const isList = typeof key === 'object' && key !== null && 'prefix' in key
  return String(isList ? key.prefix : key)
}

export async function withFault<T>(planned: ReturnType<Plan>, run: () => Promise<T>): Promise<T> {
  // A plan that is there at once delays nothing: in a race each turn counts.
  const fault = planned instanceof Promise ? await planned : planned
  if (fault === 'throws') throw new Error('injected: never arrived')
  if (fault === 'hangs') return new Promise<T>(() => {})
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, LATE))
  const answer = await run()
  if (fault === 'throws after commit') throw new Error('injected: the answer was lost')
  if (fault === 'hangs after commit') return new Promise<T>(() => {})
  return answer
}

/** Whether a call changes anything, counters of use aside. */
export function isWrite({ texts }: Pick<Call, 'texts'>): boolean {
  return texts.some(
    (text) =>
      /\b(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(text) &&
      !/^UPDATE \w+ SET (last_used_at|last_token_at) = |^INSERT INTO portcullis_token_counts/.test(
        text,
      ),
  )
}

/**
 * Lets a minute pass for the server and for D1, whose own clock times the claims of the outbox and
 * cannot be set.
 */
export async function aMinutePasses(clock: { now: number }, d1: D1Database): Promise<void> {
  clock.now += 61
  await d1
    .prepare(
      `UPDATE portcullis_denylist_outbox SET unsettled_until = max(unsettled_until - 61, 0),
         claimed_until = CASE claimed_until WHEN 0 THEN 0 ELSE claimed_until - 61 END`,
    )
    .run()
}
