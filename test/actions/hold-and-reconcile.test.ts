import { describe, expect, it } from 'vitest'
import { quarantineDivergedClients } from '../../src/actions/edge/quarantine-clients.ts'
import {
  CUT_OFF_FIRST,
  EVERYTHING,
  reconcileDenylist,
} from '../../src/actions/edge/reconcile-denylist.ts'
import type { DenylistEntry, Shown } from '../../src/domain/denylist.ts'
import { anEntry, glimpseOf, memoryEdge, memoryLedger } from './memory.ts'

/** Shaped like a token's `jti`. */
const JTI = 'j'.repeat(22)
const idOf = (i: number) => `client_${String(i).padStart(3, '0')}`
const [A, B, C] = [idOf(1), idOf(2), idOf(3)]

/** D1 that says `said` of some clients, and KV that shows `shown`. */
function edgeWith(said: Record<string, DenylistEntry>, shown: Record<string, Shown>) {
  const edge = memoryEdge(said)
  for (const [id, entry] of Object.entries(shown)) edge.shown.set(id, entry)
  const ledger = memoryLedger()
  const deps = { ...ledger.deps, outbox: edge.outbox, denylist: edge.denylist }
  const held = () =>
    ledger.commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'holds' ? write.holds : [])),
    )
  return { ...edge, ...ledger, deps, held }
}

describe('a client of which the denylist knows more than D1', () => {
  it('is held, with what only the denylist knows, and the log says why', async () => {
    const known = anEntry({ version: 5, generation: 3, revoked: [JTI] })
    const { deps, held, events } = edgeWith({ [A]: anEntry() }, { [A]: known })
    expect(await quarantineDivergedClients(deps, null)).toEqual({
      entries: 1,
      held: 1,
      read: 1,
      next: null,
    })
    expect(held()).toMatchObject([
      { clientId: A, version: 5, generation: 3, revoked: known.revoked },
    ])
    expect(events).toMatchObject([
      {
        action: 'client.suspended',
        actor: { type: 'system', id: 'portcullis' },
        clientId: A,
        target: { type: 'client', id: A },
        reason: expect.stringMatching(/denylist has newer changes/),
      },
    ])
  })

  it('is the only one: who is behind or the same is let be, and the ledger is not asked', async () => {
    const shown = { [A]: anEntry(), [B]: anEntry({ version: 1 }) }
    const { deps, held, asked } = edgeWith({ [A]: anEntry(), [B]: anEntry() }, shown)
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    expect(await quarantineDivergedClients(deps, null)).toMatchObject({
      entries: 2,
      held: 0,
      read: 0,
    })
    expect([held(), asked.reads]).toEqual([[], 1])
  })

  it('is let be when D1 has gone past the denylist in between', async () => {
    const { deps, held, known, outbox } = edgeWith(
      { [A]: anEntry(), [B]: anEntry() },
      { [A]: anEntry({ version: 5 }), [B]: anEntry({ version: 5 }) },
    )
    const { entries } = outbox
    deps.outbox.entries = (ids) => {
      known.set(A, anEntry({ version: 6 }))
      known.delete(B)
      return entries(ids)
    }
    expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 0 })
    expect(held()).toEqual([])
  })

  it('is held without being read, where the list shows all of it', async () => {
    const { deps, held, asked } = edgeWith({ [A]: anEntry() }, { [A]: anEntry({ version: 5 }) })
    expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 1, read: 0 })
    expect(held()).toMatchObject([{ clientId: A, version: 5, generation: 1, revoked: [] }])
    expect(asked.reads).toBe(1)
  })

  it('is held for the same version that says something else, while D1 is known to be taken back', async () => {
    const said = { [A]: anEntry(), [B]: anEntry() }
    const shown = { [A]: anEntry({ suspended: true }), [B]: anEntry() }
    const before = edgeWith(said, shown)
    expect(await quarantineDivergedClients(before.deps, null)).toMatchObject({ held: 0 })
    const { deps, held } = edgeWith(said, shown)
    expect(await quarantineDivergedClients(deps, null, true)).toMatchObject({ held: 1 })
    expect(held()).toMatchObject([{ clientId: A, version: 2 }])
  })

  it('loses all its tokens where a location does not yet show which are revoked', async () => {
    const newer = anEntry({ version: 7, generation: 3, revoked: [JTI] })
    for (const stale of [null, anEntry()]) {
      const { deps, held, denylist } = edgeWith({ [A]: anEntry() }, { [A]: stale })
      denylist.page = async () => ({ glimpses: new Map([[A, glimpseOf(newer)]]), next: null })
      expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 1 })
      expect(held()).toMatchObject([{ clientId: A, version: 7, generation: 4, revoked: [] }])
    }
  })

  it('is read where an earlier release wrote it, and its list shows the version alone', async () => {
    const older = { version: 7, more: null }
    const { deps, held, denylist } = edgeWith(
      { [A]: anEntry(), [B]: anEntry() },
      { [A]: anEntry({ version: 7, generation: 4 }), [B]: null },
    )
    denylist.page = async () => ({ glimpses: new Map([A, B].map((id) => [id, older])), next: null })
    expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 2, read: 2 })
    expect(held()).toMatchObject([
      { clientId: A, version: 7, generation: 4 },
      { clientId: B, version: 2, generation: 1 },
    ])
  })
})

