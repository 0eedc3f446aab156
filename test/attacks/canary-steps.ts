import type { Random } from './canaries.ts'
import { type Holder, type House, PERMISSION } from './canary-house.ts'
import { oddRequest } from './odd-places.ts'

const DAY = 86_400

/** A request, and what its answer alone may show. */
export type Step = {
  what: string
  request: Request
  /** The client that the answer may give a new secret or token; `new` if it creates one. */
  gives?: { kind: 'secret' | 'token'; of: Holder | 'new' }
  isEcho?: boolean
}

export type Kind = (house: House, random: Random, n: number) => Step

const dateIn = (house: House, days: number) =>
  new Date((house.world.clock.now + days * DAY) * 1000).toISOString().slice(0, 10)

const newClient = (house: House, random: Random, n: number) => ({
  client_name: `Client ${n}`,
  allow_self_rotation: n % 2 === 0,
  secret: { expires_on: dateIn(house, random.pick([1, 10, 14, 20, 90])) },
  permissions: [
    PERMISSION,
    ...(random.below(4) === 0
      ? [{ audience: house.world.issuer, permission: 'clients:read' }]
      : []),
  ],
})

export const create: Kind = (house, random, n) => ({
  what: 'create',
  request: house.json('POST', '/admin/v1/clients', newClient(house, random, n)),
  gives: { kind: 'secret', of: 'new' },
})

const createInConsole: Kind = (house, random, n) => ({
  what: 'create in the console',
  request: house.consoleForm('/clients', {
    client_name: `Client ${n}`,
    expires_on: dateIn(house, random.pick([7, 90])),
    remind: 'on',
  }),
  gives: { kind: 'secret', of: 'new' },
})

const duplicate: Kind = (house, random) => ({
  what: 'duplicate',
  request: house.json('POST', `/admin/v1/clients/${random.pick(house.holders).id}/duplicates`, {}),
  gives: { kind: 'secret', of: 'new' },
})

const newSecret: Kind = (house, random) => {
  const of = random.pick(house.holders)
  const body = { retire_others_in: random.pick([0, 60]) }
  const request = house.json('POST', `/admin/v1/clients/${of.id}/secrets`, body)
  return { what: 'new secret', request, gives: { kind: 'secret', of } }
}

const rotate: Kind = (house, random) => {
  const of = random.pick(house.holders)
  const fields = { overlap: String(random.pick([0, 3600])) }
  const request = house.form('/oauth/rotate', fields, house.basic(of))
  return { what: 'rotate', request, gives: { kind: 'secret', of } }
}

const token: Kind = (house, random) => {
  const of = random.pick(house.holders)
  const fields: Record<string, string> = {
    ...house.grant,
    ...(of.isPowerful && { resource: house.world.issuer }),
  }
  const inBody = { client_id: of.id, client_secret: of.secrets.at(-1) ?? '' }
  const request =
    random.below(2) === 0
      ? house.form('/oauth/token', fields, house.basic(of))
      : house.form('/oauth/token', { ...fields, ...inBody }, {})
  return { what: 'token', request, gives: { kind: 'token', of } }
}

/** Cut, changed, of another client, twice, or in two places. */
const badToken: Kind = (house, random) => {
  const of = random.pick(house.holders)
  const right = of.secrets.at(-1) ?? ''
  const other = random.pick(house.holders)
  const wrong = random.pick([
    right.slice(0, random.below(right.length)),
    `${right}x`,
    right.split('').reverse().join(''),
    right.toUpperCase(),
    other === of ? 'x' : (other.secrets.at(-1) ?? 'x'),
  ])
  const inBody = { client_id: of.id, client_secret: right }
  const request = random.pick([
    () => house.form('/oauth/token', house.grant, house.basic(of, wrong)),
    () => house.form('/oauth/token', { ...house.grant, ...inBody }, house.basic(of)),
    () => house.form('/oauth/token', { ...house.grant, ...inBody, scope: right }, {}),
    () => house.form('/oauth/token', `client_secret=${right}&client_secret=${right}`, {}),
  ])()
  return { what: 'bad token request', request }
}

const introspectOrRevoke: Kind = (house, random) => {
  const [caller, of] = [random.pick(house.holders), random.pick(house.holders)]
  const path = random.pick(['/oauth/introspect', '/oauth/introspect', '/oauth/revoke'])
  const about = random.pick([of.tokens, caller.tokens, of.secrets]).at(-1) ?? 'x'
  const bearer = { Authorization: `Bearer ${of.tokens.at(-1) ?? 'x'}` }
  const as = random.below(4) === 0 ? bearer : house.basic(caller)
  return { what: path, request: house.form(path, { token: about }, as) }
}

const ADMIN_READS = ['/clients', '/clients/{id}', '/clients/{id}/secrets', '/audit-events', '/apis']

const adminRead: Kind = (house, random) => {
  const of = random.pick(house.holders)
  const path = random.pick([...ADMIN_READS, '/administrators', '/signing-keys', '/health'])
  const bearer = random.pick([house.bearer, { Authorization: `Bearer ${of.tokens.at(-1) ?? 'x'}` }])
  const to = path === '/health' ? path : `/admin/v1${path.replace('{id}', of.id)}`
  return { what: 'admin read', request: house.request('GET', to, bearer) }
}

const adminChange: Kind = (house, random, n) => {
  const { id } = random.pick(house.holders)
  const path = `/admin/v1/clients/${id}`
  const request = random.pick([
    () => house.json('PUT', `${path}/suspension`, { reason: `Reason ${n}` }),
    () => house.json('DELETE', `${path}/suspension`),
    () => house.json('DELETE', `${path}/suspension`),
    () => house.json('DELETE', `${path}/tokens`),
    () => house.json('PATCH', path, { description: `Description ${n}` }),
    () => house.json('PUT', `${path}/access`, { roles: [], permissions: [PERMISSION] }),
    () => (n % 9 === 0 ? house.json('DELETE', path) : house.json('GET', path)),
    () => house.json('POST', '/admin/v1/reminders/test', {}),
    () =>
      n % 40 === 0 ? house.json('POST', '/admin/v1/signing-keys', {}) : house.json('GET', path),
  ])()
  return { what: 'admin change', request }
}

const PAGES = [
  '/clients /clients/{id} /clients/{id}/details /clients/{id}/access /setup',
  '/clients/{id}/activity /activity /activity/export.jsonl /activity/export.csv',
  '/clients/{id}/preview /clients/{id}/duplicate /administrators /signing-keys',
].flatMap((line) => line.split(' '))

const page: Kind = (house, random) => {
  const path = random.pick(PAGES).replace('{id}', random.pick(house.holders).id)
  return { what: 'page', request: house.request('GET', `/console${path}`, house.session) }
}

const odd: Kind = (house, random) => {
  const holder = random.pick(house.holders)
  const { secrets, tokens } = holder
  const texts = [...secrets.slice(-1), ...tokens.slice(-1), house.world.bootstrapToken]
  return { what: 'odd place', ...oddRequest(house, random, random.pick(texts), holder) }
}

/** How often each kind comes. */
const MIX: [number, Kind][] = [
  [5, create],
  [2, createInConsole],
  [2, duplicate],
  [5, newSecret],
  [3, rotate],
  [22, token],
  [10, badToken],
  [14, introspectOrRevoke],
  [5, adminRead],
  [8, adminChange],
  [7, page],
  [20, odd],
]

/** Each kind as often as it comes. */
export const KINDS = MIX.flatMap(([weight, kind]) => Array.from({ length: weight }, () => kind))
