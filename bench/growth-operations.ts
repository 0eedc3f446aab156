import { LISTS } from './growth-lists.ts'
import {
  admin,
  basic,
  type Fixtures,
  cookieOf,
  form,
  ISSUER,
  newClient,
  type Setup,
  tokenOf,
  tokenRequest,
} from './growth-fixtures.ts'

type Context = Fixtures & Setup
export type Operation = {
  /** The request whose cost is reported, without the cost of making it. */
  make: (context: Context, n: number) => Request | 'cron' | Promise<Request>
  /** How far the clock goes before each run. */
  seconds?: number
  repeats?: number
}

const MINUTE = 60
const DAY = 86_400
/** How often the most frequent requests are measured. */
const MANY = 200

const memberOf = ({ members }: Fixtures, n: number) => {
  const member = members[n % members.length]
  if (!member) throw new Error('no member was created')
  return member
}

const list = (path: string): Operation => ({ make: () => admin('GET', path) })
const deep = (path: string, which: string): Operation => ({
  make: ({ deep: cursors }) => admin('GET', `${path}cursor=${cursors[which]}`),
})
const page = (path: string): Operation => ({
  make: async ({ send }) => {
    const headers = { cookie: await cookieOf(send) }
    return new Request(`${ISSUER}/console${path}`, { headers })
  },
})
const cron: Operation = { make: () => 'cron', seconds: MINUTE, repeats: 3 }

const SORTS = ['name', '-created_at', 'expires_at']
const STATUSES = ['suspended', 'expired', 'needs_attention', 'available']
const SEARCHES: [q: string, what: string][] = [
  ['e', '1 character, in all'],
  ['ж', '1 character, in one in a million'],
  ['bi', '2 characters, in a quarter'],
  ['ßß', '2 characters, in one in a million'],
  // Accents do not count, and an id has every pair of letters.
  ['çç', '2 characters, in ids alone'],
  ['billing', 'in a quarter'],
  ['needle', 'in two in a million'],
  ['nowhere', 'in none'],
  ['export 471', 'a number, in one in a thousand or fewer'],
  ['zulu nightly', 'two words, each of many, beside each other in none'],
  ['%', 'punctuation alone, in none'],
]

/** A description of the greatest length: of words that no other has, or without a space. */
const describedBy = (next: () => number, separator: string) =>
  Array.from({ length: 1000 }, (_, i) =>
    separator !== '' && i % 8 === 7 ? separator : String.fromCodePoint(next()),
  ).join('')
const letter = () => 0x61 + Math.floor(Math.random() * 26)
const ideograph = () => 0x4e00 + Math.floor(Math.random() * 8000)
const described = (description: () => string): Operation => ({
  make: () => admin('POST', '/clients', { client_name: 'New', description: description() }),
})

