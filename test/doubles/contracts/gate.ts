import { describe, expect, it } from 'vitest'

/** One gate over a database whose answer the test sets, and may hold back. */
export type GateUnderTest = {
  facts: (leaseMs: number) => Promise<number>
  invalidate: () => Promise<unknown>
  /** Has the database say this from now on. */
  commit: (value: number) => Promise<unknown> | void
  /** How often it was read. */
  reads: () => number
  /** Reads that begin from now on see the database as it is, and answer once let go. */
  holdReads: () => { begun: () => Promise<unknown>; letGo: () => void }
  failNextRead: () => void
  pass: (ms: number) => Promise<unknown> | void
}

const LEASE = 60_000

/** The behaviour of a gate that the Worker relies on: of Cloudflare's object, and of the one in memory. */
export function gateContract(name: string, make: () => Promise<GateUnderTest>): void {
  describe(`INV-20: ${name}`, () => {
    it('answers from memory within the lease, whatever the database says', async () => {
      const gate = await make()
      await gate.commit(1)
      expect(await gate.facts(LEASE)).toBe(1)
      await gate.commit(2)
      expect(await gate.facts(LEASE)).toBe(1)
      expect(gate.reads()).toBe(1)
    })

    it('reads anew once the lease has passed', async () => {
      const gate = await make()
      await gate.commit(1)
      await gate.facts(20)
      await gate.commit(2)
      await gate.pass(40)
      expect(await gate.facts(20)).toBe(2)
    })

    it('counts the lease from when the read began, however late its answer comes', async () => {
      const gate = await make()
      await gate.commit(1)
      const { begun, letGo } = gate.holdReads()
      const first = gate.facts(20)
      await begun()
      await gate.commit(2)
      await gate.pass(40)
      letGo()
      expect(await first).toBe(1)
      expect(await gate.facts(20)).toBe(2)
    })

    it('does not extend the lease by answering', async () => {
      const gate = await make()
      await gate.commit(1)
      await gate.facts(100)
      await gate.commit(2)
      await gate.pass(70)
      await gate.facts(100)
      await gate.pass(70)
      expect(await gate.facts(100)).toBe(2)
    })

    it('reads anew after an invalidation', async () => {
      const gate = await make()
      await gate.commit(1)
      await gate.facts(LEASE)
      await gate.commit(2)
      await gate.invalidate()
      expect(await gate.facts(LEASE)).toBe(2)
    })

    it('neither keeps nor shares a read that began before an invalidation', async () => {
      const gate = await make()
      await gate.commit(1)
      const { begun, letGo } = gate.holdReads()
      const early = gate.facts(LEASE)
      await begun()
      await gate.commit(2)
      await gate.invalidate()
      const late = gate.facts(LEASE)
      await gate.pass(5)
      letGo()
      expect([await early, await late]).toEqual([1, 2])
      expect(await gate.facts(LEASE)).toBe(2)
    })

    it('makes one read of a stampede', async () => {
      const gate = await make()
      await gate.commit(1)
      const { begun, letGo } = gate.holdReads()
      const all = Array.from({ length: 8 }, () => gate.facts(LEASE))
      await begun()
      await gate.pass(5)
      letGo()
      expect(await Promise.all(all)).toEqual(Array(8).fill(1))
      expect(gate.reads()).toBe(1)
    })

    it('does not share a read that has been under way for longer than the lease', async () => {
      const gate = await make()
      await gate.commit(1)
      const { begun, letGo } = gate.holdReads()
      const early = gate.facts(20)
      await begun()
      await gate.commit(2)
      await gate.pass(40)
      const late = gate.facts(20)
      await gate.pass(5)
      letGo()
      expect([await early, await late]).toEqual([1, 2])
    })

    it('fails with the database, and answers nothing from before', async () => {
      const gate = await make()
      await gate.commit(1)
      await gate.facts(20)
      await gate.pass(40)
      gate.failNextRead()
      await expect(gate.facts(20)).rejects.toThrow('out of reach')
      expect(await gate.facts(20)).toBe(1)
    })
  })
}
