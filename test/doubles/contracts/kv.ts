import { describe, expect, it } from 'vitest'
import type { LocationKv } from '../lagging-kv.ts'

type Kv = { kv: LocationKv; passAMinute: () => void }

/**
 * The behaviour of KV that the server and the guard rely on; `passAMinute`: a location's cached
 * values expire.
 */
export function kvContract(name: string, make: () => Kv): void {
  describe(`${name} is KV as the server knows it`, () => {
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

    it('answers many keys at once, with null for what there is not', async () => {
      const { kv } = make()
      await kv.put('a', '1')
      expect([...(await kv.get(['a', 'b']))]).toEqual([
        ['a', '1'],
        ['b', null],
      ])
      expect([...(await kv.get(['a', 'b'], { cacheTtl: 30 }))]).toHaveLength(2)
    })

    it('lists by prefix with what was noted beside a value, page by page', async () => {
      const { kv } = make()
      for (const name of ['x:1', 'x:2', 'y:1']) {
        await kv.put(name, 'text', name === 'x:1' ? { metadata: { version: 1 } } : {})
      }
      const first = await kv.list({ prefix: 'x:', limit: 1 })
      expect(first).toMatchObject({ keys: [{ name: 'x:1', metadata: { version: 1 } }] })
      expect(first.list_complete).toBe(false)
      const next = await kv.list({ prefix: 'x:', cursor: first.cursor ?? null })
      expect(next.keys.map(({ name }) => name)).toEqual(['x:2'])
      expect(next.list_complete).toBe(true)
    })

    it('forgets what was deleted', async () => {
      const { kv, passAMinute } = make()
      await kv.put('key', '1')
      passAMinute()
      await kv.delete('key')
      expect(await kv.get('key')).toBeNull()
      expect((await kv.list({ prefix: 'key' })).keys).toEqual([])
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
}
