import type { ClientFilters, ClientQuery, ClientSort } from '../../src/domain/clients.ts'
import type { PagePosition } from '../../src/domain/page.ts'
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import type { Api, Role } from '../../src/domain/api.ts'
import type { Client } from '../../src/domain/client.ts'
import type { Permission } from '../../src/domain/permission.ts'
import type { Write } from '../../src/domain/ledger.ts'
import { isUnexpired } from '../../src/domain/lasting.ts'
import { endOf, isLive, retire } from '../../src/domain/secret.ts'
import { statusOf } from '../../src/domain/status.ts'
import { folded, searchable } from '../../src/domain/text.ts'
import { DAY, MINUTE, type Seconds } from '../../src/domain/time.ts'
import { d1Clients } from '../../src/storage/clients/clients.ts'
import { NEVER } from '../../src/storage/clients/never.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1Ledger } from '../../src/storage/ledger/ledger.ts'
import { clientAround, ISSUER, NOW, READ } from '../domain/arbitraries.ts'

const db = openDatabase(env.DB)
const ledger = d1Ledger(db, ISSUER, async () => [])
export const stored = d1Clients(db, ISSUER)

const dates = { createdAt: NOW, updatedAt: NOW, version: 1 }
const api: Api = {
  ...dates,
  apiId: 'api_1',
  audience: READ.audience,
  name: 'Invoices',
  permissions: [{ permission: READ.permission }],
  isOwn: false,
}
const aRole = (roleId: string, permissions: Role['permissions']): Role => ({
  ...dates,
  roleId,
  name: roleId,
  description: '',
  permissions,
})
const FULL = aRole('role_full', [READ])
const EMPTY = aRole('role_empty', [])

/** An API, a role with its permission and a role without any. */
export const BACKGROUND: Write[] = [
  { kind: 'api', before: null, after: api },
  { kind: 'role', before: null, after: FULL },
  { kind: 'role', before: null, after: EMPTY },
]

/** Commits the writes as an administrator's change at that time does. */
export async function commit(writes: Write[], at: Seconds): Promise<void> {
  const head = await ledger.head()
  const seq = head.seq + 1
  const [actor, target] = [
    { type: 'system', id: 'system' } as const,
    { type: 'client', id: 'client_1' } as const,
  ]
  const about = { action: 'client.created', actor, target, clientId: null, requestId: 'r' } as const
  const event = { ...about, seq, at, eventId: `evt_${seq}`, seal: `seal ${seq}` }
  if (!(await ledger.commit(head, [event], writes, null)))
    throw new Error('another change came first')
}

/** A client as it was made and as it was changed later. */
export type Lives = { made: Client; changed: Client }

const ACCESS: Pick<Client, 'roles' | 'permissions' | 'access'>[] = [
  { roles: [], permissions: [], access: [] },
  { roles: [EMPTY.roleId], permissions: [], access: [] },
  { roles: [FULL.roleId], permissions: [], access: [READ] },
  { roles: [FULL.roleId, EMPTY.roleId], permissions: [READ], access: [READ] },
  { roles: [], permissions: [READ], access: [READ] },
]

// Names and creation times of which many are equal: then the order is that of creation.
const name = fc.constantFrom(
  'Alpha',
  'alpha',
  'ALPHABET',
  'Beta',
  'Ångström',
  'zulu',
  '請求書',
  '👩',
)
const age = fc.integer({ min: 0, max: 3 })

const lives = (changedAt: Seconds, now: Seconds): fc.Arbitrary<Lives> =>
  fc
    .record({
      made: clientAround(now),
      later: clientAround(now),
      access: fc.tuple(fc.constantFrom(...ACCESS), fc.constantFrom(...ACCESS)),
      name,
      age,
      isChanged: fc.boolean(),
    })
    .map(({ made, later, access, name, age, isChanged }) => {
      const first = { ...made, ...access[0], name, createdAt: NOW - age }
      if (!isChanged) return { made: first, changed: first }
      const [kept, ...others] = made.secrets
      // One deleted, one retired and the others left alone, beside new ones.
      const retired = others.slice(0, 1).map((secret) => retire(secret, changedAt, MINUTE))
      const [keptKey] = made.publicKeys
      const secrets = [
        ...(kept ? [kept] : []),
        ...retired,
        ...later.secrets.map((s) => ({ ...s, isNew: true })),
      ]
      const publicKeys = [
        ...(keptKey ? [keptKey] : []),
        ...later.publicKeys.map((key) => ({ ...key, isNew: true })),
      ]
      const { suspension } = later
      return {
        made: first,
        changed: { ...first, ...access[1], suspension, secrets, publicKeys },
      }
    })

export type World = {
  clients: Lives[]
  changedAt: Seconds
  now: Seconds
  limit: number
  q: string | null
}

/** Some clients, made at NOW and changed later, and a clock that has gone on since. */
export const world: fc.Arbitrary<World> = fc
  .tuple(
    fc.constantFrom(0, 1, DAY, 14 * DAY, 100 * DAY),
    fc.constantFrom(0, 1, DAY, 14 * DAY, 100 * DAY),
  )
  .chain(([first, second]) => {
    const [changedAt, now] = [NOW + first, NOW + first + second]
    return fc.record({
      clients: fc.array(lives(changedAt, now), { minLength: 1, maxLength: 10 }),
      changedAt: fc.constant(changedAt),
      now: fc.constant(now),
      limit: fc.integer({ min: 1, max: 5 }),
      q: fc.constantFrom(null, null, null, 'a', 'alph', '%'),
    })
  })

