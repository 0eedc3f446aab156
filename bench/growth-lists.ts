import { admin, cookieOf, ISSUER } from './growth-fixtures.ts'
import type { Operation } from './growth-operations.ts'

/** How often each is measured: the median says little of fewer. */
const REPEATS = 9

const list = (path: string): Operation => ({
  make: () => admin('GET', path),
  repeats: REPEATS,
})
const page = (path: string): Operation => ({
  make: async ({ send }) => {
    const headers = { cookie: await cookieOf(send) }
    return new Request(`${ISSUER}/console${path}`, { headers })
  },
  repeats: REPEATS,
})

const DAY = 86_400
const dayOf = (at: number) => new Date(at * 1000).toISOString().slice(0, 10)

/** growth-fill.ts gives the tags to all, to a tenth, to a thousandth, and to none. */
const FILTERS = [
  'tag=env:prod',
  'tag=team:tenth',
  'tag=team:rare',
  'tag=none',
  'tag=team:tenth&status=suspended&sort=name',
  'tag=team:tenth&q=billing&sort=last_used_at',
  'audience=https://api-0.example.com',
  'audience=https://none.example',
  'permission=tokens:introspect',
  'key=none',
  'sort=last_used_at',
  'sort=last_used_at&status=expired',
]

const byEvents = (query: string) => list(`/audit-events?${query}`)

/** Filters of the lists, look-ups, and the console's pages that list, under the names of the table. */
export const LISTS: Record<string, Operation> = {
  ...Object.fromEntries(FILTERS.map((by) => [`clients, ${by}`, list(`/clients?${by}`)])),
  'clients, role_id (a tenth)': {
    make: ({ roleId }) => admin('GET', `/clients?role_id=${roleId}`),
    repeats: REPEATS,
  },
  'clients, unused_since 90 days (half)': {
    make: ({ now }) => admin('GET', `/clients?unused_since=${dayOf(now - 90 * DAY)}`),
    repeats: REPEATS,
  },
  'clients, unused_since 90 days, sort=last_used_at': {
    make: ({ now }) =>
      admin('GET', `/clients?unused_since=${dayOf(now - 90 * DAY)}&sort=last_used_at`),
    repeats: REPEATS,
  },
  'clients, key (a hint)': {
    make: ({ members }) => admin('GET', `/clients?key=${members[0]?.secret.slice(-4)}`),
    repeats: REPEATS,
  },
  'audit-events by actor': byEvents('actor=bootstrap'),
  'audit-events by actor, asc': byEvents('actor=bootstrap&order=asc'),
  'audit-events by rare actor and action': byEvents('actor=system&action=client.deleted'),
  'audit-events of a day': {
    make: ({ now }) => admin('GET', `/audit-events?since=${dayOf(now)}&action=client.updated`),
    repeats: REPEATS,
  },
  'audit-events of a day without any': byEvents('since=2020-01-01&until=2020-01-02'),
  'apis by permission': list('/apis?permission=tokens:introspect'),
  'roles by permission': list('/roles?permission=tokens:introspect'),
  'look-up, a secret': lookup((secret) => secret),
  'look-up, a hint': lookup((secret) => secret.slice(-4)),
  'look-up, a key id': lookup((secret) => secret.slice(3, 15)),
  'look-up, nothing has it': lookup(() => 'a'.repeat(43)),
  'console: clients, five filters': page(
    '/clients?q=billing&tag=team:tenth&api=https://api-0.example.com&unused=30&status=available',
  ),
  'console: clients, a tag': page('/clients?tag=team:tenth'),
  'console: clients, unused': page('/clients?unused=90'),
  'console: activity, by actor and day': page('/activity?actor=bootstrap&since=2026-01-01'),
  'console: a role of a tenth': {
    make: async ({ send, roleId }) => {
      const headers = { cookie: await cookieOf(send) }
      return new Request(`${ISSUER}/console/roles/${roleId}`, { headers })
    },
    repeats: REPEATS,
  },
  'console: administrators': page('/administrators'),
}

function lookup(of: (secret: string) => string): Operation {
  return {
    make: ({ members }, n) => {
      const text = of(members[n % members.length]?.secret ?? '')
      return admin('POST', '/credential-lookups', { text })
    },
    repeats: REPEATS,
  }
}
