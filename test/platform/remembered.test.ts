import { beforeEach, describe, expect, it } from 'vitest'
import { remembered } from '../../src/platform/remembered.ts'

const NOW = 1_800_000_000

describe('what is remembered under a name', () => {
  const isFound = (value: string[]) => value.length > 0
  let memory = remembered({ period: 60, most: 2, isFound })
  beforeEach(() => {
    memory = remembered({ period: 60, most: 2, isFound })
    memory.keep('a', ['found'], NOW)
  })

  it.each([
    ['when it was read', 0, true],
    ['for the period', 59, true],
    ['and no longer', 60, false],
    ['while the clock is set back by less', -59, true],
    ['and not once it is set back by more', -60, false],
  ])('is good %s', (_, later, isGood) => {
    expect(memory.recall('a', NOW + later)?.value).toEqual(isGood ? ['found'] : undefined)
  })

  it('is known as the last one however old it is', () => {
    expect(memory.last('a')).toEqual(['found'])
    expect(memory.last('b')).toBeUndefined()
  })

  it('is that there is nothing only where there was something', () => {
    memory.keep('b', [], NOW)
    expect(memory.recall('b', NOW)).toBeNull()
    memory.keep('a', [], NOW + 1)
    expect(memory.recall('a', NOW + 60)?.value).toEqual([])
  })

  it('is not pushed out by names under which nothing was found', () => {
    for (const name of ['b', 'c', 'd']) memory.keep(name, [], NOW)
    expect(memory.recall('a', NOW)?.value).toEqual(['found'])
  })

  it('is the newest where there are more names than places', () => {
    for (const name of ['b', 'c']) memory.keep(name, [name], NOW)
    expect(['a', 'b', 'c'].map((name) => memory.last(name))).toEqual([undefined, ['b'], ['c']])
  })

  it('is forgotten under one name, or under all', () => {
    memory.keep('b', ['too'], NOW)
    memory.forget('a')
    expect([memory.last('a'), memory.last('b')]).toEqual([undefined, ['too']])
    memory.clear()
    expect(memory.last('b')).toBeUndefined()
  })
})
