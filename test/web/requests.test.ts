import { afterEach, describe, expect, it, vi } from 'vitest'
import { safeParse } from 'valibot'
import { Refusal } from '../../src/domain/errors.ts'
import { actorId } from '../../src/web/actor-id.ts'
import { newApp } from '../../src/web/app.ts'
import { backOff } from '../../src/web/back-off.ts'
import { hasMediaType, readText, utf8Text } from '../../src/web/body.ts'
import { connectingAddress } from '../../src/web/client-address.ts'
import { only, withPreflight } from '../../src/web/methods.ts'
import { moment, momentOrEndOfDay } from '../../src/web/moments.ts'
import { requestIdOf } from '../../src/web/request-id.ts'
import { messagesIn } from './fields.ts'

afterEach(() => void vi.restoreAllMocks())

const URL_HERE = 'https://auth.example/'

describe('a path that has one method', () => {
  const app = newApp()
    .all(
      '/get',
      only('GET', (c) => c.text('got')),
    )
    .all(
      '/post',
      only('POST', (c) => c.text('posted')),
    )

  it.each([
    ['/get', 'POST', 'GET, HEAD', 'Use GET or HEAD.'],
    ['/post', 'GET', 'POST', 'Use POST.'],
    ['/post', 'HEAD', 'POST', ''],
  ])('at %s refuses %s', async (path, method, allow, error_description) => {
    const response = await app.request(path, { method })
    expect(response.status).toBe(405)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      allow,
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    const text = await response.text()
    const body = { error: 'invalid_request', error_description }
    expect(text).toBe(method === 'HEAD' ? '' : JSON.stringify(body))
  })

  it('answers it, and HEAD where that is GET', async () => {
    expect(await (await app.request('/get')).text()).toBe('got')
    expect((await app.request('/get', { method: 'HEAD' })).status).toBe(200)
    expect(await (await app.request('/post', { method: 'POST' })).text()).toBe('posted')
  })
})

describe('a public document', () => {
  const app = newApp().all(
    '/',
    withPreflight((c) => c.text(c.req.method)),
  )

  it('may be read by any page: a preflight says so', async () => {
    const headers = { 'Access-Control-Request-Method': 'GET' }
    const response = await app.request('/', { method: 'OPTIONS', headers })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
      'access-control-max-age': '86400',
    })
  })

  it('is not taken for one that is preflighted: OPTIONS alone, or the header alone', async () => {
    expect(await (await app.request('/', { method: 'OPTIONS' })).text()).toBe('OPTIONS')
    const headers = { 'Access-Control-Request-Method': 'GET' }
    expect(await (await app.request('/', { headers })).text()).toBe('GET')
  })
})

describe('a body', () => {
  const FORM = 'application/x-www-form-urlencoded'

  it.each<[string, boolean]>([
    [FORM, true],
    [`${FORM} ; a=b`, true],
    [`${FORM.toUpperCase()}; Charset="UTF-8"`, true],
    [`${FORM};charset=utf8`, true],
    [`${FORM}; charset = utf-8 `, true],
    [`${FORM}; charset=utf-16`, false],
    [`${FORM}; charset=xutf-8`, false],
    [`${FORM}; charset=utf-8x`, false],
    [`${FORM}; charset`, false],
    [`${FORM}; charset=utf-8; charset=latin1`, false],
    [`a${FORM}`, false],
    [`text/plain; ${FORM}`, false],
  ])('of the type %s is one of a form: %j', (type, isForm) => {
    const request = new Request(URL_HERE, { headers: { 'Content-Type': type } })
    expect(hasMediaType(request, FORM)).toBe(isForm)
  })

  const sent = (bytes: number, declared: boolean) => {
    const body = new Uint8Array(bytes).fill(97)
    const stream = new Response(body).body ?? undefined
    const headers = declared ? { 'Content-Length': String(bytes) } : undefined
    const init = { method: 'POST', ...(headers && { headers }), body: declared ? body : stream }
    return new Request(URL_HERE, init)
  }

  it.each([true, false])('is read up to its limit; with a length: %j', async (declared) => {
    expect(await readText(sent(1024, declared), 1024)).toBe('a'.repeat(1024))
    expect(await readText(sent(0, declared), 1024)).toBe('')
    const tooLarge = readText(sent(1025, declared), 1024)
    await expect(tooLarge).rejects.toMatchObject({
      code: 'body_too_large',
      message: 'The body is over 1 KiB.',
    })
  })

  it('that says it is shorter than it is is cut off', async () => {
    const request = new Request(URL_HERE, { method: 'POST', body: 'a'.repeat(2000) })
    vi.spyOn(request.headers, 'get').mockReturnValue('1')
    await expect(readText(request, 1024)).rejects.toMatchObject({ code: 'body_too_large' })
  })

  it('that is not UTF-8 is refused, and no mark at its beginning is lost', () => {
    expect(utf8Text(new TextEncoder().encode('\ufeffä'))).toBe('\ufeffä')
    const wrong = () => utf8Text(new Uint8Array([0xff]))
    expect(wrong).toThrow(new Refusal('invalid_request', 'The body is not UTF-8.'))
  })
})

