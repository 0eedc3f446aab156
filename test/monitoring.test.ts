import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ASSERTION_FAULTS } from '../src/domain/assertion.ts'
import { AUDIT_ACTIONS } from '../src/domain/audit.ts'
import { CERTIFICATE_FAULTS } from '../src/domain/certificate.ts'
import { PROOF_FAULTS } from '../src/domain/dpop.ts'
import { PROBLEMS, TURN_CLIENTS_AWAY } from '../src/domain/health.ts'
import { BLOBS, DOUBLES, JOB_OUTCOMES, POINT_KINDS } from '../src/domain/metrics.ts'
import {
  CLOSER_REASONS,
  EXCESSES,
  FEDERATED_FAULTS,
  REFUSAL_CODES,
  SIGN_IN_FAULTS,
} from '../src/domain/refusal-reasons.ts'
import { METHODS, OUTCOMES } from '../src/domain/request-facts.ts'
import { DAMAGES } from '../src/domain/secret-text.ts'
import { WORKLOAD_CHECKS } from '../src/domain/workload-token.ts'
import { boundedRefusalLog } from '../src/web/refusal-log.ts'

// docs/monitoring.md: what it names exists, and what exists is named.

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8')
const page = read('docs/monitoring.md')

const REASONS: string[] = [...REFUSAL_CODES, ...CLOSER_REASONS]
const DETAILS: string[] = [
  ...ASSERTION_FAULTS,
  ...CERTIFICATE_FAULTS,
  ...PROOF_FAULTS,
  ...Object.keys(DAMAGES),
  ...[...WORKLOAD_CHECKS, ...FEDERATED_FAULTS].map((fault) => `federated: ${fault}`),
  ...EXCESSES,
  ...SIGN_IN_FAULTS,
]

/** The text beneath a heading, to the next of the same depth or above. */
function section(heading: string): string {
  const [, text = ''] = page.split(`\n${heading}\n`)
  const depth = heading.indexOf(' ')
  return text.split(new RegExp(`\n#{1,${depth}} `))[0] ?? ''
}

/** Everything in backquotes in a column of the tables of a text. */
function named(text: string, column: number): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| ?-/.test(line))
  return rows
    .slice(1)
    .flatMap((row) => [...(row.split(' | ')[column] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, name = '']) => name)
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

/** A line with every field. */
function fieldsOfLine(): string[] {
  const lines: object[] = []
  const log = boundedRefusalLog((line) => void lines.push({ level: 'warning', ...line }))
  log.note(
    {
      endpoint: 'POST /oauth/token',
      status: 401,
      reason: 'wrong_assertion',
      detail: 'expired',
      method: 'public_key',
      clientId: 'client_1',
      isProven: false,
      address: '203.0.113.7',
      requestId: 'a-request',
    },
    0,
  )
  return Object.keys(lines[0] ?? {})
}

describe('the lines of refused requests', () => {
  it('have the fields that the page names, in its table and its example', () => {
    const lines = section('## Lines of refused requests').split('### Reasons')[0] ?? ''
    expect(sorted(named(lines, 0))).toEqual(sorted(fieldsOfLine()))
    const example = /```json\n([^`]*)```/.exec(lines)?.[1] ?? ''
    expect(sorted(Object.keys(JSON.parse(example) as object))).toEqual(sorted(fieldsOfLine()))
  })

  it('have the reasons that the page names, and no others', () => {
    expect(sorted(named(section('### Reasons'), 0))).toEqual(sorted(REASONS))
  })

  it('have the details that the page names, and no others', () => {
    expect(sorted(named(section('### Details'), 1))).toEqual(sorted(DETAILS))
    for (const reason of named(section('### Details'), 0)) expect(REASONS).toContain(reason)
  })
})

const COLUMNS: Record<string, string> = {
  index1: 'client_id',
  ...Object.fromEntries(BLOBS.map((name, i) => [`blob${i + 1}`, name])),
  ...Object.fromEntries(DOUBLES.map((name, i) => [`double${i + 1}`, name])),
}

/** The values that a column may have, where they are known. */
const VALUES: Record<string, readonly string[]> = {
  kind: POINT_KINDS,
  outcome: [...OUTCOMES, ...JOB_OUTCOMES],
  reason: REASONS,
  detail: DETAILS,
  method: METHODS,
}

describe('the metrics', () => {
  it('have the columns that the page names', () => {
    const table = section('## Metrics')
    const columns = named(table, 0)
    expect(Object.fromEntries(columns.map((name, i) => [name, named(table, 1)[i]]))).toEqual(
      COLUMNS,
    )
  })

  it('have the kinds, outcomes and methods that the page names', () => {
    const text = section('## Metrics') + section('## Lines of refused requests')
    for (const name of Object.values(VALUES).slice(0, 2).flat())
      expect(text).toContain(`\`${name}\``)
    for (const name of METHODS) expect(text).toContain(`\`${name}\``)
  })
})

