import { describe, expect, it } from 'vitest'
import { holdClientsAhead } from '../../src/actions/hold-clients-ahead.ts'
import { reconcileDenylist } from '../../src/actions/reconcile-denylist.ts'
import type { DenylistEntry } from '../../src/domain/denylist.ts'
import { anEntry, memoryEdge, memoryLedger } from './memory.ts'

const idOf = (i: number) => `client_${String(i).padStart(3, '0')}`
const [A, B, C] = [idOf(1), idOf(2), idOf(3)]

/** D1 that says `said` of some clients, and KV that shows `shown`. */
function edgeWith(
  said: Record<string, DenylistEntry>,
  shown: Record<string, DenylistEntry | null>,
) {
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
    const known = anEntry({ version: 5, generation: 3, revoked: ['jti_1'] })
    const { deps, held, events } = edgeWith({ [A]: anEntry() }, { [A]: known })
    expect(await holdClientsAhead(deps, null)).toEqual({ held: 1, next: null })
    expect(held()).toEqual([{ ...known, clientId: A }])
    expect(events).toMatchObject([
      {
        action: 'client.suspended',
        actor: { type: 'system', id: 'portcullis' },
        clientId: A,
        target: { type: 'client', id: A },
        reason: expect.stringMatching(/denylist knows more/),
      },
    ])
  })

  it('is the only one: who is behind or the same is let be, and the ledger is not asked', async () => {
    const shown = { [A]: anEntry(), [B]: anEntry({ version: 1 }) }
    const { deps, held, asked } = edgeWith({ [A]: anEntry(), [B]: anEntry() }, shown)
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    expect(await holdClientsAhead(deps, null)).toEqual({ held: 0, next: null })
    expect([held(), asked.reads]).toEqual([[], 0])
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
    expect(await holdClientsAhead(deps, null)).toEqual({ held: 0, next: null })
    expect(held()).toEqual([])
  })

  it('is held by its version alone where its entry cannot be read', async () => {
    const { deps, held, denylist } = edgeWith({ [A]: anEntry() }, { [A]: null })
    denylist.versions = async () => ({ versions: new Map([[A, 7]]), next: null })
    expect(await holdClientsAhead(deps, null)).toEqual({ held: 1, next: null })
    expect(held()).toEqual([
      { clientId: A, version: 7, suspended: true, generation: 0, revoked: [] },
    ])
  })
})

describe('a look through the denylist', () => {
  const many = (count: number) => {
    const ids = Array.from({ length: count }, (_, i) => idOf(i))
    const said = Object.fromEntries(ids.map((id) => [id, anEntry()]))
    const shown = Object.fromEntries(ids.map((id) => [id, anEntry({ version: 9 })]))
    const edge = edgeWith(said, shown)
    const { versions } = edge.denylist
    edge.deps.denylist.versions = async () => ({ ...(await versions()), next: 'the next page' })
    return edge
  }

  it('goes on with the next page after a hundred', async () => {
    expect(await holdClientsAhead(many(100).deps, null)).toEqual({
      held: 100,
      next: 'the next page',
    })
    expect(await holdClientsAhead(many(1).deps, 'here')).toEqual({ held: 1, next: 'the next page' })
  })

  it('comes back to a page that has more than a hundred', async () => {
    const edge = many(101)
    expect(await holdClientsAhead(edge.deps, null)).toEqual({ held: 100, next: '' })
    expect(await holdClientsAhead(many(101).deps, 'here')).toEqual({ held: 100, next: 'here' })
    expect(edge.held()).toHaveLength(100)
  })
})

describe('the reconciliation', () => {
  it('has written anew what differs, and nothing else', async () => {
    const { deps, repeated, held } = edgeWith(
      { [A]: anEntry(), [B]: anEntry(), [C]: anEntry() },
      { [A]: anEntry(), [B]: anEntry({ version: 1 }), [C]: anEntry({ suspended: true }) },
    )
    expect(await reconcileDenylist(deps, '', 10)).toEqual({ held: 0, next: null })
    expect(repeated).toEqual([B, C])
    expect(held()).toEqual([])
  })

  it('has an entry written anew that KV lost', async () => {
    const { deps, repeated } = edgeWith({ [A]: anEntry(), [B]: anEntry() }, { [A]: anEntry() })
    await reconcileDenylist(deps, '', 10)
    expect(repeated).toEqual([B])
  })

  it('holds what the denylist knows better, and does not overwrite it', async () => {
    const newer = anEntry({ version: 3, suspended: true })
    const { deps, repeated, held } = edgeWith(
      { [A]: anEntry(), [B]: anEntry() },
      { [A]: newer, [B]: anEntry({ version: 1 }) },
    )
    expect(await reconcileDenylist(deps, '', 10)).toEqual({ held: 1, next: null })
    expect(held()).toEqual([{ ...newer, clientId: A }])
    expect(repeated).toEqual([B])
  })

  it('asks for nothing where all is told', async () => {
    const { deps, outbox } = edgeWith({ [A]: anEntry() }, { [A]: anEntry() })
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    outbox.repeat = () => Promise.reject(new Error('nobody asked for it'))
    expect(await reconcileDenylist(deps, '', 10)).toEqual({ held: 0, next: null })
  })

  it('goes page by page, from the client after the last, to the end', async () => {
    const said = { [A]: anEntry(), [B]: anEntry(), [C]: anEntry() }
    const { deps, repeated } = edgeWith(said, {})
    expect((await reconcileDenylist(deps, '', 2)).next).toBe(B)
    expect(repeated).toEqual([A, B])
    expect((await reconcileDenylist(deps, B, 2)).next).toBeNull()
    expect(repeated).toEqual([A, B, C])
    // A page that is full to the last client is followed by an empty one.
    expect((await reconcileDenylist(deps, A, 2)).next).toBe(C)
    expect((await reconcileDenylist(deps, C, 2)).next).toBeNull()
  })
})
