import { describe, expect, it } from 'vitest'
import { flushOutbox } from '../../../src/actions/edge/flush-outbox.ts'
import { publishDenylist } from '../../../src/actions/edge/publish-denylist.ts'
import type { Shown } from '../../../src/domain/denylist.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { anEntry, memoryEdge, memoryLedger } from '../memory.ts'

const ID = 'client_1'
const ENTRY = anEntry({ version: 2, suspended: true })

/** A client whose entry is due, and KV with an older one, or `shown`. */
function dueWith(shown: Shown = anEntry({ version: 1 }), isRepeat = false) {
  const edge = memoryEdge({ [ID]: ENTRY })
  edge.due.push({ clientId: ID, entry: ENTRY, isRepeat })
  edge.shown.set(ID, shown)
  const ledger = memoryLedger()
  return {
    ...edge,
    ...ledger,
    deps: { ...ledger.deps, outbox: edge.outbox, denylist: edge.denylist },
  }
}

const down = () => Promise.reject(new Unavailable('kv', 'no answer'))
const broken = () => Promise.reject(new TypeError('a bug'))

describe('a change goes to the edge', () => {
  it('at once, when KV takes it', async () => {
    const { deps, shown, written } = dueWith()
    expect(await publishDenylist(deps, ID)).toBe('complete')
    expect(shown.get(ID)).toEqual(ENTRY)
    expect(written).toEqual([[{ clientId: ID, version: 2, ok: true, wasTried: true }]])
  })

  it('of the client that was changed alone, by a writer of its own each time', async () => {
    const { deps, settledAs } = dueWith()
    settledAs.push('newer')
    const claims: [string, object][] = []
    const { claim, ...outbox } = deps.outbox
    const noting = {
      ...outbox,
      claim: async (writer: string, which: object) => {
        claims.push([writer, which])
        return claim()
      },
    }
    await publishDenylist({ ...deps, outbox: noting }, ID)
    expect(claims.map(([, which]) => which)).toEqual([{ clientIds: [ID] }, { clientIds: [ID] }])
    expect(claims[0]?.[0]).toMatch(/^[0-9A-Za-z]{16}$/)
    expect(claims[0]?.[0]).not.toBe(claims[1]?.[0])
  })

  it('also when KV has no entry of the client yet', async () => {
    const { deps, shown } = dueWith(null)
    expect(await publishDenylist(deps, ID)).toBe('complete')
    expect(shown.get(ID)).toEqual(ENTRY)
  })

  it('again when a newer version is due, three times at most', async () => {
    const twice = dueWith()
    twice.settledAs.push('newer')
    expect(await publishDenylist(twice.deps, ID)).toBe('complete')
    expect(twice.asked.claims).toBe(2)
    const forever = dueWith()
    forever.settledAs.push('newer', 'newer', 'newer', 'newer', 'newer')
    expect(await publishDenylist(forever.deps, ID)).toBe('pending')
    expect(forever.asked.claims).toBe(3)
  })

  it('later, where an earlier write may still land', async () => {
    const { deps, settledAs, asked } = dueWith()
    settledAs.push('unsettled')
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect(asked.claims).toBe(1)
  })

  it('by another writer, where one has it already: KV is left alone', async () => {
    const { deps, due, asked, written } = dueWith()
    due.length = 0
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect([asked.reads, written]).toEqual([0, []])
  })
})

describe('a change stays committed', () => {
  it('when KV takes no write: it is noted as not written', async () => {
    const { deps, written } = dueWith()
    deps.denylist.write = down
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect(written).toEqual([[{ clientId: ID, version: 2, ok: false, wasTried: true }]])
  })

  it('when KV cannot be read: nothing is written over what it may know', async () => {
    const { deps, shown, written } = dueWith()
    deps.denylist.readMany = down
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect(shown.get(ID)).toEqual(anEntry({ version: 1 }))
    expect(written).toEqual([[{ clientId: ID, version: 2, ok: false, wasTried: false }]])
  })

  it('when D1 does not say what is due', async () => {
    const { deps } = dueWith()
    deps.outbox.claim = down
    expect(await publishDenylist(deps, ID)).toBe('pending')
  })

  it.each(['claim', 'settle'] as const)('but a bug in %s is told', async (name) => {
    const { deps } = dueWith()
    deps.outbox[name] = broken
    await expect(publishDenylist(deps, ID)).rejects.toThrow('a bug')
  })

  it.each(['write', 'readMany'] as const)('and one in %s too', async (name) => {
    const { deps } = dueWith()
    deps.denylist[name] = broken
    await expect(publishDenylist(deps, ID)).rejects.toThrow('a bug')
  })
})