const queries = [...page.matchAll(/```sql\n([^`]*)```/g)].map(([, text = '']) => text)
const endpoints = /^(?:GET|POST|PUT|PATCH|DELETE|RPC) /

describe.each(queries)('the query %#', (query) => {
  it('asks for columns and values that there are', () => {
    const used = [...query.matchAll(/\b(?:blob|double|index)\d+\b/g)].map(([name]) => name)
    expect(used.length).toBeGreaterThan(0)
    for (const name of used) expect(Object.keys(COLUMNS)).toContain(name)
    const compared = query.matchAll(/\b(blob\d+) (?:= ('[^']*')|IN \(([^)]*)\))/g)
    for (const [, column = '', one, some] of compared) {
      const values = [...(one ?? some ?? '').matchAll(/'([^']*)'/g)].map(([, value = '']) => value)
      expect(values.length).toBeGreaterThan(0)
      for (const value of values) {
        const known = VALUES[COLUMNS[column] ?? '']
        if (known) expect(known).toContain(value)
        else expect(value).toMatch(endpoints)
      }
    }
    expect(query).toContain('_sample_interval'.slice(0, query.includes('MAX(double6)') ? 0 : 16))
  })
})

describe('what the page says of endpoints, changes and the log', () => {
  const SOURCES = ['src/http/oauth/routes.ts', 'src/http/oauth/introspector.ts'].map(read).join('')

  it('names endpoints that are measured', () => {
    const all = [...page.matchAll(/['`"]((?:POST|RPC) \/?[a-z/]+)['`"]/g)].map(([, name]) => name)
    for (const name of new Set(all)) expect(SOURCES).toContain(`'${name}'`)
  })

  it('names actions of the audit log, and events and reasons of the log, that there are', () => {
    const actions = [...page.matchAll(/`(client\.\w+|token\.\w+)`/g)].map(([, name]) => name)
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(AUDIT_ACTIONS).toContain(action)
    const log = section('### In the log')
    const asked = [...log.matchAll(/\b(event|reason) ==? "(\w+)"/g)]
    expect(asked.length).toBeGreaterThan(5)
    const events = ['src/web/refusal-log.ts', 'src/outbound/remote-keys.ts']
    const written = [...events, 'src/actions/health/log-problems.ts'].map(read).join('')
    for (const [, field, value = ''] of asked) {
      if (field === 'reason') expect(REASONS).toContain(value)
      else expect(written).toContain(`event: '${value}'`)
    }
  })
})

describe('each problem of health', () => {
  const runbooks = read('docs/runbooks.md')
  const alerts = section('## Alerts')

  it.each([...PROBLEMS])(
    'has a row of alerts with a way on, and a row of the runbook: %s',
    (name) => {
      const row = alerts.split('\n').find((line) => line.split(' | ')[0]?.includes(`\`${name}\``))
      expect(row).toMatch(/\]\((?:runbooks|operations|configuration)\.md#[\w-]+\)/)
      expect(row).toMatch(/ticket|wakes/)
      expect(runbooks).toMatch(new RegExp(`^\\| [^|]*\`${name}\``, 'm'))
    },
  )
})

it.each(['docs/runbooks.md', 'docs/configuration.md'])(
  'the settings that turn clients away are named where one looks at night: %s',
  (name) => {
    const line = read(name)
      .split(/\n(?=\||\n)/)
      .find((text) => text.includes('clients are turned away'))
    const named = [...(line ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, setting]) => setting)
    expect(named).toEqual(TURN_CLIENTS_AWAY)
  },
)
