import { describe, expect, it } from 'vitest'

/** The server's clock, and D1's, which some statements ask (`unixepoch()`). */
type Clocks = { now: () => number; d1: D1Database }

/**
 * The behaviour of its clocks that the server relies on: whole seconds since 1970, and the same at
 * both.
 */
export function clockContract(name: string, make: () => Clocks): void {
  describe(`${name} tells the time as the server knows it`, () => {
    it('says whole seconds since 1970', async () => {
      const { now, d1 } = make()
      const atD1 = await d1.prepare('SELECT unixepoch() AS now').first<number>('now')
      for (const at of [now(), atD1]) {
        expect(Number.isInteger(at)).toBe(true)
        expect(at).toBeGreaterThan(Date.UTC(2026, 0, 1) / 1000)
      }
    })

    it('says the same in D1 and in the server, and goes on', async () => {
      const { now, d1 } = make()
      const before = now()
      const atD1 = (await d1.prepare('SELECT unixepoch() AS now').first<number>('now')) ?? 0
      const after = now()
      expect(before).toBeLessThanOrEqual(atD1)
      expect(atD1).toBeLessThanOrEqual(after)
    })
  })
}
