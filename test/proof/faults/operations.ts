import { prepareCron } from './cron.ts'
import type { Order, Trace } from './order.ts'
import { SESSIONS } from './sessions.ts'
import { type Answer, API, type Client, type Visitor, type World } from './world.ts'

/** What one pair is about: clients of its own, so that pairs do not meet. */
export type Subject = {
  /** In the names that it gives. */
  tag: string
  client: Client
  /** Whether the token that it asks about, or with, is really active, and its client may have one. */
  live: boolean
  /** Whatever else the operation needs: another client, an id. */
  other?: Client
  id?: string
  visitor?: Visitor
}

/** A fact of which there is one more whenever the change is made, and the event that tells of it. */
export type Fact = { done: string; told: string }

type Common = {
  name: string
  arrange: (w: World, tag: string) => Promise<Subject>
  act: (w: World, s: Subject, order: Order) => Promise<Answer>
}

export type Change = Common & {
  kind: 'change'
  /** SQL, in which `?1` is `key`: the first for the change as a whole. */
  facts: Fact[]
  key: (s: Subject, order: Order) => string
  /** Whether a token of the client is active before and after; null where it has none to ask about. */
  active: { before: boolean; after: boolean } | null
  /** How often it was made when whoever got no answer asks again after it was made. */
  again: 1 | 2
}

export type Question = Common & {
  kind: 'question'
  outcome: (answer: Answer, trace: Trace) => string
}

export type Operation = Change | Question

const live = async (w: World, tag: string): Promise<Subject> => {
  const client = await w.client('invoices:read', API, { client_name: tag })
  return { tag, client, live: true }
}

const suspended = async (w: World, tag: string): Promise<Subject> => {
  const subject = await live(w, tag)
  await w.adminOk('PUT', `/clients/${subject.client.id}/suspension`)
  return { ...subject, live: false }
}

/** With a client whose secret was not used yet, so that its use is noted. */
const asked =
  (arrange: Common['arrange'], scope: string, audience?: string): Common['arrange'] =>
  async (w, tag) => ({ ...(await arrange(w, tag)), other: await w.newClient(scope, audience) })

const other = (s: Subject): Client => {
  if (!s.other) throw new Error('there is no other client')
  return s.other
}

const count = (what: string) => `SELECT count(*) AS n FROM portcullis_${what}`

const token: Question = {
  kind: 'question',
  name: 'POST /oauth/token',
  arrange: async (w, tag) => ({ tag, client: await w.newClient('invoices:read'), live: true }),
  act: (w, s, order) => w.requestToken(s.client, order),
  outcome: ({ body }) => (body.includes('"access_token"') ? 'a token' : 'no token'),
}

const activity = ({ json }: Answer) => {
  if (json['active'] === undefined) return 'no answer'
  return json['active'] === true ? 'active' : 'inactive'
}

const introspectBasic: Question = {
  kind: 'question',
  name: 'POST /oauth/introspect, by Basic',
  arrange: asked(live, 'tokens:introspect'),
  act: (w, s, order) =>
    w.form('/oauth/introspect', { token: s.client.token }, w.basic(other(s)), order),
  outcome: activity,
}

const introspectBearer: Question = {
  ...introspectBasic,
  name: 'POST /oauth/introspect, by Bearer',
  act: (w, s, order) =>
    w.form('/oauth/introspect', { token: s.client.token }, `Bearer ${w.bearer.token}`, order),
}

const adminGet: Question = {
  kind: 'question',
  name: 'GET /admin/v1/clients/{id}, with a token',
  arrange: async (w, tag) => {
    const client = await w.client('clients:read', w.issuer, { client_name: tag })
    return { tag, client, live: true }
  },
  act: (w, s, order) =>
    w.admin('GET', `/clients/${s.client.id}`, { order, bearer: s.client.token }),
  outcome: ({ json }) => (json['client_id'] === undefined ? 'refused' : 'shown'),
}

const nobody = async (_: World, tag: string): Promise<Subject> => {
  return { tag, client: { id: '', secret: '', token: '' }, live: false }
}

