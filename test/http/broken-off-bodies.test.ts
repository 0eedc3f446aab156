import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { afterEach, expect, it, vi } from 'vitest'
import { callerOf, serverAt } from '../host/mounted.ts'
import { heardLog, type Line } from '../support/refusals/log.ts'
import { testServer } from '../support/server.ts'

afterEach(() => void vi.restoreAllMocks())

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const BEARER = {
  'Content-Type': 'application/json',
  Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
}

/** A body whose sender closes the connection after some bytes of it. */
function brokenOff(): ReadableStream<Uint8Array> {
  const chunks = [new TextEncoder().encode('grant_type=')]
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.error(new Error('Network connection lost.'))
    },
  })
}

const sent = (headers: Record<string, string>, length?: number) => ({
  method: 'POST',
  headers: { ...headers, ...(length && { 'Content-Length': String(length) }) },
  body: brokenOff(),
})

const DOORS: [string, Record<string, string>][] = [
  ['/oauth/token', FORM],
  ['/oauth/introspect', FORM],
  ['/oauth/revoke', FORM],
  ['/oauth/rotate', FORM],
  ['/admin/v1/clients', BEARER],
  ['/admin/v1/client-imports', BEARER],
  ['/ssf/streams', BEARER],
  ['/console/clients', { ...FORM, Origin: 'https://auth.example' }],
  ['/console/sign-in', { ...FORM, Origin: 'https://auth.example' }],
]

it.each(DOORS)('a body that breaks off at %s is a mistake of its sender', async (path, headers) => {
  for (const length of [500, undefined]) {
    const heard = heardLog()
    const server = testServer({ securityEvents: true })
    const response = await server.send(path, sent(headers, length))
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('The body was cut off.')
    const lines = heard.texts.map((text) => JSON.parse(text) as object)
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warning', status: 400, reason: 'invalid_request' }),
    ])
  }
})

it.each(['/oauth/token', '/admin/v1/clients', '/ssf/streams', '/console/sign-in'])(
  'one that broke off while a host read it, who goes on, is one too, at %s',
  async (path) => {
    const heard = heardLog()
    const app = new Hono().use(async (c, next) => {
      await c.req.text().catch(() => '')
      await next()
    })
    app.route('/auth', serverAt('/auth', { securityEvents: true }).app)
    const response = await callerOf(app).call(`/auth${path}`, sent({}, 500))
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('The body was cut off.')
    expect(heard.texts.map((text) => (JSON.parse(text) as Line)['level'])).toEqual(['warning'])
  },
)

it('one that a host took without leaving it to the server is a mistake of the host', async () => {
  const heard = heardLog()
  const app = new Hono().use(async (c, next) => {
    await c.req.raw.text()
    await next()
  })
  app.route('/auth', serverAt('/auth').app)
  const init = { method: 'POST', headers: FORM, body: 'grant_type=client_credentials' }
  const response = await callerOf(app).call('/auth/oauth/token', init)
  expect(response.status).toBe(500)
  expect(heard.texts.map((text) => (JSON.parse(text) as Line)['level'])).toEqual(['error'])
})
