import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { report } from '../report.ts'
import { actUnder, CONFIGURATION, orderOf } from './configuration.ts'
import { aCronMinute, compareEntries, compareLog, compareMails } from './cron.ts'
import { judgeAnswer } from './judge.ts'
import { MATRIX } from './matrix.ts'
import { OPERATIONS } from './operations.ts'
import type { Operation } from './subjects.ts'
import type { Mode } from './order.ts'
import { newId, type Pair, type Result, runPairs, sitesOf } from './run.ts'
import { readTables } from './table.ts'
import { type Json, startWorld, type World } from './world.ts'

function operationOf(name: string): Operation {
  const found = OPERATIONS.find((one) => one.name === name)
  if (!found) throw new Error(`no operation ${name}`)
  return found
}

const TABLES = readTables(MATRIX)
const PAIRS: Pair[] = TABLES.flatMap(({ heading, columns, rows }) =>
  rows.flatMap(({ name: site, cells }) =>
    columns.flatMap((mode, i) => {
      const expected = cells[i] ?? '-'
      if (expected === '-') return []
      return [{ operation: operationOf(heading), site, mode: mode as Mode, expected }]
    }),
  ),
)
const LINES = readTables(CONFIGURATION).flatMap(({ columns, rows }) =>
  rows.flatMap(({ name, cells }) =>
    columns.map((column, i) => ({ what: name, column, expected: cells[i] ?? '' })),
  ),
)
const titleOf = ({ operation, site, mode }: Pair) => `${operation.name} | ${site} | ${mode}`

let w: World
const sites = new Map<string, string[]>()
const results = new Map<string, Result>()
const configured = new Map<string, { actual: string; found: string[] }>()
const total = { tokens: 0, active: 0, acks: 0 }
let minute: Awaited<ReturnType<typeof aCronMinute>>
let entries: Awaited<ReturnType<typeof compareEntries>>
let mails: Awaited<ReturnType<typeof compareMails>>

beforeAll(async () => {
  w = await startWorld()
  for (const operation of OPERATIONS) {
    sites.set(operation.name, await sitesOf(w, operation))
    // The cron's work is not left to the next one's drain.
    if (operation.name === 'the cron') await aCronMinute(w)
  }
  for (const result of await runPairs(w, PAIRS, sites)) {
    results.set(titleOf(result), result)
    for (const what of ['tokens', 'active', 'acks'] as const) total[what] += result[what].length
  }
  await configureOtherwise()
  minute = await aCronMinute(w)
  entries = await compareEntries(w)
  mails = await compareMails(w)
}, 1_800_000)

afterAll(() => w.close())

/** One line after another: none changes what the next one meets. */
async function configureOtherwise() {
  const shared = {
    client: await w.client('invoices:read'),
    caller: await w.newClient('tokens:introspect'),
  }
  for (const { what, column } of LINES) {
    const order = orderOf(what, newId())
    const { answer, client } = await actUnder(w, column, shared, order)
    const trace = await w.trace(order.id)
    if (!trace) throw new Error('a request without a trace')
    const found = { tokens: [], active: [], acks: [] as string[] }
    await judgeAnswer(w, { subject: { tag: '', client, live: true }, order, answer, trace }, found)
    if (column === 'suspend') {
      const shown = await w.adminOk('GET', `/clients/${client.id}`)
      const isNew = shown['suspended_at'] !== null
      if (isNew !== (answer.status === 200)) found.acks.push('another answer than the truth')
    }
    for (const kind of ['tokens', 'active', 'acks'] as const) total[kind] += found[kind].length
    configured.set(`${what} | ${column}`, {
      actual: String(answer.status),
      found: Object.values(found).flat(),
    })
  }
}

describe('INV-11: the matrix has a line for each call site', () => {
  it.each(TABLES.map(({ heading, rows }) => [heading, rows] as const))('%s', (heading, rows) => {
    const listed = rows.map(({ name }) => name).filter((name) => !name.endsWith(': all'))
    expect(listed).toEqual(sites.get(heading))
  })

  it('and a table for each operation, and 150 pairs at least', () => {
    expect(TABLES.map(({ heading }) => heading)).toEqual(OPERATIONS.map(({ name }) => name))
    expect(PAIRS.length).toBeGreaterThanOrEqual(150)
  })
})

describe('INV-8, INV-11: what fails at a call site', () => {
  it.each(PAIRS.map((pair) => [titleOf(pair), pair.expected] as const))(
    '%s: %s',
    (title, expected) => {
      const { actual, met, tokens, active, acks } = results.get(title) ?? {}
      expect({ actual, met, found: [tokens, active, acks].flat() }).toEqual({
        actual: expected,
        met: true,
        found: [],
      })
    },
  )
})

describe('INV-11: what is configured otherwise', () => {
  it.each(LINES.map(({ what, column, expected }) => [`${what} | ${column}`, expected] as const))(
    '%s: %s',
    (title, expected) => {
      expect(configured.get(title)).toEqual({ actual: expected, found: [] })
    },
  )
})

describe('when the faults are over', () => {
  it('INV-9: every denylist entry is what D1 says within a minute of the cron', () => {
    expect(minute.runs.filter((run) => run !== 'ok')).toEqual([])
    expect(entries.entries).toBeGreaterThan(50)
    expect(entries.wrong).toEqual([])
  })

  it('INV-14: the audit log is whole, and tells of all that there is', async () => {
    const log: Json = await compareLog(w)
    expect([log['clients_logged'], log['keys_logged'], log['apis_logged']]).toEqual([
      log['clients'],
      log['keys'],
      log['apis'],
    ])
    expect(log).toMatchObject({ intact: 1, complete: 1 })
  })

  it('INV-13: no reminder came twice, and none that did not come is unaccounted for', () => {
    expect(mails.reminders).toBeGreaterThan(20)
    expect([mails.twice, mails.lost]).toEqual([[], []])
  })

  it('INV-8, INV-11: no token, no active: true and no ack came of a failure', () => {
    const figures = {
      pairs: PAIRS.length,
      configurations: LINES.length,
      operations: OPERATIONS.length,
      entries: entries.entries,
      tokensByFailure: total.tokens,
      activeByFailure: total.active,
      falseAcks: total.acks,
      mailsInDoubt: mails.inDoubt,
    }
    report('faults', figures)
    expect(total).toEqual({ tokens: 0, active: 0, acks: 0 })
  })
})
