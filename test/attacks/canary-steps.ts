import type { Random } from './canaries.ts'
import { type Holder, type CanaryFixture, PERMISSION } from './canary-fixture.ts'
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

export type Kind = (fixture: CanaryFixture, random: Random, n: number) => Step

const dateIn = (fixture: CanaryFixture, days: number) =>
  new Date((fixture.world.clock.now + days * DAY) * 1000).toISOString().slice(0, 10)

const newClient = (fixture: CanaryFixture, random: Random, n: number) => ({
  client_name: `Client ${n}`,
  allow_self_rotation: n % 2 === 0,
  secret: { expires_on: dateIn(fixture, random.pick([1, 10, 14, 20, 90])) },
  permissions: [
    PERMISSION,
    ...(random.below(4) === 0
      ? [{ audience: fixture.world.issuer, permission: 'clients:read' }]
      : []),
  ],
})

export const create: Kind = (fixture, random, n) => ({
  what: 'create',
  request: fixture.json('POST', '/admin/v1/clients', newClient(fixture, random, n)),
  gives: { kind: 'secret', of: 'new' },
})

const createInConsole: Kind = (fixture, random, n) => ({
  what: 'create in the console',
  request: fixture.consoleForm('/clients', {
    client_name: `Client ${n}`,
    expires_on: dateIn(fixture, random.pick([7, 90])),
    remind: 'on',
  }),
  gives: { kind: 'secret', of: 'new' },
})

const duplicate: Kind = (fixture, random) => ({
  what: 'duplicate',
  request: fixture.json(
    'POST',
    `/admin/v1/clients/${random.pick(fixture.holders).id}/duplicates`,
    {},
  ),
  gives: { kind: 'secret', of: 'new' },
})

const newSecret: Kind = (fixture, random) => {
  const of = random.pick(fixture.holders)
  const body = { retire_others_in: random.pick([0, 60]) }
  const request = fixture.json('POST', `/admin/v1/clients/${of.id}/secrets`, body)
  return { what: 'new secret', request, gives: { kind: 'secret', of } }
}

const rotate: Kind = (fixture, random) => {
  const of = random.pick(fixture.holders)
  const fields = { overlap: String(random.pick([0, 3600])) }
  const request = fixture.form('/oauth/rotate', fields, fixture.basic(of))
  return { what: 'rotate', request, gives: { kind: 'secret', of } }
}

const token: Kind = (fixture, random) => {
  const of = random.pick(fixture.holders)
  const fields: Record<string, string> = {
    ...fixture.grant,
    ...(of.isPowerful && { resource: fixture.world.issuer }),
  }
  const inBody = { client_id: of.id, client_secret: of.secrets.at(-1) ?? '' }
  const request =
    random.below(2) === 0
      ? fixture.form('/oauth/token', fields, fixture.basic(of))
      : fixture.form('/oauth/token', { ...fields, ...inBody }, {})
  return { what: 'token', request, gives: { kind: 'token', of } }
}

/** Cut, changed, of another client, twice, or in two places. */
const badToken: Kind = (fixture, random) => {
  const of = random.pick(fixture.holders)
  const right = of.secrets.at(-1) ?? ''
  const other = random.pick(fixture.holders)
  const wrong = random.pick([
    right.slice(0, random.below(right.length)),
    `${right}x`,
    right.split('').reverse().join(''),
    right.toUpperCase(),
    other === of ? 'x' : (other.secrets.at(-1) ?? 'x'),
  ])
  const inBody = { client_id: of.id, client_secret: right }
  const request = random.pick([
    () => fixture.form('/oauth/token', fixture.grant, fixture.basic(of, wrong)),
    () => fixture.form('/oauth/token', { ...fixture.grant, ...inBody }, fixture.basic(of)),
    () => fixture.form('/oauth/token', { ...fixture.grant, ...inBody, scope: right }, {}),
    () => fixture.form('/oauth/token', `client_secret=${right}&client_secret=${right}`, {}),
  ])()
  return { what: 'bad token request', request }
}

const introspectOrRevoke: Kind = (fixture, random) => {
  const [caller, of] = [random.pick(fixture.holders), random.pick(fixture.holders)]
  const path = random.pick(['/oauth/introspect', '/oauth/introspect', '/oauth/revoke'])
  const about = random.pick([of.tokens, caller.tokens, of.secrets]).at(-1) ?? 'x'
  const bearer = { Authorization: `Bearer ${of.tokens.at(-1) ?? 'x'}` }
  const as = random.below(4) === 0 ? bearer : fixture.basic(caller)
  return { what: path, request: fixture.form(path, { token: about }, as) }
}

const ADMIN_READS = ['/clients', '/clients/{id}', '/clients/{id}/secrets', '/audit-events', '/apis']

const adminRead: Kind = (fixture, random) => {
  const of = random.pick(fixture.holders)
  const path = random.pick([...ADMIN_READS, '/administrators', '/signing-keys', '/health'])
  const bearer = random.pick([
    fixture.bearer,
    { Authorization: `Bearer ${of.tokens.at(-1) ?? 'x'}` },
  ])
  const to = path === '/health' ? path : `/admin/v1${path.replace('{id}', of.id)}`
  return { what: 'admin read', request: fixture.request('GET', to, bearer) }
}

const adminChange: Kind = (fixture, random, n) => {
  const { id } = random.pick(fixture.holders)
  const path = `/admin/v1/clients/${id}`
  const request = random.pick([
    () => fixture.json('PUT', `${path}/suspension`, { reason: `Reason ${n}` }),
    () => fixture.json('DELETE', `${path}/suspension`),
    () => fixture.json('DELETE', `${path}/suspension`),
    () => fixture.json('DELETE', `${path}/tokens`),
    () => fixture.json('PATCH', path, { description: `Description ${n}` }),
    () => fixture.json('PUT', `${path}/access`, { roles: [], permissions: [PERMISSION] }),
    () => (n % 9 === 0 ? fixture.json('DELETE', path) : fixture.json('GET', path)),
    () => fixture.json('POST', '/admin/v1/reminders/test', {}),
    () =>
      n % 40 === 0 ? fixture.json('POST', '/admin/v1/signing-keys', {}) : fixture.json('GET', path),
  ])()
  return { what: 'admin change', request }
}

const PAGES = [
  '/clients /clients/{id} /clients/{id}/details /clients/{id}/access /setup',
  '/clients/{id}/activity /activity /activity/export.jsonl /activity/export.csv',
  '/clients/{id}/preview /clients/{id}/duplicate /administrators /signing-keys',
].flatMap((line) => line.split(' '))

const page: Kind = (fixture, random) => {
  const path = random.pick(PAGES).replace('{id}', random.pick(fixture.holders).id)
  return { what: 'page', request: fixture.request('GET', `/console${path}`, fixture.session) }
}

const odd: Kind = (fixture, random) => {
  const holder = random.pick(fixture.holders)
  const { secrets, tokens } = holder
  const texts = [...secrets.slice(-1), ...tokens.slice(-1), fixture.world.bootstrapToken]
  return { what: 'odd place', ...oddRequest(fixture, random, random.pick(texts), holder) }
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
