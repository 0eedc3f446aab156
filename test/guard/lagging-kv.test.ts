import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { kvContract } from '../doubles/contracts/kv.ts'
import { faultyKv } from '../doubles/faults.ts'
import { LOCATION_CACHE, type LocationKv, laggingKv } from '../doubles/lagging-kv.ts'

function lagging(now = 0) {
  const clock = { now }
  const locations = laggingKv(() => clock.now)
  const [a, b, c] = locations as [LocationKv, LocationKv, LocationKv]
  return { clock, a, b, c }
}

// One of three locations with a minute's memory, a KV without, and with faults of which none happens.
kvContract('real KV', () => ({ kv: env.DENYLIST as unknown as LocationKv, passAMinute: () => {} }))
kvContract('one location of the lagging KV', () => {
  const { clock, a } = lagging()
  return { kv: a, passAMinute: () => void (clock.now += LOCATION_CACHE) }
})
kvContract('real KV behind faults that do not happen', () => ({
  kv: faultyKv(env.DENYLIST, () => null) as unknown as LocationKv,
  passAMinute: () => {},
}))

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
