import { availableParallelism, cpus, loadavg, platform } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { ROOT } from './build.ts'
import type { Cold } from './cold.ts'
import { difference, inText, paired, quotient, type Spread, spread } from './figures.ts'
import { LOAD_GENERATOR } from './load-generator.ts'
import type { Measured, Sample } from './measure.ts'
import type { SpeedOptions } from './options.ts'
import { peerVersion } from './peers.ts'
import type { Table } from './print.ts'
import { ratio, type Verdict } from './verdicts.ts'
import type { Workload } from './workloads.ts'

const PARTS = ['workerd', 'miniflare', 'wrangler', 'hono', 'jose']
const PEERS = [
  'oidc-provider',
  'better-auth',
  '@better-auth/oauth-provider',
  '@jmondi/oauth2-server',
  '@node-oauth/oauth2-server',
  '@openauthjs/openauth',
]

export function conditions({ rounds, seconds }: SpeedOptions): Table {
  const [cpu] = cpus()
  const load = loadavg().map((one) => one.toFixed(1))
  return {
    title: 'Measured',
    head: ['', ''],
    rows: [
      ['date', new Date().toISOString().slice(0, 10)],
      ['machine', `${availableParallelism()} cores, ${cpu?.model ?? 'unknown'}, ${platform()}`],
      ['load average before it began', load.join(', ')],
      ['load', `${LOAD_GENERATOR}, one thread, ${rounds} rounds of ${seconds} s for each target`],
      ['Node', process.version],
      ...PARTS.map((name) => [name, rootVersion(name)]),
      ...PEERS.map((name) => [name, peerVersion(name)]),
    ],
  }
}

function rootVersion(name: string): string {
  const file = join(ROOT, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

export function tableOf(workload: Workload, measured: Measured[], connections: number): Table {
  const counted = measured.some((one) => spread(one, ({ reads }) => reads) !== null)
  const [first] = measured
  const title = `${workload.title}, ${connections} at once`
  const whose = workload.ratio === 'first' ? `${first?.name} to this` : `this to ${first?.name}`
  const head = [
    'target',
    'requests a second',
    `requests, ${whose}`,
    'CPU, µs a request',
    `CPU, ${whose}`,
    ...(workload.ratio === 'row' ? ['CPU more, µs a request'] : []),
    'p50, ms',
    'p99, ms',
    ...(counted ? ['D1 reads a request', 'D1 writes in all'] : []),
    'errors',
  ]
  const rows = measured.map((one) => rowOf(workload, first ?? one, one, counted))
  return { title, head, rows }
}

const rate = (sample: Sample) => sample.rate
const cpu = (sample: Sample) => sample.cpu

function rowOf(workload: Workload, first: Measured, one: Measured, counted: boolean): string[] {
  const pair: [Measured, Measured] = workload.ratio === 'first' ? [first, one] : [one, first]
  const beside = (value: Spread | null, digits: number) =>
    one === first ? '' : inText(value, digits)
  return [
    one.name,
    inText(spread(one, rate)),
    beside(paired(pair, rate, quotient), 2),
    inText(spread(one, cpu)),
    beside(paired(pair, cpu, quotient), 2),
    ...(workload.ratio === 'row' ? [beside(paired(pair, cpu, difference), 0)] : []),
    middle(one, (sample) => sample.p50),
    middle(one, (sample) => sample.p99),
    ...(counted ? countsOf(one) : []),
    String(one.samples.reduce((sum, { errors }) => sum + errors, 0)),
  ]
}

function middle(one: Measured, of: (sample: Sample) => number): string {
  return spread(one, of)?.median.toFixed(1) ?? '-'
}

function countsOf(one: Measured): string[] {
  const reads = spread(one, (sample) => sample.reads)
  if (reads === null) return ['', '']
  const writes = one.samples.reduce((sum, sample) => sum + (sample.writes ?? 0), 0)
  return [reads.median.toFixed(2), String(writes)]
}

export function coldTable(cold: Cold[], times: number): Table {
  const [token, fixed] = cold
  const between = (of: 'started' | 'listening' | 'cpu') =>
    ratio(token?.[of], fixed?.[of])?.toFixed(2) ?? '-'
  return {
    title: `The first answer of a cold isolate, ${times} processes each, ms`,
    head: ['target', 'from the start of the process', 'from when it listens', 'CPU of the answer'],
    rows: [
      ...cold.map(({ name, started, listening, cpu }) => [
        name,
        inText(started, 1),
        inText(listening, 1),
        inText(cpu, 1),
      ]),
      ['ratio of the medians', between('started'), between('listening'), between('cpu')],
    ],
  }
}

function word(met: boolean | null): string {
  if (met === null) return 'not measured'
  return met ? 'yes' : '**no**'
}

export function verdictTable(verdicts: Verdict[]): Table {
  return {
    title: 'What it must reach',
    head: ['what', 'must be', 'is', 'reached'],
    rows: verdicts.map(({ what, must, is, met }) => [what, must, is, word(met)]),
  }
}