describe('what KV knows better is not overwritten', () => {
  it('where it shows a higher version: the client is held', async () => {
    const newer = anEntry({ version: 9, revoked: ['j'.repeat(22)] })
    const { deps, shown, written, commits } = dueWith(newer)
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect(shown.get(ID)).toEqual(newer)
    expect(written).toEqual([[{ clientId: ID, version: 2, ok: false, wasTried: false }]])
    expect(commits[0]?.writes).toMatchObject([
      { kind: 'holds', holds: [{ clientId: ID, version: 9, revoked: newer.revoked }] },
    ])
  })

  it('where it shows the same version and something else, after a change', async () => {
    const other = anEntry({ version: 2, suspended: false })
    const { deps, shown, commits } = dueWith(other)
    await publishDenylist(deps, ID)
    expect(shown.get(ID)).toEqual(other)
    expect(commits).toHaveLength(1)
  })

  it('but somebody’s own writing is, when the same is only shown once more', async () => {
    const { deps, shown, commits } = dueWith(anEntry({ version: 2, suspended: false }), true)
    expect(await publishDenylist(deps, ID)).toBe('complete')
    expect(shown.get(ID)).toEqual(ENTRY)
    expect(commits).toEqual([])
  })

  it('and a repetition does not overwrite a higher version either', async () => {
    const { deps, shown } = dueWith(anEntry({ version: 3 }), true)
    expect(await publishDenylist(deps, ID)).toBe('pending')
    expect(shown.get(ID)).toMatchObject({ version: 3 })
  })

  it('and nobody is held where nothing is ahead', async () => {
    const { deps, turns } = dueWith()
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    await publishDenylist(deps, ID)
    expect(turns).toEqual([])
  })
})

describe('what KV shows and cannot be believed', () => {
  const beyond = anEntry({ version: Number.MAX_SAFE_INTEGER })

  it.each([['garbled' as const], [beyond]])(
    'holds a client by what D1 says, and is not overwritten before: %j',
    async (value) => {
      const { deps, due, shown, commits, known } = dueWith(value)
      const open = { ...ENTRY, suspended: false }
      known.set(ID, open)
      due.splice(0, 1, { clientId: ID, entry: open, isRepeat: false })
      expect(await publishDenylist(deps, ID)).toBe('pending')
      expect(shown.get(ID)).toEqual(value)
      const hold = { clientId: ID, version: 2, generation: 1, revoked: [] }
      expect(commits[0]?.writes).toMatchObject([{ kind: 'holds', holds: [hold] }])
    },
  )

  it.each([['garbled' as const], [beyond]])(
    'is written over where the client is suspended anyway: %j',
    async (value) => {
      const { deps, shown, commits } = dueWith(value)
      expect(await publishDenylist(deps, ID)).toBe('complete')
      expect(shown.get(ID)).toEqual(ENTRY)
      expect(commits).toEqual([])
    },
  )
})

describe('the cron drains the outbox', () => {
  const idOf = (n: number) => `client_${n + 2}`

  /** So many entries besides the one that is due. */
  function dueMany(others: number) {
    const world = dueWith()
    for (let n = 0; n < others; n++) {
      world.due.push({ clientId: idOf(n), entry: ENTRY, isRepeat: false })
    }
    return world
  }

  it('and counts what was due', async () => {
    const { deps, due, denylist, shown } = dueMany(1)
    const { write } = denylist
    denylist.write = (id, entry) => (id === ID ? down() : write(id, entry))
    expect(await flushOutbox(deps, 8)).toBe(2)
    expect(shown.get('client_2')).toEqual(ENTRY)
    due.length = 0
    expect(await flushOutbox(deps, 8)).toBe(0)
  })

  it('and asks KV no further where it refuses the first eight', async () => {
    const { deps, denylist, written } = dueMany(29)
    let asked = 0
    const { write } = denylist
    denylist.write = () => {
      asked++
      return down()
    }
    await flushOutbox(deps, 30)
    expect(asked).toBe(8)
    expect(written[0]?.filter(({ wasTried }) => wasTried)).toHaveLength(8)
    denylist.write = write
    await flushOutbox(deps, 30)
    expect(written[1]?.filter(({ ok }) => ok)).toHaveLength(30)
  })

  it('and writes fewer where somebody must be held, which costs nine operations', async () => {
    const { deps, known, written, commits } = dueMany(29)
    known.set(idOf(0), ENTRY)
    deps.denylist.readMany = async (ids) =>
      new Map(ids.map((id) => [id, id === idOf(0) ? anEntry({ version: 9 }) : null]))
    await flushOutbox(deps, 30)
    expect(written[0]?.filter(({ ok }) => ok)).toHaveLength(21)
    expect(commits).toHaveLength(1)
  })
})
