import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COUNTED_ANEW,
  type DenylistEntry,
  readEntry,
  REVOKED_MAX,
  STEP_MAX,
} from '../../src/domain/denylist.ts'
import { type Quarantine, quarantineOf, isBeyond } from '../../src/domain/quarantine.ts'
import { RUNS } from './arbitraries.ts'

const jti = (n: number) => `${n}`.padStart(22, 'j')
const said: DenylistEntry = { version: 3, suspended: false, generation: 1, revoked: [jti(1)] }
const shown = (fields: Partial<DenylistEntry>): DenylistEntry => ({ ...said, ...fields })
const hold = (fields: Partial<DenylistEntry>, by = said) =>
  quarantineOf('client_1', shown(fields), by)

const count = fc.oneof(
  fc.integer({ min: 0, max: 10 }),
  fc.maxSafeNat(),
  fc.integer({ min: -3, max: 3 }).map((n) => STEP_MAX + 3 + n),
)

const anEntry: fc.Arbitrary<DenylistEntry> = fc.record({
  version: count,
  suspended: fc.boolean(),
  generation: count,
  revoked: fc.subarray([1, 2, 3]).map((list) => list.map(jti)),
})

describe('what KV says', () => {
  it('is an entry just when this server could have written it, by its form', () => {
    fc.assert(
      fc.property(anEntry, (entry) => {
        expect(readEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry)
      }),
      RUNS,
    )
    expect(readEntry({ ...said, more: 'of a later release' })).toEqual(said)
  })

  it('is nothing that is believed when it could not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readEntry(value)).toBe('garbled')
      }),
      RUNS,
    )
    const many = Array.from({ length: REVOKED_MAX + 1 }, (_, n) => jti(n))
    expect(readEntry(shown({ revoked: many.slice(1) }))).not.toBe('garbled')
    expect(readEntry(shown({ revoked: many }))).toBe('garbled')
    for (const wrong of ['', 'x', jti(1).slice(1), `${jti(1)}j`, jti(1).replace('j', '-')]) {
      expect(readEntry(shown({ revoked: [wrong] }))).toBe('garbled')
    }
    for (const n of [-1, 0.5, 2 ** 53, Number.NaN, Infinity]) {
      expect([readEntry(shown({ version: n })), readEntry(shown({ generation: n }))]).toEqual([
        'garbled',
        'garbled',
      ])
    }
  })
})

describe('a client', () => {
  it('is held where the denylist knows more, with all that it knows', () => {
    const known = { version: 5, generation: 2, revoked: [jti(2)] }
    expect(hold(known)).toEqual({
      clientId: 'client_1',
      ...known,
      reason: expect.stringMatching(/has newer changes/) as string,
    })
    expect(hold({ version: 5, generation: 0 })?.generation).toBe(1)
  })

  it('is let be where D1 knows as much', () => {
    expect(quarantineOf('client_1', null, said)).toBeNull()
    expect([hold({}), hold({ version: 2, suspended: true })]).toEqual([null, null])
    expect(hold({ version: 2, generation: Number.MAX_SAFE_INTEGER })).toBeNull()
  })

  it('is held by numbers up to a million ahead, and by those of D1 from there on', () => {
    expect(hold({ version: 3 + STEP_MAX })?.version).toBe(3 + STEP_MAX)
    expect(hold({ version: 4 + STEP_MAX })).toMatchObject({ version: 3, generation: 1 })
    expect(hold({ version: 4, generation: 1 + STEP_MAX })?.generation).toBe(1 + STEP_MAX)
    // Its version was seen at the edge: it is counted on from there.
    expect(hold({ version: 4, generation: 2 + STEP_MAX })).toMatchObject({
      version: 4,
      generation: 1,
      revoked: [],
      reason: expect.stringMatching(/cannot be trusted/) as string,
    })
    expect(quarantineOf('client_1', 'garbled', said)).toMatchObject({ version: 3, generation: 1 })
  })

  it('is not held by what cannot be believed where it is suspended: that is written over', () => {
    const suspended = { ...said, suspended: true }
    expect(quarantineOf('client_1', 'garbled', suspended)).toBeNull()
    expect(hold({ version: 4 + STEP_MAX }, suspended)).toBeNull()
    expect([isBeyond('garbled', said), isBeyond(null, said)]).toEqual([true, false])
  })

  it('loses all its tokens where more are revoked than an entry may list', () => {
    const revoked = Array.from({ length: REVOKED_MAX }, (_, n) => jti(n + 1))
    expect(hold({ version: 4, revoked })).toMatchObject({ generation: 1, revoked })
    const one = { ...said, revoked: [jti(0)] }
    expect(hold({ version: 4, revoked }, one)).toMatchObject({ generation: 2, revoked: [] })
  })
})

/** D1's entry after a quarantine. */
const after = ({ version, generation, revoked }: Quarantine): DenylistEntry => ({
  version: version + 1,
  suspended: true,
  generation,
  revoked: [...said.revoked, ...revoked],
})

/** D1 when nothing is held any more, and how often something was. */
function settled(
  entry: DenylistEntry,
  from: DenylistEntry,
): { next: DenylistEntry; holds: number } {
  let [next, holds] = [from, 0]
  for (; holds < 9; holds++) {
    const made = quarantineOf('client_1', entry, next)
    if (!made) break
    next = after(made)
  }
  return { next, holds }
}

describe('whatever an entry says', () => {
  it('D1 counts on from plausible numbers, and the reader that saw it goes by the next', () => {
    fc.assert(
      fc.property(anEntry, (entry) => {
        const { next, holds } = settled(entry, said)
        // An entry just out of reach is within reach once D1 has counted up by one.
        expect(holds).toBeLessThanOrEqual(2)
        expect(next.version).toBeLessThanOrEqual(said.version + STEP_MAX + 2)
        expect(next.generation).toBeLessThanOrEqual(said.generation + STEP_MAX)
        if (holds === 0) return
        // As the guard tells a newer one, and one that was counted anew.
        const behind = entry.version - next.version
        expect(behind < 0 || behind > COUNTED_ANEW).toBe(true)
      }),
      RUNS,
    )
  })
})
