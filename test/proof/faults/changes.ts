import { NEVER } from '../../../src/domain/signing-key.ts'
import { API, type World } from './world.ts'
import { live, suspended, count, nobody, type Subject, type Change } from './subjects.ts'

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
      logged: 'client.suspended',
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
    { done: count('clients WHERE name = ?1'), logged: 'client.created' },
    {
      done: count(
        'secrets WHERE client_id IN (SELECT client_id FROM portcullis_clients WHERE name = ?1)',
      ),
      logged: 'client.created',
    },
  ],
  again: 2,
}

let lastRotation: Promise<unknown> = Promise.resolve()

/**
 * A rotation while a promoted key waits for its time makes nothing. So one rotates after another, and
 * the key of the one before is set aside: it waits for ever, and as a key of a clock that was ahead it
 * is not taken for the standby.
 */
function inTurn<T>(w: World, rotate: () => Promise<T>): Promise<T> {
  const rotation = lastRotation.then(async () => {
    await w.rows(`UPDATE portcullis_signing_keys SET activates_at = ${NEVER}, created_at = unixepoch() + 86400
      WHERE revoked_at IS NULL AND activates_at > unixepoch() AND activates_at < ${NEVER}`)
    return rotate()
  })
  lastRotation = rotation.catch(() => undefined)
  return rotation
}

export const CHANGES: Change[] = [
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
        logged: 'client.resumed',
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
      { done: count('deleted_clients WHERE client_id = ?1'), logged: 'client.deleted' },
      {
        done: 'SELECT NOT EXISTS (SELECT 1 FROM portcullis_clients WHERE client_id = ?1) AS n',
        logged: 'client.deleted',
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
        logged: 'client.access_changed',
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
        logged: 'client.tokens_revoked',
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
    facts: [{ done: count('revoked_tokens WHERE client_id = ?1'), logged: 'token.revoked' }],
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
        logged: 'secret.created',
      },
      {
        done: count('secrets WHERE client_id = ?1 AND retires_at IS NOT NULL'),
        logged: 'secret.retired',
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
        logged: 'secret.created',
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
        logged: 'secret.created',
      },
      {
        done: count('secrets WHERE client_id = ?1 AND retires_at IS NOT NULL'),
        logged: 'secret.retired',
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
        logged: 'secret.deleted',
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
    facts: [{ done: count('apis WHERE name = ?1'), logged: 'api.created' }],
    again: 1,
  },
  {
    ...named,
    name: 'rotate the signing key',
    key: (_, order) => order.id,
    act: (w, _, order) => inTurn(w, () => w.admin('POST', '/signing-keys', { order })),
    facts: [
      {
        done: count(`signing_keys WHERE kid IN (
          SELECT target_id FROM portcullis_audit_events
          WHERE request_id = ?1 AND action = 'signing_key.created')`),
        logged: 'signing_key.created',
      },
    ],
    again: 2,
  },
  {
    ...named,
    name: 'revoke a signing key',
    // One that waits: the tokens of the other pairs are signed by the active one.
    arrange: async (w, tag) => {
      const key = await inTurn(w, () => w.adminOk('POST', '/signing-keys'))
      return { ...(await nobody(w, tag)), id: String(key['kid']) }
    },
    key: (s) => String(s.id),
    act: (w, s, order) => w.admin('DELETE', `/signing-keys/${s.id}`, { order }),
    facts: [
      {
        done: count('signing_keys WHERE kid = ?1 AND revoked_at IS NOT NULL'),
        logged: 'signing_key.revoked',
      },
    ],
    again: 1,
  },
]
