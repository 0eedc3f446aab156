import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { LOCATION_CACHE, type LocationKv, laggingKv } from '../doubles/lagging-kv.ts'

/** A KV, and how a minute passes in which all that is cached ends. */
type Kind = [string, () => { kv: LocationKv; passAMinute: () => void }]

function lagging(now = 0) {
  const clock = { now }
  const locations = laggingKv(() => clock.now)
  const [a, b, c] = locations as [LocationKv, LocationKv, LocationKv]
  return { clock, a, b, c }
}

const kinds: Kind[] = [
  ['real KV', () => ({ kv: env.DENYLIST, passAMinute: () => {} })],
  [
    'one location of the lagging KV',
    () => {
      const { clock, a } = lagging()
      return { kv: a, passAMinute: () => void (clock.now += LOCATION_CACHE) }
    },
  ],
]

describe.each(kinds)('%s', (_name, make) => {
  it('answers what was put, as text and as JSON', async () => {
    const { kv } = make()
    await kv.put('key', '{"version":1}')
    expect(await kv.get('key')).toBe('{"version":1}')
    expect(await kv.get('key', 'json')).toEqual({ version: 1 })
    expect(await kv.get('key', { type: 'json', cacheTtl: 30 })).toEqual({ version: 1 })
  })

  it('answers null for a key that was never put', async () => {
    const { kv } = make()
    expect(await kv.get('missing')).toBeNull()
    expect(await kv.get('missing', { type: 'json', cacheTtl: 30 })).toBeNull()
  })

  it('answers the later of two values, when a minute has passed', async () => {
    const { kv, passAMinute } = make()
    await kv.put('key', '1')
    await kv.get('key')
    passAMinute()
    await kv.put('key', '2')
    expect(await kv.get('key')).toBe('2')
  })

  it('throws for a value that is no JSON where JSON is asked for', async () => {
    const { kv } = make()
    await kv.put('key', '{"version":')
    await expect(kv.get('key', 'json')).rejects.toThrow()
  })

  it('refuses a cacheTtl below 30 seconds', async () => {
    const { kv } = make()
    await expect(kv.get('key', { type: 'json', cacheTtl: 29 })).rejects.toThrow(/400/)
  })
})

describe('the lagging KV', () => {
  it('goes on answering a value that was overwritten for 60 seconds, and where nobody had read the new one', async () => {
    const { clock, a, b } = lagging()
    await a.put('key', '1')
    expect(await a.get('key')).toBe('1')
    clock.now += 1
    await a.put('key', '2')
    expect(await b.get('key')).toBe('2')
    clock.now += 58
    expect(await a.get('key')).toBe('1')
    clock.now += 1
    expect(await a.get('key')).toBe('2')
  })

  it('goes on answering that there is nothing for 60 seconds', async () => {
    const { clock, a, c } = lagging()
    expect(await c.get('key')).toBeNull()
    await a.put('key', '1')
    clock.now += 59
    expect(await c.get('key')).toBeNull()
    clock.now += 1
    expect(await c.get('key')).toBe('1')
  })

  it('keeps a value for longer where cacheTtl says so', async () => {
    const { clock, a } = lagging()
    await a.get('key', { type: 'json', cacheTtl: 120 })
    await a.put('key', '1')
    clock.now += 119
    expect(await a.get('key')).toBeNull()
    clock.now += 1
    expect(await a.get('key')).toBe('1')
  })

  it('refuses a second write to a key within a second, wherever it comes from', async () => {
    const { clock, a, b } = lagging()
    await a.put('key', '1')
    await expect(b.put('key', '2')).rejects.toThrow(/429/)
    await b.put('other', '2')
    clock.now += 1
    await b.put('key', '2')
    expect(await a.get('key')).toBe('2')
  })

  it('forgets a value whose expirationTtl has passed', async () => {
    const { clock, a, b } = lagging()
    await a.put('key', '1', { expirationTtl: 60 })
    clock.now += 60
    expect(await b.get('key')).toBeNull()
  })
})
