import { afterEach, expect, it, vi } from 'vitest'
import type { WorkerEnv } from '../../src/worker.ts'
import { canary } from '../attacks/canary.ts'
import type { CanaryWorld } from '../attacks/canary-fixture.ts'
import { faultyKv } from '../doubles/faults.ts'
import { type LocationKv, laggingKv } from '../doubles/lagging-kv.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { createExecutionContext, env, waitOnExecutionContext } from '../doubles/node/env.ts'
import { sqliteD1 } from '../doubles/node/sqlite-d1.ts'
import { report } from './report.ts'
import { buildServer, hostOf } from '../world/build.ts'

const SEED = 20_261_122
const REQUESTS = Number(process.env['PROOF_REQUESTS_CANARY'] ?? 2500)
const NOON = Date.UTC(2026, 10, 22, 12) / 1000

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every line that goes to the log from now on. */
function logged(): string[] {
  const lines: string[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      lines.push(args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(' '))
    })
  }
  return lines
}

/** The part of KV that the server uses. */
function asNamespace(double: unknown): KVNamespace {
  return double as KVNamespace
}

function world(): CanaryWorld {
  const lines = logged()
  const clock = { now: NOON }
  const trouble = { isOn: false }
  const now = () => clock.now
  const sqlite = sqliteD1(now)
  const [kv] = laggingKv(now, 1, { cache: 0, limitsWrites: false }) as [LocationKv]
  const box = mailbox()
  const bindings: WorkerEnv = {
    ...env,
    DB: sqlite.binding(async (texts, run) => {
      await Promise.resolve()
      if (trouble.isOn) throw new Error(`D1_ERROR: Network connection lost: ${texts.join('; ')}`)
      return run()
    }),
    DENYLIST: faultyKv(asNamespace(kv), () => trouble.isOn && 'throws'),
    EMAIL: box.EMAIL,
    MAIL_FROM: 'portcullis@example.com',
  }
  const failureLimits = { perClient: 1e6, perAddress: 1e6 }
  const server = buildServer({ issuer: env.ISSUER, now, failureLimits })
  const app = hostOf(server)
  return {
    issuer: env.ISSUER,
    bootstrapToken: env.BOOTSTRAP_TOKEN,
    clock,
    trouble,
    async send(request) {
      const context = createExecutionContext()
      const response = await app.fetch(request, bindings, context as unknown as ExecutionContext)
      await waitOnExecutionContext(context)
      return response
    },
    async cron() {
      const context = createExecutionContext()
      await server.scheduled({}, bindings, context)
      await waitOnExecutionContext(context)
    },
    async stored() {
      const { keys } = await kv.list()
      const values = keys.map(
        async (key) => `${JSON.stringify(key)} ${String(await kv.get(key.name))}`,
      )
      return [...sqlite.dump().split('\n'), ...(await Promise.all(values))]
    },
    output: () => [
      ...lines.splice(0),
      ...box.mails.splice(0).map((mail) => `mail ${JSON.stringify(mail)}`),
    ],
  }
}

it(`INV-7: ${REQUESTS} requests of every kind (seed ${SEED}) show a secret in its one 201, and a token in its one answer`, async () => {
  const began = Date.now()
  const { sightings, ...figures } = await canary(world(), REQUESTS, SEED)
  vi.restoreAllMocks()
  const seconds = (Date.now() - began) / 1000
  report('canary', { ...figures, sightings: sightings.length, seconds })
  expect(sightings).toEqual([])
  expect(figures.secrets).toBeGreaterThan(REQUESTS / 20)
  expect(figures.tokens).toBeGreaterThan(REQUESTS / 20)
  expect(figures.mails).toBeGreaterThan(REQUESTS / 100)
  expect(figures.echoes).toBeGreaterThan(REQUESTS / 200)
})
