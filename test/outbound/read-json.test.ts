import { afterEach, describe, expect, it, vi } from 'vitest'
import { jsonReader } from '../../src/outbound/read-json.ts'

// Keycloak CVE-2026-1180 (#45645): a jwks_uri was fetched wherever it pointed to, and wherever that
// sent the server on. CF UAA PR #4000 is the same. The publisher is test/support/node/internet.ts.

const PUBLISHER = 'https://publisher.example'
const RULES = { issuer: 'https://auth.example', mtlsHost: null, allowsLocalhost: false }
const SHORT_MS = 400

const read = (path: string, timeout?: number) => jsonReader(RULES, timeout)(`${PUBLISHER}${path}`)

const reasonOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: Error) => error.message,
  )

afterEach(() => vi.restoreAllMocks())

/** As if the publisher had answered so. */
function answering(body: ReadableStream | null, type = 'application/json') {
  const headers = { 'Content-Type': type }
  return vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { headers }))
}

describe('the reader of what others publish', () => {
  it.each(['/keys', '/jwk-set', '/gzipped', '/keys?a=b'])('reads %s', async (path) => {
    expect((await read(path)).json).toEqual({ keys: [] })
  })

  it('sends no cookie, no credentials, and asks for JSON alone', async () => {
    const { json } = await read('/asked')
    expect(json).toMatchObject({ accept: 'application/json, application/jwk-set+json' })
    expect(Object.keys(json as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(cookie|authorization|referer|origin)$/)]),
    )
  })

  it.each([301, 302, 303, 307, 308])('follows no redirect with status %s', async (status) => {
    expect(await reasonOf(read(`/${status}`))).toBe(`it answered with status ${status}`)
  })

  it.each([204, 206, 404])('takes nothing with status %s', async (status) => {
    expect(await reasonOf(read(`/${status}`))).toBe(`it answered with status ${status}`)
  })

  it.each(['/html', '/text', '/json-seq', '/untyped'])(
    'takes nothing that does not say that it is JSON: %s',
    async (path) => {
      expect(await reasonOf(read(path))).toBe('its Content-Type is not JSON')
    },
  )

  it.each(['x-application/json', 'application/json5', 'application/+json', 'application/a b+json'])(
    'takes nothing that only looks like JSON: %s',
    async (type) => {
      answering(null, type)
      expect(await reasonOf(read('/'))).toBe('its Content-Type is not JSON')
    },
  )

  it('takes nothing where there is no body', async () => {
    answering(null)
    expect(await reasonOf(read('/'))).toBe('its body is not JSON')
  })

  it.each(['/not-json', '/not-utf8', '/empty'])(
    'quotes nothing of what it could not parse: %s',
    async (path) => {
      expect(await reasonOf(read(path))).toBe('its body is not JSON')
    },
  )
})

describe('the reader of what others publish is held up by none', () => {
  it('reads 64 KiB and not a byte more', async () => {
    expect((await read('/largest')).json).toMatchObject({ keys: [] })
    expect(await reasonOf(read('/too-large'))).toBe('its body has more than 65536 bytes')
  })

  it.each(['/bomb', '/endless'])('cuts %s off', async (path) => {
    expect(await reasonOf(read(path))).toBe('its body has more than 65536 bytes')
  })

  it.each(['/slow', '/slow-head', '/stalled'])(
    'gives %s up when its time is over',
    async (path) => {
      const start = Date.now()
      expect(await reasonOf(read(path, SHORT_MS))).toBe('it timed out')
      // The server never ends these: a busy machine is late, and no more.
      expect(Date.now() - start).toBeLessThan(100 * SHORT_MS)
    },
  )

  it('lets go of what it gave up: of the request, and of its body', async () => {
    const cancel = vi.fn<() => void>()
    const fetched = answering(new ReadableStream({ cancel }))
    expect(await reasonOf(read('/', SHORT_MS))).toBe('it timed out')
    expect(fetched.mock.calls[0]?.[1]?.signal?.aborted).toBe(true)
    expect(cancel).toHaveBeenCalledOnce()
  })

  it('takes no half of a body', async () => {
    expect(await reasonOf(read('/cut-short', SHORT_MS))).not.toBe('read')
  })
})

describe('how long an answer is fresh', () => {
  it.each([
    ['max-age=600', 600],
    ['public, max-age=600, must-revalidate', 600],
    ['MAX-AGE="600"', 600],
    ['max-age=0', 60],
    ['max-age=31536000', 3600],
    ['max-age=99999999999999999999999', 3600],
    ['no-store', 60],
    ['no-cache, max-age=600', 60],
    ['s-maxage=600', 300],
    ['private', 300],
    ['max-age=-5', 300],
  ])('by "%s" is %s seconds', async (header, seconds) => {
    const answer = await read(`/keys?cache-control=${encodeURIComponent(header)}`)
    expect(answer.freshFor).toBe(seconds)
  })

  it('is five minutes where nothing is said', async () => {
    expect((await read('/keys')).freshFor).toBe(300)
  })
})
