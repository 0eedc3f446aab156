import { cpuSecondsOf } from './cpu.ts'
import { generateLoad, type LoadRequest } from './load-generator.ts'
import type { SpeedOptions } from './options.ts'
import type { Server } from './servers.ts'

/** Something under load: a server, what it is asked by turns, and the status that it must answer. */
export type Target = {
  name: string
  server: Server
  requests: LoadRequest[]
  status?: number
  /** Where the stubs count what they are asked. */
  counts?: string
  /** Prepares each turn. */
  before?: () => Promise<void>
}

export type Sample = {
  rate: number
  /** Microseconds a request, of the whole process tree; null where the system does not tell. */
  cpu: number | null
  p50: number
  p99: number
  errors: number
  /** Statements of D1 per request, and writes in all; null where they are not counted. */
  reads: number | null
  writes: number | null
}

export type Measured = { name: string; samples: Sample[] }

/**
 * Each target alone under load at its turn, in rounds: what else the machine does falls on all of
 * them. Every other round goes backwards, so that none has always the same one before it.
 */
export async function measureByTurns(
  targets: Target[],
  { rounds, seconds }: SpeedOptions,
  connections: number,
): Promise<Measured[]> {
  const samples = new Map(targets.map(({ name }) => [name, [] as Sample[]]))
  for (const target of targets) await sampleOf(target, seconds, connections)
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      samples.get(target.name)?.push(await sampleOf(target, seconds, connections))
    }
  }
  return targets.map(({ name }) => ({ name, samples: samples.get(name) ?? [] }))
}

async function sampleOf(target: Target, seconds: number, connections: number): Promise<Sample> {
  const { server, requests, status = 200 } = target
  await target.before?.()
  const countsBefore = await countsOf(target)
  const cpuBefore = cpuSecondsOf(server.pid)
  const result = await generateLoad({ url: server.url, requests, status, connections, seconds })
  await untilQuiet(server)
  const cpuAfter = cpuSecondsOf(server.pid)
  const countsAfter = await countsOf(target)
  const { answers, p50, p99 } = result
  // Each connection was waiting for one more when the time was up.
  const served = answers + connections
  const cpu =
    cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) / served) * 1e6
  const counted = countsBefore && countsAfter
  return {
    rate: (answers - result.errors) / result.seconds,
    cpu,
    p50,
    p99,
    errors: result.errors,
    reads: counted
      ? (countsAfter.reads - countsBefore.reads) / (countsAfter.requests - countsBefore.requests)
      : null,
    writes: counted ? countsAfter.writes - countsBefore.writes : null,
  }
}

const QUIET = 100
const QUIET_WITHIN = 10_000

/**
 * Waits until work left over from the load is done, so that it does not fall into the next target's
 * turn.
 */
async function untilQuiet({ pid }: Server): Promise<void> {
  const until = performance.now() + QUIET_WITHIN
  let before = cpuSecondsOf(pid)
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, QUIET))
    const now = cpuSecondsOf(pid)
    if (now === before) return
    before = now
  }
}

async function countsOf({ server, counts }: Target) {
  if (counts === undefined) return null
  const response = await fetch(`${server.url}${counts}`)
  return (await response.json()) as { requests: number; reads: number; writes: number }
}