describe('an entry that cannot be believed', () => {
  it('holds its client by the numbers of D1, and says so', async () => {
    const { deps, held, events } = edgeWith({ [A]: anEntry() }, { [A]: 'garbled' })
    expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 1, read: 1 })
    expect(held()).toMatchObject([{ clientId: A, version: 2, generation: 1, revoked: [] }])
    expect(events[0]?.reason).toMatch(/cannot be trusted/)
  })

  it('is written anew where its client is suspended anyway', async () => {
    const beyond = anEntry({ version: Number.MAX_SAFE_INTEGER })
    const suspended = anEntry({ suspended: true })
    for (const shown of ['garbled' as const, beyond]) {
      const { deps, held, repeated } = edgeWith({ [A]: suspended }, { [A]: shown })
      expect(await quarantineDivergedClients(deps, null)).toMatchObject({ held: 0 })
      expect([held(), repeated]).toEqual([[], [A]])
    }
  })
})

it('takes over so many revoked tokens in one change, and cuts the rest off together', async () => {
  const ids = Array.from({ length: 12 }, (_, i) => idOf(i))
  const jtis = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(22, 'j'))
  const entry = anEntry({ version: 9, revoked: jtis })
  const { deps, held } = edgeWith(
    Object.fromEntries(ids.map((id) => [id, anEntry()])),
    Object.fromEntries(ids.map((id) => [id, entry])),
  )
  await quarantineDivergedClients(deps, null)
  expect(held().map(({ revoked, generation }) => [revoked.length, generation])).toEqual([
    ...Array.from({ length: 10 }, () => [1000, 1]),
    [0, 2],
    [0, 2],
  ])
})

