import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'

const [OLD, NEW] = ['old', 'new'].map(
  (name) => `whsec_${Buffer.from(`a secret of the tests: ${name}`).toString('base64')}`,
) as [string, string]

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Taken = { id: string; type: string; data: Record<string, unknown> }

/**
 * A receiver on a real socket. It believes what Standard Webhooks' own library verifies with its
 * secret; `answers` says how it answers each request in turn, and at last 204.
 */
async function receiver(secret: string, answers: (number | 'hangs up')[] = []) {
  const [taken, unverified]: [Taken[], IncomingHttpHeaders[]] = [[], []]
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const answer = answers.shift() ?? 204
      if (answer === 'hangs up') return request.socket.destroy()
      if (answer === 204) {
        try {
          const headers = request.headers as { 'webhook-id': string }
          const event = new Webhook(secret).verify(body, headers) as Omit<Taken, 'id'>
          taken.push({ id: headers['webhook-id'], ...event })
        } catch {
          unverified.push(request.headers)
        }
      }
      return response.writeHead(answer, { Location: '/elsewhere' }).end('an answer to nobody')
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/in?token=do-not-show`, taken, unverified }
}

async function running(vars: Record<string, string>): Promise<RunningWorker> {
  const worker = await runWorker(vars)
  closing.push(() => worker.close())
  return worker
}

const cron = (worker: RunningWorker) => fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)

const create = (worker: RunningWorker) =>
  worker.admin('POST', '/clients', { client_name: 'Nightly <b>export</b>', permissions: [] })

const envOf = (url: string, secret: string) => ({
  EVENTS_WEBHOOK_URL: url,
  EVENTS_WEBHOOK_SECRET: secret,
})

describe('events over real sockets', () => {
  it('are verified by the library of Standard Webhooks, once each, in order', async () => {
    const { url, taken, unverified } = await receiver(NEW)
    const worker = await running(envOf(url, `${NEW} ${OLD}`))
    await cron(worker)
    await cron(worker)
    taken.length = 0
    const { client_id: id, client_secret: secret } = await create(worker)
    await worker.admin('PUT', `/clients/${String(id)}/suspension`, { reason: 'A leak' })
    await Promise.all([cron(worker), cron(worker)])
    expect(unverified).toEqual([])
    expect(taken.map(({ type }) => type)).toEqual(['client.created', 'client.suspended'])
    const log = await worker.admin('GET', '/audit-events?limit=2')
    const ids = (log['data'] as { event_id: string }[]).map((event) => event.event_id)
    expect(taken.map((one) => one.id)).toEqual(ids.toReversed())
    expect(taken[1]?.data).toMatchObject({ client_name: 'Nightly <b>export</b>', reason: 'A leak' })
    expect(JSON.stringify(taken)).not.toContain(String(secret))
  })

  it.each([OLD, NEW])('are believed by a receiver that has one secret of two', async (secret) => {
    const { url, taken, unverified } = await receiver(secret)
    const worker = await running(envOf(url, `${NEW} ${OLD}`))
    expect(await worker.admin('POST', '/events-webhook/test')).toEqual({ accepted: true })
    expect(taken.map(({ type }) => type)).toEqual(['webhook.test'])
    expect(unverified).toEqual([])
  })

  it('are not believed with another secret', async () => {
    const { url, taken, unverified } = await receiver(OLD)
    const worker = await running(envOf(url, NEW))
    await worker.admin('POST', '/events-webhook/test')
    expect([taken.length, unverified.length]).toEqual([0, 1])
  })

  // The harness itself answers with status 500 where there is no answer, or a redirect.
  it.each<[number | 'hangs up', string]>([
    [503, 'status 503'],
    [302, 'status 500'],
    ['hangs up', 'status 500'],
  ])(
    'wait when the receiver answers %s; nothing shows its URL or its answer',
    async (answer, problem) => {
      const { url, taken } = await receiver(NEW, [answer, answer])
      const worker = await running(envOf(url, NEW))
      await cron(worker)
      await create(worker)
      await cron(worker)
      expect(taken).toEqual([])
      const shown = await worker.admin('GET', '/events-webhook')
      expect(shown['last_failures']).toMatchObject([{ problem }])
      expect(JSON.stringify(shown)).not.toMatch(/do-not-show|an answer/)
    },
  )
})