const QUESTIONS: Question[] = [
  token,
  {
    ...token,
    name: 'POST /oauth/token, of a suspended client',
    arrange: suspended,
  },
  introspectBasic,
  {
    ...introspectBasic,
    name: 'POST /oauth/introspect, of a token of a suspended client',
    arrange: asked(suspended, 'tokens:introspect'),
  },
  introspectBearer,
  {
    ...introspectBearer,
    name: 'POST /oauth/introspect, by Bearer, of a token of a suspended client',
    arrange: suspended,
  },
  {
    kind: 'question',
    name: 'GET /.well-known/jwks.json',
    arrange: nobody,
    act: (w, _, order) => w.send('/.well-known/jwks.json', {}, order),
    outcome: ({ body }) => (body.includes('"kty"') ? 'keys' : 'no keys'),
  },
  {
    kind: 'question',
    name: 'GET /health',
    arrange: nobody,
    act: (w, _, order) => w.send('/health', {}, order),
    outcome: ({ json }) => {
      if (json['status'] === undefined) return 'no answer'
      // Whether it serves: what else is wrong with a server in trouble is no matter here.
      return json['failing'] === undefined ? 'ok' : `failing: ${String(json['failing'])}`
    },
  },
  adminGet,
  {
    ...adminGet,
    name: 'GET /admin/v1/clients/{id}, with a token of a suspended client',
    arrange: async (w, tag) => {
      const subject = await adminGet.arrange(w, tag)
      await w.adminOk('PUT', `/clients/${subject.client.id}/suspension`)
      return { ...subject, live: false }
    },
  },
  {
    kind: 'question',
    name: 'the cron',
    arrange: prepareCron,
    act: (w, _, order) => w.cron(order),
    outcome: ({ body }) =>
      body
        .replace(/^The cron failed at /, 'failed: ')
        .replace(/^d1 is out of reach.*/, 'failed: d1'),
  },
]

const ofClient = { kind: 'change', key: (s: Subject) => s.client.id } as const
const edge = { before: true, after: false }
const path = (s: Subject, rest = '') => `/clients/${s.client.id}${rest}`
const named = {
  kind: 'change',
  arrange: nobody,
  key: (s: Subject) => s.tag,
  active: null,
} as const

const newClientBody = (s: Subject) => ({
  client_name: s.tag,
  permissions: [{ audience: API, permission: 'invoices:read' }],
})

const suspend: Change = {
  ...ofClient,
  name: 'suspend',
  arrange: live,
  act: (w, s, order) => w.admin('PUT', path(s, '/suspension'), { order }),
  facts: [
    {
      done: count('clients WHERE client_id = ?1 AND suspended_at IS NOT NULL'),
      told: 'client.suspended',
    },
  ],
  active: edge,
  again: 1,
}

const createClient: Change = {
  ...named,
  name: 'create a client',
  act: (w, s, order) => w.admin('POST', '/clients', { order, body: newClientBody(s) }),
  facts: [
    { done: count('clients WHERE name = ?1'), told: 'client.created' },
    {
      done: count(
        'secrets WHERE client_id IN (SELECT client_id FROM portcullis_clients WHERE name = ?1)',
      ),
      told: 'client.created',
    },
  ],
  again: 2,
}

