import { NO_ONE_TO_ASK } from '../../src/actions/changes/commit-change.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import type { Role } from '../../src/domain/api.ts'
import type { Client } from '../../src/domain/client.ts'
import { type Permission, samePermission } from '../../src/domain/permission.ts'
import { aClient, ISSUER } from '../domain/arbitraries.ts'
import { rings } from '../crypto/rings.ts'
import { memoryAnchors, memoryEdge, memoryLedger } from './memory.ts'

export const CLIENT_ID = 'client_1'
export const BOOTSTRAP = { type: 'bootstrap', id: 'bootstrap' } as const
export const REQUEST = { ...NO_ONE_TO_ASK, principal: BOOTSTRAP, requestId: 'request_1' }

/** A client with a history: none of its numbers is that of another. */
export const anOlderClient = (fields: Partial<Client> = {}): Client =>
  aClient({ version: 7, generation: 3, denylistVersion: 4, accessTokenLifetime: 3600, ...fields })

export const unasked = () => Promise.reject(new Error('nobody asked for it'))

type Known = {
  client?: Client
  roles?: Role[]
  permissions?: Permission[]
  losses?: number
}

/** A server that knows one client, some roles and some permissions, as far as changes ask of them. */
export function serverWith(known: Known = {}) {
  const { client, roles = [], permissions = [], losses = 0 } = known
  const ledger = memoryLedger({ losses })
  const edge = memoryEdge({})
  const behind: (() => Promise<unknown>)[] = []
  const deps = {
    ...ledger.deps,
    ...memoryAnchors(),
    auditEvents: ledger.auditEvents,
    defer: (work: () => Promise<unknown>) => void behind.push(work),
    issuer: ISSUER,
    outbox: edge.outbox,
    denylist: edge.denylist,
    verifiers: secretVerifiers(rings.before),
    outboundUrlProblem: () => null,
    clients: {
      find: async (id: string) => (client?.clientId === id ? client : null),
      findMany: unasked,
      deletedAmong: unasked,
      revokedTokens: async (_id: string, _now: number) => 0,
      list: unasked,
      counts: unasked,
      forgetExpiredTokens: unasked,
      forgetUsedAssertions: unasked,
      settle: unasked,
      replacing: unasked,
    },
    roles: {
      findMany: async (ids: string[]) => roles.filter(({ roleId }) => ids.includes(roleId)),
      find: unasked,
      list: unasked,
      holders: unasked,
      inUse: unasked,
      overfullHolder: unasked,
    },
    apis: {
      unknown: async (given: Permission[]) =>
        given.filter((one) => !permissions.some((other) => samePermission(one, other))),
      find: unasked,
      list: unasked,
      findByAudiences: unasked,
      holders: unasked,
      inUse: unasked,
      permissionsInUse: unasked,
      overfullHolder: unasked,
    },
  }
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { ...ledger, ...edge, deps, writes }
}