const rename = (client: Client, clientId: string): Client => ({
  ...client,
  clientId,
  secrets: client.secrets.map((secret, i) => {
    const secretId = `${clientId}_${'isNew' in secret ? `new${i}` : secret.secretId}`
    const { isNew: _, ...rest } = { isNew: false, ...secret }
    return { ...rest, secretId, verifier: { ...secret.verifier, keyId: secretId } }
  }),
  publicKeys: client.publicKeys.map((key, i) => {
    const keyId = `${clientId}_${'isNew' in key ? `newkey${i}` : key.keyId}`
    const { isNew: _, ...rest } = { isNew: false, ...key }
    return { ...rest, keyId, verifier: { ...key.verifier, keyId } }
  }),
})

/** The same clients under ids that no other run of a property has used. */
export function named(clients: Lives[], run: number): Lives[] {
  return clients.map(({ made, changed }, i) => {
    const clientId = `client_${run}_${i}`
    return { made: rename(made, clientId), changed: rename(changed, clientId) }
  })
}

/**
 * The rows that the list must show, by the domain alone: `clients` come in the order of their
 * creation.
 */
export function expectedIds(
  clients: Client[],
  query: Omit<ClientQuery, 'limit' | 'after'>,
  now: Seconds,
) {
  const { status, q, sort, ...filters } = query
  return clients
    .map((client, id) => ({ client, id, key: sortKey(client, sort, now) }))
    .filter(({ client }) => status === null || statusOf(client, now) === status)
    .filter(({ client }) => q === null || hasWords(client, q))
    .filter(({ client }) => passes(client, filters))
    .sort((a, b) => compare(a.key, b.key) || (sort === '-created_at' ? b.id - a.id : a.id - b.id))
    .map(({ client }) => client.clientId)
}

/** Each word of the search is somewhere in the texts, or is a key of the client. */
function hasWords(client: Client, q: string): boolean {
  const { name, description, clientId, tags, secrets } = client
  const text = folded([name, description, clientId, ...tags].join('\n'))
  const keys = new Set(
    secrets.flatMap(({ hint, secretId, verifier }) => [hint, secretId, verifier.keyId]),
  )
  const words = q.split(/\s+/u).filter((word) => word !== '')
  return words.every((word) => text.includes(folded(word)) || keys.has(word))
}

function passes(client: Client, filters: ClientFilters): boolean {
  const { tag, roleId, audience, permission, unusedSince, key } = filters
  const { access, lastUsedAt, createdAt } = client
  const isHeld = (held: Permission) =>
    (audience ?? held.audience) === held.audience &&
    (permission ?? held.permission) === held.permission
  const keys = client.secrets.flatMap(({ hint, verifier }) => [hint, verifier.keyId])
  return (
    (tag === undefined || client.tags.includes(tag)) &&
    (roleId === undefined || client.roles.includes(roleId)) &&
    ((audience ?? permission) === undefined || access.some(isHeld)) &&
    (unusedSince === undefined || (lastUsedAt ?? createdAt) < unusedSince) &&
    (key === undefined || keys.includes(key))
  )
}

function sortKey(client: Client, sort: ClientSort, now: Seconds): number | string {
  if (sort === 'name') return searchable(client.name)
  if (sort === '-created_at') return -client.createdAt
  if (sort === 'last_used_at') return client.lastUsedAt ?? 0
  const rank = ['expired', 'needs_attention', 'available', 'suspended'].indexOf(
    statusOf(client, now),
  )
  const expiry = Math.min(
    Number.MAX_SAFE_INTEGER,
    ...client.secrets.filter((s) => isLive(s, now)).map(endOf),
    ...[...client.publicKeys, ...client.federatedCredentials]
      .filter((credential) => isUnexpired(credential, now))
      .map(({ expiresAt }) => expiresAt ?? NEVER),
    ...(client.publishedKeys ? [NEVER] : []),
  )
  return sort === 'attention' ? `${rank}:${String(expiry).padStart(16, '0')}` : expiry
}

/** By code points, as UTF-8 bytes sort; JavaScript alone would sort by UTF-16 units. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' || typeof b === 'number') return a === b ? 0 : a < b ? -1 : 1
  const [x, y] = [a, b].map((text) => [...text].map((char) => char.codePointAt(0) ?? 0))
  const at = (x ?? []).findIndex((point, i) => point !== y?.[i])
  return at < 0 ? a.length - b.length : (x?.[at] ?? 0) - (y?.[at] ?? -1)
}

/** The ids on each page of the list, from its first to its last. */
export async function pagesOf(
  query: Omit<ClientQuery, 'after'>,
  now: Seconds,
): Promise<string[][]> {
  const pages: string[][] = []
  let after: PagePosition | null = null
  do {
    const page: Awaited<ReturnType<typeof stored.list>> = await stored.list(
      { ...query, after },
      now,
    )
    pages.push(page.items.map(({ clientId }) => clientId))
    after = page.next
    if (pages.length > 100) throw new Error('the list has no end')
  } while (after)
  return pages
}
