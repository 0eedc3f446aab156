/** The rows that one statement read and wrote. */
export type StatementCost = { text: string; read: number; written: number }

const originals = new WeakMap<object, { real: D1PreparedStatement; text: string }>()

/**
 * D1 as it is, `away` milliseconds far; each statement that ran, including each of a batch, is reported to
 * `note`.
 */
export function countedDatabase(
  d1: D1Database,
  note: (cost: StatementCost) => void,
  away: () => number = () => 0,
): D1Database {
  const roundTrip = async () => {
    if (away() > 0) await new Promise((done) => setTimeout(done, away()))
  }
  const report = (text: string, { meta }: D1Result) => {
    note({ text, read: meta.rows_read, written: meta.rows_written })
  }
  const prepare = (text: string) => counted(d1.prepare(text), text, report, roundTrip)
  async function batch(list: D1PreparedStatement[]) {
    await roundTrip()
    const known = list.flatMap((made) => originals.get(made) ?? [])
    const results = await d1.batch(known.map(({ real }) => real))
    for (const [i, result] of results.entries()) report(known[i]?.text ?? '', result)
    return results
  }
  return new Proxy(d1, {
    get: (target, name) => ({ prepare, batch })[name as string] ?? Reflect.get(target, name),
  })
}

type Report = (text: string, result: D1Result) => void

// `raw` and `first` give no figures, so that all is asked as `all`.
function counted(
  real: D1PreparedStatement,
  text: string,
  report: Report,
  roundTrip: () => Promise<void>,
): D1PreparedStatement {
  const all = async () => {
    await roundTrip()
    const result = await real.all<Record<string, unknown>>()
    report(text, result)
    return result
  }
  const made = {
    bind: (...values: unknown[]) => counted(real.bind(...values), text, report, roundTrip),
    all,
    run: all,
    raw: async () => (await all()).results.map((row) => Object.values(row)),
    first: async () => (await all()).results[0] ?? null,
  } as unknown as D1PreparedStatement
  originals.set(made, { real, text })
  return made
}