const CHANGES: Change[] = [
  suspend,
  {
    ...suspend,
    name: 'suspend, by a machine',
    act: (w, s, order) =>
      w.admin('PUT', path(s, '/suspension'), { order, bearer: w.manager.token }),
  },
  {
    ...suspend,
    name: 'suspend, in the console',
    act: (w, s, order) => w.post(path(s, '/suspension'), w.person, order),
  },
  {
    ...ofClient,
    name: 'resume',
    arrange: suspended,
    act: (w, s, order) => w.admin('DELETE', path(s, '/suspension'), { order }),
    facts: [
      {
        done: count('clients WHERE client_id = ?1 AND suspended_at IS NULL'),
        told: 'client.resumed',
      },
    ],
    active: { before: false, after: true },
    again: 1,
  },
  {
    ...ofClient,
    name: 'delete',
    arrange: live,
    act: (w, s, order) => w.admin('DELETE', path(s), { order }),
    facts: [
      { done: count('deleted_clients WHERE client_id = ?1'), told: 'client.deleted' },
      {
        done: 'SELECT NOT EXISTS (SELECT 1 FROM portcullis_clients WHERE client_id = ?1) AS n',
        told: 'client.deleted',
      },
    ],
    active: edge,
    again: 1,
  },
  {
    ...ofClient,
    name: 'change access, of issued tokens too',
    arrange: live,
    act: (w, s, order) =>
      w.admin('PUT', path(s, '/access'), {
        order,
        body: {
          roles: [],
          permissions: [{ audience: API, permission: 'invoices:write' }],
          apply_to_issued_tokens: true,
        },
      }),
    facts: [
      {
        done: 'SELECT generation AS n FROM portcullis_clients WHERE client_id = ?1',
        told: 'client.access_changed',
      },
    ],
    active: edge,
    again: 2,
  },
  {
    ...ofClient,
    name: 'revoke all tokens',
    arrange: live,
    act: (w, s, order) => w.admin('DELETE', path(s, '/tokens'), { order }),
    facts: [
      {
        done: 'SELECT generation AS n FROM portcullis_clients WHERE client_id = ?1',
        told: 'client.tokens_revoked',
      },
    ],
    active: edge,
    again: 2,
  },
  {
    ...ofClient,
    name: 'POST /oauth/revoke',
    arrange: live,
    act: (w, s, order) =>
      w.form('/oauth/revoke', { token: s.client.token }, w.basic(s.client), order),
    facts: [{ done: count('revoked_tokens WHERE client_id = ?1'), told: 'token.revoked' }],
    active: edge,
    again: 1,
  },
  {
    ...ofClient,
    name: 'POST /oauth/rotate',
    arrange: async (w, tag) => {
      const subject = await live(w, tag)
      await w.adminOk('PATCH', path(subject), { allow_self_rotation: true })
      return subject
    },
    act: (w, s, order) => w.form('/oauth/rotate', {}, w.basic(s.client), order),
    facts: [
      {
        done: 'SELECT count(*) - 1 AS n FROM portcullis_secrets WHERE client_id = ?1',
        told: 'secret.created',
      },
      {
        done: count('secrets WHERE client_id = ?1 AND retires_at IS NOT NULL'),
        told: 'secret.retired',
      },
    ],
    active: { before: true, after: true },
    again: 2,
  },
  createClient,
  {
    ...createClient,
    name: 'create a client, with a key',
    act: (w, s, order) =>
      w.admin('POST', '/clients', { order, body: newClientBody(s), key: `key-${s.tag}` }),
    again: 1,
  },
  {
    ...ofClient,
    name: 'create a secret',
    arrange: live,
    act: (w, s, order) => w.admin('POST', path(s, '/secrets'), { order }),
    facts: [
      {
        done: 'SELECT count(*) - 1 AS n FROM portcullis_secrets WHERE client_id = ?1',
        told: 'secret.created',
      },
    ],
    active: { before: true, after: true },
    again: 2,
  },
  {
    ...ofClient,
    name: 'create a secret, and retire the others',
    arrange: live,
    act: (w, s, order) =>
      w.admin('POST', path(s, '/secrets'), { order, body: { retire_others_in: 600 } }),
    facts: [
      {
        done: 'SELECT count(*) - 1 AS n FROM portcullis_secrets WHERE client_id = ?1',
        told: 'secret.created',
      },
      {
        done: count('secrets WHERE client_id = ?1 AND retires_at IS NOT NULL'),
        told: 'secret.retired',
      },
    ],
    active: { before: true, after: true },
    again: 2,
  },
  {
    ...ofClient,
    name: 'delete a secret',
    arrange: async (w, tag) => {
      const subject = await live(w, tag)
      const shown = await w.adminOk('GET', path(subject, '/secrets'))
      return { ...subject, id: String(shown['data'][0]['secret_id']) }
    },
    act: (w, s, order) => w.admin('DELETE', path(s, `/secrets/${s.id}`), { order }),
    facts: [
      {
        done: 'SELECT 1 - count(*) AS n FROM portcullis_secrets WHERE client_id = ?1',
        told: 'secret.deleted',
      },
    ],
    active: { before: true, after: true },
    again: 1,
  },
  {
    ...named,
    name: 'create an API',
    act: (w, s, order) =>
      w.admin('POST', '/apis', {
        order,
        body: { audience: `https://${s.tag}.example`, name: s.tag, permissions: [] },
      }),
    facts: [{ done: count('apis WHERE name = ?1'), told: 'api.created' }],
    again: 1,
  },
  {
    ...named,
    name: 'rotate the signing key',
    key: (_, order) => order.id,
    act: (w, _, order) => w.admin('POST', '/signing-keys', { order }),
    facts: [
      {
        done: count(`signing_keys WHERE kid IN (
          SELECT target_id FROM portcullis_audit_events
          WHERE request_id = ?1 AND action = 'signing_key.created')`),
        told: 'signing_key.created',
      },
    ],
    again: 2,
  },
  {
    ...named,
    name: 'revoke a signing key',
    // One that waits: the tokens of the other pairs are signed by the active one.
    arrange: async (w, tag) => {
      const key = await w.adminOk('POST', '/signing-keys')
      return { ...(await nobody(w, tag)), id: String(key['kid']) }
    },
    key: (s) => String(s.id),
    act: (w, s, order) => w.admin('DELETE', `/signing-keys/${s.id}`, { order }),
    facts: [
      {
        done: count('signing_keys WHERE kid = ?1 AND revoked_at IS NOT NULL'),
        told: 'signing_key.revoked',
      },
    ],
    again: 1,
  },
]

export const OPERATIONS: Operation[] = [...QUESTIONS, ...CHANGES, ...SESSIONS]
