import { describe, expect, it } from 'vitest'
import {
  quarantineClients,
  quarantineDivergedClients,
} from '../../../src/actions/edge/quarantine-clients.ts'
import type { DenylistEntry, Glimpse, Shown } from '../../../src/domain/denylist.ts'
import { anEntry, memoryEdge, memoryLedger } from '../memory.ts'

const AHEAD = 'Held: the denylist has newer changes of this client than the database'
const GARBLED =
  'Held: the denylist entry of this client cannot be trusted. Revoke its tokens before you resume it if the database was restored'

function aServer(said: Record<string, DenylistEntry>) {
  const edge = memoryEdge(said)
  const ledger = memoryLedger()
  const deps = { ...ledger.deps, outbox: edge.outbox, denylist: edge.denylist }
  const holds = () =>
    ledger.commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'holds' ? write.holds : [])),
    )
  return { ...edge, ...ledger, deps, holds }
}

const hold = (clientId: string, fields = {}) => ({
  clientId,
  version: 3,
  generation: 1,
  revoked: [],
  reason: AHEAD,
  ...fields,
})

describe('a client of which the denylist knows more', () => {
  const quarantine = async (said: DenylistEntry, shown: Shown, exactly?: boolean) => {
    const server = aServer({ a: said })
    const repeated: string[][] = []
    const repeat = async (ids: string[]) => void repeated.push(ids)
    const deps = { ...server.deps, outbox: { ...server.deps.outbox, repeat } }
    const held = await quarantineClients(deps, new Map([['a', shown]]), exactly)
    return { held, holds: server.holds(), repeated, told: server.events }
  }
  const nothing = { held: 0, holds: [], repeated: [], told: [] }

  it('is suspended by the server, with what the denylist says', async () => {
    const found = await quarantine(anEntry(), anEntry({ version: 3, revoked: ['jti'] }))
    expect(found).toMatchObject({
      held: 1,
      holds: [hold('a', { revoked: ['jti'] })],
      repeated: [],
      told: [
        {
          action: 'client.suspended',
          actor: { type: 'system', id: 'portcullis' },
          clientId: 'a',
          target: { type: 'client', id: 'a' },
          reason: AHEAD,
        },
      ],
    })
  })

  it('is left where the database knows as much by now, or knows it no more', async () => {
    expect(await quarantine(anEntry({ version: 3 }), anEntry({ version: 3 }))).toEqual(nothing)
    const { deps, commits, repeated } = aServer({})
    expect(await quarantineClients(deps, new Map([['a', 'garbled']]))).toBe(0)
    expect([commits, repeated]).toEqual([[], []])
  })

  it('is held with an entry of the same version only where the database was restored', async () => {
    const other = anEntry({ version: 2, suspended: true })
    const held = { held: 1, holds: [hold('a', { version: 2 })] }
    expect(await quarantine(anEntry(), other)).toMatchObject(held)
    expect(await quarantine(anEntry(), other, true)).toMatchObject(held)
    expect(await quarantine(anEntry(), other, false)).toEqual(nothing)
    // Without a version nothing was ever published: no hand has edited it.
    const fresh = await quarantine(anEntry({ version: 0 }), { ...other, version: 0 }, false)
    expect(fresh).toMatchObject({ held: 1 })
    const newer = await quarantine(anEntry(), anEntry({ version: 3 }), false)
    expect(newer).toMatchObject({ held: 1 })
  })

  it('is held, or written again where it is suspended, if the entry cannot be right', async () => {
    const strange: Shown[] = ['garbled', anEntry({ version: Number.MAX_SAFE_INTEGER })]
    for (const shown of strange) {
      expect(await quarantine(anEntry(), shown)).toMatchObject({
        holds: [hold('a', { version: 2, reason: GARBLED })],
        repeated: [],
      })
      const again = await quarantine(anEntry({ suspended: true }), shown)
      expect(again).toEqual({ ...nothing, repeated: [['a']] })
    }
    const known = await quarantine(anEntry({ suspended: true }), anEntry())
    expect(known.repeated).toEqual([])
    const none = await quarantine(anEntry({ suspended: true }), null)
    expect(none.repeated).toEqual([])
  })
})

