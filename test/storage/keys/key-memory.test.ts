import { describe, expect, it } from 'vitest'
import { keyMemory, REMEMBERED } from '../../../src/storage/keys/key-memory.ts'

const NOW = 1_800_000_000
const jwks = (...kids: string[]) => kids.map((kid) => ({ kid }))

function memory() {
  const keys = keyMemory()
  let reads = 0
  const ask = (now: number, ...kids: string[]) =>
    keys
      .published(now, async () => {
        reads++
        return jwks(...kids)
      })
      .then((found) => found.map(({ kid }) => kid))
  return { keys, ask, reads: () => reads }
}

describe('what an isolate remembers of the published keys', () => {
  it('is good for some seconds, and not once the clock went back by as many', async () => {
    const { ask, reads } = memory()
    expect(await ask(NOW, 'a', 'b')).toEqual(['a', 'b'])
    expect(await ask(NOW + REMEMBERED - 1, 'c')).toEqual(['a', 'b'])
    expect(await ask(NOW + REMEMBERED, 'c')).toEqual(['c'])
    expect(await ask(NOW, 'd')).toEqual(['d'])
    expect(reads()).toBe(3)
  })

  it('is never that there is no key', async () => {
    const { ask } = memory()
    expect(await ask(NOW)).toEqual([])
    expect(await ask(NOW, 'a')).toEqual(['a'])
  })

  it('hides no key with which this isolate signs, whichever came first', async () => {
    const { ask, keys } = memory()
    expect(await ask(NOW, 'a')).toEqual(['a'])
    keys.signedWith('a')
    expect(await ask(NOW, 'x')).toEqual(['a'])
    keys.signedWith('fresh')
    // Keys read before the key was there are not remembered.
    expect(await ask(NOW, 'a')).toEqual(['a'])
    expect(await ask(NOW, 'a', 'fresh')).toEqual(['a', 'fresh'])
    expect(await ask(NOW, 'x')).toEqual(['a', 'fresh'])
  })

  it('is forgotten behind a change, with what was being read meanwhile', async () => {
    const { keys, ask } = memory()
    let finish: (found: { kid: string }[]) => void = () => {}
    const slow = keys.published(
      NOW,
      () => new Promise<{ kid: string }[]>((done) => (finish = done)),
    )
    keys.forget()
    finish(jwks('revoked'))
    expect(await slow).toEqual(jwks('revoked'))
    expect(await ask(NOW, 'a')).toEqual(['a'])
    keys.forget()
    expect(await ask(NOW, 'b')).toEqual(['b'])
  })

  it('lets the upkeep of keys be looked at once a minute', () => {
    const keys = keyMemory()
    const times = [NOW, NOW + 59, NOW + 60, NOW + 61, NOW - 3600]
    expect(times.map((now) => keys.isUpkeepDue(now))).toEqual([true, false, true, false, true])
  })
})
