import type { ChangeClientDeps } from '../../src/actions/clients/change-client.ts'
import type { RegisterDeps } from '../../src/actions/clients/create-client.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import type { Client } from '../../src/domain/client.ts'
import type { Permission } from '../../src/domain/permission.ts'
import { aClient, ISSUER } from '../domain/arbitraries.ts'
import { rings } from '../crypto/rings.ts'
import { memoryAnchors, memoryEdge, memoryLedger } from './memory.ts'

const UNKNOWN = 'unknown:permission'

/** A role on whose permission a token means something here, and one of an API. */
const ROLES = [
  { roleId: 'role_own', permissions: [{ audience: ISSUER, permission: 'clients:read' }] },
  {
    roleId: 'role_writer',
    permissions: [{ audience: 'https://api.example.com', permission: 'invoices:write' }],
  },
]

/** Clients that are there, and what was committed of changes to them. */
export function memoryClients({ clients = [aClient()], deleted = [] as string[] } = {}) {
  const ledger = memoryLedger()
  const behind: (() => Promise<unknown>)[] = []
  const edge = memoryEdge({})
  const anchors = memoryAnchors()
  const found = new Map(clients.map((client) => [client.clientId, client]))
  // As much of a server as changes of clients need.
  const deps = {
    ...ledger.deps,
    ...anchors,
    auditEvents: ledger.auditEvents,
    defer: (work: () => Promise<unknown>) => void behind.push(work),
    outbox: edge.outbox,
    denylist: edge.denylist,
    issuer: ISSUER,
    clients: {
      find: async (id: string) => found.get(id) ?? null,
      findMany: async (ids: string[]) => clients.filter(({ clientId }) => ids.includes(clientId)),
      deletedAmong: async (ids: string[]) => deleted.filter((id) => ids.includes(id)),
    },
    roles: {
      find: async (id: string) => ROLES.find(({ roleId }) => roleId === id) ?? null,
      findMany: async (ids: string[]) => ROLES.filter(({ roleId }) => ids.includes(roleId)),
    },
    apis: {
      unknown: async (given: Permission[]) =>
        given.filter(({ permission }) => permission === UNKNOWN),
    },
    verifiers: secretVerifiers(rings.before),
    outboundUrlProblem: () => null,
  } as unknown as ChangeClientDeps & RegisterDeps

  /** The client as the only commit writes it, and what else it writes. */
  function written() {
    const [commit, ...more] = ledger.commits
    if (!commit || more.length > 0) throw new Error(`${ledger.commits.length} commits`)
    const [first, ...others] = commit.writes
    if (first?.kind !== 'client') throw new Error('no client is written first')
    return { before: first.before, after: first.after as Client, others }
  }

  /** Names those for whom the end of the log was kept, once all work behind the answer is done. */
  async function keptBehind() {
    await Promise.all(behind.map((work) => work()))
    return [...anchors.kept.keys()]
  }

  const { commits, events, settled } = ledger
  return { deps, written, keptBehind, edge, commits, events, settled }
}