describe('the reconciliation', () => {
  it('has written anew what differs, and nothing else', async () => {
    const { deps, repeated, held } = edgeWith(
      { [A]: anEntry(), [B]: anEntry(), [C]: anEntry() },
      { [A]: anEntry(), [B]: anEntry({ version: 1 }), [C]: anEntry({ suspended: true }) },
    )
    expect(await reconcileDenylist(deps, EVERYTHING, 10)).toBeNull()
    expect(repeated).toEqual([B, C])
    expect(held()).toEqual([])
  })

  it('has an entry written anew that KV lost', async () => {
    const { deps, repeated } = edgeWith({ [A]: anEntry(), [B]: anEntry() }, { [A]: anEntry() })
    await reconcileDenylist(deps, EVERYTHING, 10)
    expect(repeated).toEqual([B])
  })

  it('holds what the denylist knows better, and does not overwrite it', async () => {
    const newer = anEntry({ version: 3, suspended: true })
    const { deps, repeated, held } = edgeWith(
      { [A]: anEntry(), [B]: anEntry() },
      { [A]: newer, [B]: anEntry({ version: 1 }) },
    )
    expect(await reconcileDenylist(deps, EVERYTHING, 10)).toBeNull()
    expect(held()).toMatchObject([{ clientId: A, version: 3, generation: 1 }])
    expect(repeated).toEqual([B])
  })

  it('looks at a page once more where it may not hold whom it must', async () => {
    const { deps, repeated, held } = edgeWith(
      { [A]: anEntry(), [B]: anEntry() },
      { [A]: anEntry({ version: 3 }), [B]: anEntry({ version: 1 }) },
    )
    expect(await reconcileDenylist(deps, EVERYTHING, 10, () => false)).toEqual(EVERYTHING)
    expect([held(), repeated]).toEqual([[], []])
    expect(await reconcileDenylist(deps, EVERYTHING, 10, () => true)).toBeNull()
    expect(held()).toHaveLength(1)
    const { deps: published } = edgeWith({ [A]: anEntry() }, { [A]: anEntry() })
    expect(await reconcileDenylist(published, EVERYTHING, 10, () => false)).toBeNull()
  })

  it('asks for nothing where all is told', async () => {
    const { deps, outbox } = edgeWith({ [A]: anEntry() }, { [A]: anEntry() })
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    outbox.repeat = () => Promise.reject(new Error('nobody asked for it'))
    expect(await reconcileDenylist(deps, EVERYTHING, 10)).toBeNull()
  })

  it('goes page by page, from the client after the last, to the end', async () => {
    const said = { [A]: anEntry(), [B]: anEntry(), [C]: anEntry() }
    const { deps, repeated } = edgeWith(said, {})
    const all = (after: string) => ({ of: 'all' as const, after })
    expect(await reconcileDenylist(deps, EVERYTHING, 2)).toEqual(all(B))
    expect(repeated).toEqual([A, B])
    expect(await reconcileDenylist(deps, all(B), 2)).toBeNull()
    expect(repeated).toEqual([A, B, C])
    // A page that is full to the last client is followed by an empty one.
    expect(await reconcileDenylist(deps, all(A), 2)).toEqual(all(C))
    expect(await reconcileDenylist(deps, all(C), 2)).toBeNull()
  })

  it('goes over those that are cut off first, where everything may be missing', async () => {
    const said = {
      [A]: anEntry(),
      [B]: anEntry({ suspended: true }),
      [C]: anEntry({ suspended: true }),
    }
    const { deps, outbox } = edgeWith(said, {})
    const repeats: unknown[] = []
    outbox.repeat = async (...of: unknown[]) => void repeats.push(of)
    const next = await reconcileDenylist(deps, CUT_OFF_FIRST, 1)
    expect(next).toEqual({ of: 'cut off', after: B })
    expect(await reconcileDenylist(deps, { of: 'cut off', after: B }, 2)).toEqual(EVERYTHING)
    await reconcileDenylist(deps, EVERYTHING, 9)
    expect(repeats).toEqual([
      [[B], false],
      [[C], false],
      [[A, B, C], true],
    ])
  })

  it('holds whose entry is garbled, and has it written anew of who is suspended', async () => {
    const said = { [A]: anEntry(), [B]: anEntry({ suspended: true }) }
    const { deps, held, repeated } = edgeWith(said, { [A]: 'garbled', [B]: 'garbled' })
    await reconcileDenylist(deps, EVERYTHING, 9)
    expect(held()).toMatchObject([{ clientId: A, version: 2, generation: 1 }])
    expect(repeated).toEqual([B])
  })
})
