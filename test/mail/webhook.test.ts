import { describe, expect, it, vi } from 'vitest'
import { makeWebhookTransport, readWebhook } from '../../src/mail/webhook.ts'
import { aMessage, NOW } from './letters.ts'

const URL = 'https://hooks.example/mail?token=abc'
const SECRET = 'a-secret-of-the-tests-ü-0123456789'
const TIMEOUT_MS = 100

function deliver(fetcher: typeof fetch) {
  const webhook = readWebhook(URL, SECRET)
  return makeWebhookTransport(webhook, () => NOW, fetcher, TIMEOUT_MS).deliver(aMessage())
}

/** No answer, until it is given up. */
const fetchNothing: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
  })

describe('the webhook', () => {
  it('gets the message as JSON under one id, signed with the secret', async () => {
    const requests: Request[] = []
    const fetcher: typeof fetch = async (input, init) => {
      requests.push(new Request(input, init))
      return new Response(null, { status: 202 })
    }
    expect(await deliver(fetcher)).toEqual({ outcome: 'accepted' })
    const [request] = requests
    if (!request) throw new Error('no request')
    const body = await request.text()
    expect([request.method, request.url, request.redirect]).toEqual(['POST', URL, 'manual'])
    expect(JSON.parse(body)).toEqual({
      message_id: 'message_1',
      to: 'ann@example.com',
      from: 'Portcullis <gate@example.com>',
      subject: 'Subject',
      text: 'Text',
      html: '<p>HTML</p>',
    })
    expect(Object.fromEntries(request.headers)).toEqual({
      'content-type': 'application/json',
      'idempotency-key': 'message_1',
      'webhook-id': 'message_1',
      'webhook-timestamp': String(NOW),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/) as string,
    })
    expect(await isSigned(request.headers, body)).toBe(true)
    expect(await isSigned(request.headers, `${body} `)).toBe(false)
  })

  it.each([200, 201, 204])('accepts with status %i', async (status) => {
    const outcome = await deliver(async () => new Response(null, { status }))
    expect(outcome).toEqual({ outcome: 'accepted' })
  })

  it.each([301, 302, 400, 401, 429, 500, 503])('refuses with status %i', async (status) => {
    const delivery = await deliver(async () => new Response('the body', { status }))
    const detail = `the webhook answered with status ${status}`
    expect(delivery).toEqual({ outcome: 'refused', detail })
  })

  it('is asked by the fetch of the platform, unless told otherwise', async () => {
    // The tests' network answers so.
    const transport = makeWebhookTransport(readWebhook(URL, SECRET), () => NOW)
    const detail = 'the webhook answered with status 599'
    expect(await transport.deliver(aMessage())).toEqual({ outcome: 'refused', detail })
  })

  it('leaves it unknown when the network fails, and does not quote its URL', async () => {
    const fetcher = vi.fn<typeof fetch>().mockRejectedValue(new TypeError(`lost: ${URL}`))
    expect(await deliver(fetcher)).toEqual({
      outcome: 'unknown',
      detail: 'the webhook gave no answer: lost: MAIL_WEBHOOK_URL',
    })
  })

  it('does not quote its URL as fetch writes it, either', async () => {
    const fetcher = vi.fn<typeof fetch>().mockRejectedValue(new TypeError(`lost: ${URL}`))
    const set = URL.replace('https://hooks', 'HTTPS://Hooks')
    expect(set).not.toBe(URL)
    const transport = makeWebhookTransport(readWebhook(set, SECRET), () => NOW, fetcher)
    expect(await transport.deliver(aMessage())).toMatchObject({
      detail: 'the webhook gave no answer: lost: MAIL_WEBHOOK_URL',
    })
  })

  it('leaves it unknown when no answer comes in time', async () => {
    expect(await deliver(fetchNothing)).toMatchObject({ outcome: 'unknown' })
  })

  it('accepts by the status when the body never ends', async () => {
    const endless = new ReadableStream({ pull: () => new Promise(() => undefined) })
    expect(await deliver(async () => new Response(endless))).toEqual({ outcome: 'accepted' })
  })
})

describe('MAIL_WEBHOOK_URL and MAIL_WEBHOOK_SECRET', () => {
  it.each(['https://hooks.example/x', 'http://localhost:8080/x', 'http://127.0.0.1/x'])(
    '%s is a place to send to',
    (url) => expect(readWebhook(url, SECRET)).toEqual({ url, secret: SECRET }),
  )

  it.each([
    '',
    'hooks.example',
    'http://hooks.example',
    'ftp://localhost',
    'https://a:b@hooks.example',
  ])('%j is a TypeError that names the setting', (url) => {
    expect(() => readWebhook(url, SECRET)).toThrow(TypeError)
    expect(() => readWebhook(url, SECRET)).toThrow(/^MAIL_WEBHOOK_URL /)
  })

  it.each([undefined, '', 'x'.repeat(31)])('the secret %j is too short', (secret) => {
    expect(() => readWebhook(URL, secret)).toThrow(TypeError)
    expect(() => readWebhook(URL, secret)).toThrow(/^MAIL_WEBHOOK_SECRET needs at least 32/)
  })
})

/** As a receiver would check it. */
async function isSigned(headers: Headers, body: string): Promise<boolean> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(SECRET), algorithm, false, [
    'verify',
  ])
  const signature = headers.get('webhook-signature')?.slice('v1,'.length) ?? ''
  const bytes = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0))
  const content = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`
  return crypto.subtle.verify('HMAC', key, bytes, encoder.encode(content))
}