it('ten thousand tokens are revoked in one change; those of the clients behind by generation', async () => {
  const ids = Array.from({ length: 11 }, (_, i) => `client_${i}`)
  const tokens = (id: string) => Array.from({ length: 1000 }, (_, i) => `${id} ${i}`)
  const { deps, holds } = aServer(Object.fromEntries(ids.map((id) => [id, anEntry()])))
  const shown = ids.map((id) => [id, anEntry({ version: 3, revoked: tokens(id) })] as const)
  expect(await quarantineClients(deps, new Map(shown))).toBe(11)
  expect(holds().slice(0, 10)).toEqual(
    ids.slice(0, 10).map((id) => hold(id, { revoked: tokens(id) })),
  )
  expect(holds()[10]).toEqual(hold('client_10', { generation: 2 }))
})

describe('a page of the denylist', () => {
  type Page = { glimpses: Record<string, Glimpse>; values?: Record<string, Shown> }

  async function looked({ glimpses, values = {} }: Page, said: Record<string, DenylistEntry>) {
    const server = aServer(said)
    const read: string[] = []
    const denylist = {
      ...server.deps.denylist,
      page: async () => ({ glimpses: new Map(Object.entries(glimpses)), next: 'next' }),
      readMany: async (ids: string[]) => {
        read.push(...ids)
        return new Map(
          ids.flatMap((id) => (id in values ? [[id, values[id] ?? null] as const] : [])),
        )
      },
    }
    let asked = 0
    const { ledger } = server.deps
    const head = () => {
      asked++
      return ledger.head()
    }
    const deps = { ...server.deps, denylist, ledger: { ...ledger, head } }
    const look = await quarantineDivergedClients(deps, null)
    return { look, read, holds: server.holds(), asked }
  }
  const glimpse = (version: number, revoked = 0): Glimpse => ({
    version,
    more: { suspended: true, generation: 1, revoked },
  })

  it('is read where a list does not say enough, and nowhere else', async () => {
    const said = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, anEntry()]))
    const glimpses = {
      a: glimpse(3),
      b: glimpse(3, 1),
      c: { version: 3, more: null },
      d: 'garbled',
      e: glimpse(2),
    } as const
    const values = {
      b: anEntry({ version: 3, revoked: ['jti'] }),
      c: anEntry({ version: 4 }),
      d: anEntry({ version: 3 }),
    }
    expect(await looked({ glimpses, values }, said)).toMatchObject({
      look: { entries: 5, held: 4, read: 3, next: 'next' },
      read: ['b', 'c', 'd'],
      holds: [hold('a'), hold('b', { revoked: ['jti'] }), hold('c', { version: 4 }), hold('d')],
    })
  })

  it('is believed where a location shows an older value, or none', async () => {
    const said = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, anEntry()]))
    const glimpses = {
      a: glimpse(3, 1),
      b: { version: 3, more: null },
      c: glimpse(3, 1),
      d: 'garbled',
      e: glimpse(3, 1),
    } as const
    const values = { a: anEntry({ version: 2 }), c: 'garbled' as const }
    const garbled = { version: 2, reason: GARBLED }
    expect((await looked({ glimpses, values }, said)).holds).toEqual([
      hold('a', { generation: 2 }),
      hold('b', garbled),
      hold('c', garbled),
      hold('d', garbled),
      hold('e', { generation: 2 }),
    ])
  })

  it('with nothing new asks for no commit', async () => {
    const found = await looked({ glimpses: { a: glimpse(2) } }, { a: anEntry({ suspended: true }) })
    expect(found).toEqual({
      look: { entries: 1, held: 0, read: 0, next: 'next' },
      read: [],
      holds: [],
      asked: 0,
    })
  })
})
