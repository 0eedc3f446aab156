import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import { faultyD1, faultyKv } from '../doubles/faults.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { ISSUER, type Json, testServer } from '../support/server.ts'
import { canary } from './canary.ts'
import type { CanaryWorld } from './canary-fixture.ts'
import { canaries, partsOfSecret } from './canaries.ts'
import { NOON } from './deployment.ts'

const SEED = 20_261_124
const REQUESTS = 1000

/** On a machine that has more to do. */
const PATIENCE = 240_000

afterEach(() => {
  vi.restoreAllMocks()
})

async function storedCells(): Promise<string[]> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'",
  ).all<{ name: string }>()
  const rows = await env.DB.batch<Json>(
    tables.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  )
  const cells = rows.flatMap(({ results }, i) =>
    results.map((row) => `${tables[i]?.name} ${JSON.stringify(row)}`),
  )
  const { keys } = await env.DENYLIST.list()
  const values = keys.map(async ({ name, metadata }) =>
    [name, JSON.stringify(metadata), await env.DENYLIST.get(name)].join(' '),
  )
  return [...cells, ...(await Promise.all(values))]
}

function world(): CanaryWorld {
  const output: string[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      output.push(args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(' '))
    })
  }
  const box = mailbox()
  const trouble = { isOn: false }
  const fails = () => trouble.isOn && ('throws' as const)
  const server = testServer({
    now: NOON,
    failureLimits: { perClient: 1e6, perAddress: 1e6 },
    env: {
      DB: faultyD1(env.DB, fails),
      DENYLIST: faultyKv(env.DENYLIST, fails),
      EMAIL: box.EMAIL,
      MAIL_FROM: 'portcullis@example.com',
    },
  })
  return {
    issuer: ISSUER,
    bootstrapToken: env.BOOTSTRAP_TOKEN ?? '',
    clock: server.clock,
    trouble,
    send: (request) => server.send(request.url.slice(ISSUER.length), request),
    cron: server.cron,
    stored: storedCells,
    output: () => [
      ...output.splice(0),
      ...box.mails.splice(0).map((m) => `mail ${JSON.stringify(m)}`),
    ],
  }
}

it(
  `INV-7: ${REQUESTS} requests of every kind show a secret in its one 201, and a token in its one answer`,
  async () => {
    const { sightings, ...figures } = await canary(world(), REQUESTS, SEED)
    vi.restoreAllMocks()
    expect(sightings).toEqual([])
    expect(figures.secrets).toBeGreaterThan(REQUESTS / 20)
    expect(figures.tokens).toBeGreaterThan(REQUESTS / 20)
    expect(figures.mails).toBeGreaterThan(0)
    expect(figures.statuses).toMatchObject({ 503: expect.any(Number), 201: expect.any(Number) })
  },
  PATIENCE,
)

it('the canary is heard: a piece of 23 characters is found wherever it stands', () => {
  const known = canaries()
  const secret = `pc_0123456789ab_${'q7Xk2'.repeat(9)}aB0zzz`
  known.add('a secret', ...partsOfSecret('client_1', secret))
  const basic = btoa(`client_1:${secret}`)
  for (let at = 0; at < 40; at++) {
    const before = '-'.repeat(at)
    expect(known.findIn(`${before}${secret.slice(20, 43)}-----`).size).toBe(1)
    expect(known.findIn(`${before}${basic.slice(40, 63)}-----`).size).toBe(1)
  }
  expect(known.findIn(secret.slice(0, 16).repeat(3)).size).toBe(0)
})
