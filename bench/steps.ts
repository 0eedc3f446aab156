import { cpuSecondsOf } from './speed/cpu.ts'
import { inText, type Spread, spreadOf } from './speed/figures.ts'
import { readSpeedOptions } from './speed/options.ts'
import { recordPortcullis } from './speed/deployment.ts'
import { startSteps } from './speed/deployment-workers.ts'
import { printTable } from './speed/print.ts'
import { endOnSignals, type Server } from './speed/servers.ts'

const STEPS = ['parse', 'hash', 'read', 'decide', 'sign', 'serialise'] as const

/** No part of the token path: what a proof of possession adds to it, and to a request to an API. */
const PROOFS = ['proof', 'boundRequest'] as const

const WORDS: Record<string, string> = {
  parse: 'parse: the form, and the credentials',
  hash: 'hash: the secret, compared with its verifier',
  read: 'read: the one row, from memory, and what is made of it',
  decide: 'decide: the grant, and the claims',
  sign: 'sign: the token',
  serialise: 'serialise: the answer, and finding its route',
  proof: 'beside these, a DPoP proof by ES256 at the token endpoint',
  boundRequest: 'and one at an API, which is for a token',
}

/** The figures that include making a request. */
const WITH_REQUEST = new Set(['parse', 'serialise', 'whole'])

/** The CPU of the token path by step, inside workerd, without HTTP before it. */
export async function run(args: string[]): Promise<void> {
  const { rounds, seconds, markdown } = readSpeedOptions(args)
  endOnSignals()
  const server = await startSteps(await recordPortcullis())
  const samples = new Map<string, number[]>()
  const names = ['request', ...STEPS, ...PROOFS, 'whole']
  const times = new Map<string, number>()
  for (const name of names) times.set(name, await timesFor(server, name, seconds))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const known = samples.get(name) ?? []
      samples.set(name, [...known, await microseconds(server, name, times.get(name) ?? 1)])
    }
  }
  await server.stop()
  printTable(table(samples), markdown)
}

function table(samples: Map<string, number[]>) {
  const net = (name: string): Spread | null => {
    const below = samples.get('request') ?? []
    const values = samples.get(name) ?? []
    if (!WITH_REQUEST.has(name)) return spreadOf(values)
    return spreadOf(values.map((value, round) => value - (below[round] ?? 0)))
  }
  const whole = net('whole')
  const sum = STEPS.reduce((all, name) => all + (net(name)?.median ?? 0), 0)
  const share = (value: number) => (whole ? `${Math.round((100 * value) / whole.median)} %` : '-')
  const rowOf = (name: string) => {
    const value = net(name)
    return [WORDS[name] ?? name, inText(value, 1), share(value?.median ?? 0)]
  }
  const rest = (whole?.median ?? 0) - sum
  return {
    title: 'The token path by step, without HTTP: CPU, µs',
    head: ['step', 'µs', 'share'],
    rows: [
      ...STEPS.map(rowOf),
      ['what is between them', rest.toFixed(1), share(rest)],
      ['the whole', inText(whole, 1), '100 %'],
      ...PROOFS.map(rowOf),
    ],
  }
}

const TRIED = 500

/** How often a step takes about so many seconds. */
async function timesFor(server: Server, name: string, seconds: number): Promise<number> {
  await asked(server, name, TRIED)
  const begun = performance.now()
  await asked(server, name, TRIED)
  const each = (performance.now() - begun) / TRIED
  return Math.max(TRIED, Math.round((seconds * 1000) / each))
}

async function microseconds(server: Server, name: string, times: number): Promise<number> {
  const begun = performance.now()
  const before = cpuSecondsOf(server.pid)
  await asked(server, name, times)
  const after = cpuSecondsOf(server.pid)
  // Where the system does not tell the CPU, the time must do: it is the same on a quiet machine.
  const used =
    before !== null && after !== null ? after - before : (performance.now() - begun) / 1e3
  return (used / times) * 1e6
}

// A request may have 10,000 timers that have not run, and each call to D1 has one, cancelled or not.
const IN_ONE_REQUEST = 5_000

async function asked(server: Server, name: string, times: number): Promise<void> {
  for (let left = times; left > 0; left -= IN_ONE_REQUEST) {
    await askedAtOnce(server, name, Math.min(left, IN_ONE_REQUEST))
  }
}

async function askedAtOnce({ url }: Server, name: string, times: number): Promise<void> {
  const response = await fetch(`${url}/${name}?times=${times}`)
  const text = await response.text()
  if (text !== 'done') throw new Error(`${name}: ${response.status} ${text}`)
}