/** Everything that the server is asked, under the names of the table. */
export const OPERATIONS: Record<string, Operation> = {
  'token, noted as the last use': {
    make: (fixtures, n) => tokenRequest(memberOf(fixtures, n)),
    seconds: 61,
  },
  'token, again within a minute': {
    make: (fixtures, n) => tokenRequest(memberOf(fixtures, n)),
    repeats: MANY,
  },
  'introspection, by secret': {
    make: (fixtures, n) => {
      const { token } = memberOf(fixtures, n)
      return form('/oauth/introspect', { token }, basic(fixtures.introspector))
    },
    repeats: MANY,
  },
  'introspection, by Bearer': {
    make: (fixtures, n) => {
      const { token } = memberOf(fixtures, n)
      return form('/oauth/introspect', { token }, `Bearer ${fixtures.introspector.token}`)
    },
    repeats: MANY,
  },
  revocation: {
    make: async (context, n) => {
      const member = memberOf(context, n)
      const token = await tokenOf(context.send, member)
      return form('/oauth/revoke', { token }, basic(member))
    },
  },
  'GET client': { make: (fixtures, n) => admin('GET', `/clients/${memberOf(fixtures, n).id}`) },
  'GET secrets': {
    make: (fixtures, n) => admin('GET', `/clients/${memberOf(fixtures, n).id}/secrets`),
  },
  ...Object.fromEntries(
    SORTS.flatMap((sort) => [
      [`clients, sort=${sort}`, list(`/clients?sort=${sort}`)],
      [`clients, sort=${sort}, a deep page`, deep(`/clients?sort=${sort}&`, sort)],
    ]),
  ),
  ...Object.fromEntries(
    STATUSES.flatMap((status) =>
      ['name', 'expires_at'].map((sort) => [
        `clients, status=${status}, sort=${sort}`,
        list(`/clients?status=${status}&sort=${sort}`),
      ]),
    ),
  ),
  ...Object.fromEntries(
    SEARCHES.map(([q, what]) => [
      `clients, q=${q} (${what})`,
      list(`/clients?q=${encodeURIComponent(q)}`),
    ]),
  ),
  'clients, q=billing, status=expired, sort=expires_at': list(
    '/clients?q=billing&status=expired&sort=expires_at',
  ),
  'clients, q=zulu, sort=name (in a twentieth, all at the end)': list('/clients?q=zulu&sort=name'),
  apis: list('/apis'),
  roles: list('/roles'),
  administrators: list('/administrators'),
  'audit-events': list('/audit-events'),
  'audit-events, a deep page': deep('/audit-events?', 'events'),
  'audit-events by client': {
    make: (fixtures, n) => admin('GET', `/audit-events?client_id=${memberOf(fixtures, n).id}`),
  },
  'audit-events by action': list('/audit-events?action=client.updated'),
  'audit-events by rare action': list('/audit-events?action=api.deleted'),
  'audit-events by client and action': {
    make: (fixtures, n) =>
      admin('GET', `/audit-events?client_id=${memberOf(fixtures, n).id}&action=client.suspended`),
  },
  'audit log, 10,000 events verified': { ...list('/audit-events/verification'), repeats: 2 },
  'console: clients': page('/clients'),
  'console: clients, needs attention': page('/clients?status=needs_attention'),
  'console: clients, q=billing': page('/clients?q=billing'),
  'console: activity': page('/activity'),
  health: { make: () => new Request(`${ISSUER}/health`, admin('GET', '')) },
  ...LISTS,
  'create client': { make: ({ db }, n) => newClient(db, `New ${n}`) },
  'create client, with 1,000 characters of new words': described(() => describedBy(letter, ' ')),
  'create client, with 1,000 characters in Chinese': described(() => describedBy(ideograph, '')),
  'rename client': {
    make: (fixtures, n) =>
      admin('PATCH', `/clients/${memberOf(fixtures, n).id}`, { client_name: `Renamed ${n}` }),
  },
  'delete client': {
    make: async ({ db, send }, n) => {
      const made = await send(await newClient(db, `Gone ${n}`))
      const { client_id: id } = await made.json<{ client_id: string }>()
      return admin('DELETE', `/clients/${id}`)
    },
  },
  'suspend client': {
    make: (fixtures, n) => admin('PUT', `/clients/${memberOf(fixtures, n).id}/suspension`),
  },
  'resume client': {
    make: (fixtures, n) => admin('DELETE', `/clients/${memberOf(fixtures, n).id}/suspension`),
  },
  'new secret': {
    make: (fixtures, n) => admin('POST', `/clients/${memberOf(fixtures, n).id}/secrets`, {}),
    repeats: 3,
  },
  'role with a tenth of the clients, renamed': {
    make: ({ roleId }, n) => admin('PATCH', `/roles/${roleId}`, { name: `Everybody ${n}` }),
  },
  'cron, nothing due': { ...cron, repeats: 5 },
  'cron, 300 rows of each due': { ...cron, repeats: 1 },
  // Secrets end with their day: what has another status then has it at once.
  'clients, status=expired, sort=name, just after midnight': {
    ...list('/clients?status=expired&sort=name'),
    seconds: DAY,
    repeats: 1,
  },
  'console: clients, just after midnight': { ...page('/clients'), repeats: 3 },
  'cron, just after midnight': { ...cron, repeats: 2 },
  'administrator with manage, added': {
    make: (_scene, n) =>
      admin('POST', '/administrators', {
        email: `new-${n}-${Date.now()}@example.com`,
        access: 'manage',
      }),
    repeats: 1,
  },
  'cron, a new administrator catches up': { ...cron, repeats: 2 },
}
