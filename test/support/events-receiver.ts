import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { WorkerEnv } from '../../src/worker.ts'
import { faultyD1, faultyKv, type Plan } from '../doubles/faults.ts'
import { type Json, type TestServer, testServer } from './server.ts'

export const EVENTS_URL = 'https://siem.example/in?token=do-not-show'
export const EVENTS_SECRET = `whsec_${btoa('a secret of the tests, 32 bytes ')}`

export const EVENTS_ENV = {
  EVENTS_WEBHOOK_URL: EVENTS_URL,
  EVENTS_WEBHOOK_SECRET: EVENTS_SECRET,
} satisfies Partial<WorkerEnv>

/** One message that the receiver was sent, whatever it answered. */
export type Taken = { id: string; type: string; data: Json; status: number }

/** The receiver of events, in place of the network. `answer` says how it answers; it may throw. */
export function eventsReceiver() {
  const receiver = {
    taken: [] as Taken[],
    answer: async (_type: string): Promise<number> => 204,
    /** The ids of what it accepted, in order, with repeats. */
    accepted: () => receiver.taken.filter(({ status }) => status < 300).map(({ id }) => id),
  }
  const network = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    if (request.url !== EVENTS_URL) return network(input, init)
    const { type, data } = await request.json<{ type: string; data: Json }>()
    const status = await receiver.answer(type)
    receiver.taken.push({ id: request.headers.get('webhook-id') ?? '', type, data, status })
    return new Response(null, { status })
  })
  return receiver
}

/** A server that sends events; `plan` injects faults into D1, and sees each of its statements. */
export function serverWithEvents(vars: Partial<WorkerEnv> = {}, plan: Plan = () => null) {
  const DB = faultyD1(env.DB, plan)
  return testServer({
    env: { ...EVENTS_ENV, DB, DENYLIST: faultyKv(env.DENYLIST, () => null), ...vars },
  })
}

/** The ids of all events behind this one, in the order of the log. */
export async function eventIdsAfter(seq: number): Promise<string[]> {
  const text = 'SELECT event_id FROM portcullis_audit_events WHERE seq > ? ORDER BY seq'
  const { results } = await env.DB.prepare(text).bind(seq).all<{ event_id: string }>()
  return results.map(({ event_id: id }) => id)
}

export async function newestSeq(): Promise<number> {
  const text = 'SELECT seq FROM portcullis_ledger_head WHERE id = 1'
  return (await env.DB.prepare(text).first<number>('seq')) ?? 0
}

/** Runs the cron each minute, so many times; a run may fail. */
export async function runs(server: TestServer, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    server.clock.now += 60
    await server.cron().catch(() => {})
  }
}

/** Delivery has begun, and what the first runs of the cron do is delivered: the newest event's number. */
export async function begin(
  server: TestServer,
  receiver: ReturnType<typeof eventsReceiver>,
): Promise<number> {
  await runs(server, 2)
  receiver.taken.length = 0
  return newestSeq()
}

export function withoutRepeats(ids: string[]): string[] {
  return [...new Set(ids)]
}
