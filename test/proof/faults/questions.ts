import { prepareCron } from './cron.ts'
import { type Answer } from './world.ts'
import { live, suspended, asked, other, nobody, type Question } from './subjects.ts'

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

export const QUESTIONS: Question[] = [
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
      // Whether it serves: other problems of a server in trouble do not matter here.
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