describe('the id of a request', () => {
  const idOf = (ray?: string) =>
    requestIdOf(new Request(URL_HERE, ray === undefined ? {} : { headers: { 'CF-Ray': ray } }))

  it.each(['0123456789abcdef', '0123456789abcdef-FRA'])('is that of Cloudflare: %s', (ray) => {
    expect(idOf(ray)).toBe(ray)
  })

  it.each([
    undefined,
    '0123456789abcde',
    '0123456789abcdef0',
    '0123456789abcdeg',
    '0123456789abcdef-FR',
    '0123456789abcdef-FRAN',
    '0123456789abcdef-fra',
    'x0123456789abcdef',
    '0123456789abcdef-FRA-x',
  ])('is one of our own where the header is %s', (ray) => {
    const id = idOf(ray)
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(idOf(ray)).not.toBe(id)
  })
})

describe('the address of a request', () => {
  const WORKERS = '2a06:98c0:3600::103'
  const from = (address: string, zone?: string) =>
    connectingAddress(
      new Request<unknown, CfProperties>(URL_HERE, {
        headers: { 'CF-Connecting-IP': address, ...(zone !== undefined && { 'CF-Worker': zone }) },
        cf: { colo: 'FRA' },
      }),
    )

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7::1', '2001:db8:0:7'],
    ['2001:0db8:0000:0070:1:2:3:4', '2001:db8:0:70'],
    ['2001:db8::7:0:0:0:1', '2001:db8:0:7'],
    ['::1', '0:0:0:0'],
    ['2001:db8::', '2001:db8:0:0'],
    ['1::2:3:4:5:6:7:8', '1:2:3:4'],
    ['0000:0000:0:00:1:2:3:4', '0:0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4'],
    ['1:2:3::', '1:2:3:0'],
    ['::ffff:192.0.2.1', '0:0:0:0'],
  ])('%s counts as %s', (address, network) => {
    expect(from(address)).toBe(network)
  })

  it('is of a Worker with its zone, and no more of that than a hundred characters', () => {
    expect(from(WORKERS)).toBe('2a06:98c0:3600:0')
    expect(from(WORKERS, 'a.example')).toBe('2a06:98c0:3600:0 a.example')
    expect(from(WORKERS, 'x'.repeat(101))).toBe(`2a06:98c0:3600:0 ${'x'.repeat(100)}`)
    expect(from('192.0.2.1', 'a.example')).toBe('192.0.2.1')
  })

  it('is unknown without any', () => {
    expect(connectingAddress(new Request(URL_HERE))).toBe('unknown')
  })
})

describe('a moment in a query', () => {
  const [day, of] = [
    Date.UTC(2026, 10, 26) / 1000,
    (text: string) => safeParse(moment, text).output,
  ]

  it.each([
    ['2026-11-26', 0],
    ['2026-11-26T09:30:00Z', 34_200],
    ['2026-11-26T09:30:00.001Z', 34_201],
    ['2026-11-26T09:30:00+01:00', 30_600],
    ['2026-11-26T09:30:00-01:00', 37_800],
  ])('%s is a second', (text, seconds) => {
    expect(of(text)).toBe(day + seconds)
  })

  it('may be the end of a day, and that of no moment within it', () => {
    expect(safeParse(momentOrEndOfDay, '2026-11-26').output).toBe(day + 86_400)
    expect(safeParse(momentOrEndOfDay, '2026-11-26T09:30:00Z').output).toBe(day + 34_200)
  })

  it.each([
    '',
    'today',
    '2026-13-01',
    '2026-11-26T09:30:00',
    '2026-11-26T25:30:00Z',
    '2026-11-26T09:30:00.Z',
    '2026-11-26 09:30:00Z',
    'x2026-11-26T09:30:00Z',
    '2026-11-26T09:30:00Zx',
  ])('is not %j', (text) => {
    const says = 'must be a date, 2026-11-26, or a moment, 2026-11-26T09:30:00Z'
    expect(messagesIn(moment, text)).toEqual([says])
    expect(messagesIn(momentOrEndOfDay, text)).toEqual([says])
  })
})

it('the id of who acted is a text of at most 200 characters; the server itself has another name', () => {
  expect(messagesIn(actorId, '')).toEqual(['must not be empty'])
  expect(messagesIn(actorId, 'x'.repeat(201))).toEqual(['must have at most 200 characters'])
  expect(messagesIn(actorId, 'x'.repeat(200))).toEqual([])
  const read = ['system', 'client_1'].map((text) => safeParse(actorId, text).output)
  expect(read).toEqual(['portcullis', 'client_1'])
})

it('who collides again waits twice as long at most, and never more than a quarter of a second', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const waits: unknown[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((go: () => void, ms: unknown) => {
    waits.push(ms)
    go()
  }) as never)
  for (const attempt of [0, 1, 2, 5, 6, 20]) await backOff(attempt)
  expect(waits).toEqual([5, 10, 20, 160, 250, 250])
})
