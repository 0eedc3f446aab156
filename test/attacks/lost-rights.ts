import { env } from 'cloudflare:workers'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { API, ISSUER, type TestServer } from '../support/server.ts'
import type { Credential } from './callers.ts'

/** A caller who may change things now, and what takes the right from them. */
export type Losing = { credential: Credential; lose: () => Promise<unknown> }

/** How a right is lost, by who has it: each makes a caller anew, because each is lost for good. */
export const LOSSES: Record<
  'client' | 'person',
  Record<string, (s: TestServer) => Promise<Losing>>
> = {
  client: {
    suspended: (s) => aManager(s, ({ id }) => s.adminOk('PUT', `/clients/${id}/suspension`)),
    deleted: (s) => aManager(s, ({ id }) => s.adminOk('DELETE', `/clients/${id}`)),
    'access taken': (s) => aManager(s, ({ id }) => s.adminOk('PUT', `/clients/${id}/access`, {})),
    'tokens revoked': (s) => aManager(s, ({ id }) => s.adminOk('DELETE', `/clients/${id}/tokens`)),
    'token revoked': (s) =>
      aManager(s, (client, token) => s.form('/oauth/revoke', { token }, client)),
    'key revoked': (s) =>
      aManager(s, (_, token) => s.adminOk('DELETE', `/signing-keys/${kidOf(token)}`)),
  },
  person: {
    demoted: (s) =>
      anAdministrator(s, (id) => s.adminOk('PATCH', `/administrators/${id}`, { access: 'view' })),
    removed: (s) => anAdministrator(s, (id) => s.adminOk('DELETE', `/administrators/${id}`)),
    'session ended': (s) => anAdministrator(s, (_, signOut) => signOut()),
    'bootstrap session ended': async (s) => {
      const visitor = await signIn(s)
      return { credential: await credentialOf(visitor), lose: () => visitor.post('/sign-out') }
    },
  },
}

async function aManager(
  server: TestServer,
  lose: (client: { id: string; secret: string }, token: string) => Promise<unknown>,
): Promise<Losing> {
  const client = await server.client({ [ISSUER]: 'clients:manage' })
  const token = await server.token(client)
  const headers = { Authorization: `Bearer ${token}` }
  return { credential: { headers, formToken: '' }, lose: () => lose(client, token) }
}

let people = 0

async function anAdministrator(
  server: TestServer,
  lose: (id: string, signOut: () => Promise<unknown>) => Promise<unknown>,
): Promise<Losing> {
  const body = { email: `person-${++people}@example.com`, access: 'manage' }
  const id = String((await server.adminOk('POST', '/administrators', body))['administrator_id'])
  const visitor = await signInAs(server, id)
  const signOut = () => visitor.post('/sign-out')
  return { credential: await credentialOf(visitor), lose: () => lose(id, signOut) }
}

async function credentialOf(visitor: Awaited<ReturnType<typeof signIn>>): Promise<Credential> {
  const formToken = formTokenIn(await visitor.html('/clients'))
  return { headers: { Cookie: visitor.cookie }, formToken }
}

function kidOf(token: string): string {
  const header = (token.split('.')[0] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  return (JSON.parse(atob(header)) as { kid: string }).kid
}

/** How a client loses the right to its own endpoints, between its request and the commit. */
export const OWN_LOSSES: Record<string, (s: TestServer) => Promise<Losing & { token: string }>> = {
  suspended: (s) => aRotating(s, ({ id }) => s.adminOk('PUT', `/clients/${id}/suspension`)),
  deleted: (s) => aRotating(s, ({ id }) => s.adminOk('DELETE', `/clients/${id}`)),
  'secret deleted': (s) =>
    aRotating(s, ({ id, secretId }) => s.adminOk('DELETE', `/clients/${id}/secrets/${secretId}`)),
}

async function aRotating(
  server: TestServer,
  lose: (client: { id: string; secretId: string }) => Promise<unknown>,
) {
  const client = await server.client({ [API]: 'clients:read' }, { allow_self_rotation: true })
  const token = await server.token(client)
  const headers = { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }
  const secretId = String(client.body['secrets'][0].secret_id)
  return {
    token,
    credential: { headers, formToken: '' },
    lose: () => lose({ id: client.id, secretId }),
  }
}

export type Moment = 'before the head is read' | 'after the head was read'

/** D1 with somebody who acts when a change reads the end of the log for the first time. */
export function interrupted(moment: Moment, act: () => Promise<unknown>): D1Database {
  const readsHead = (text: string) =>
    text.startsWith('SELECT seq, seal,') && text.includes('portcullis_ledger_head')
  return interruptedAt(readsHead, 1, moment === 'before the head is read', act)
}

/** D1 with somebody who acts before or after the `nth` of these statements. */
export function interruptedAt(
  isMeant: (text: string) => boolean,
  nth: number,
  isBefore: boolean,
  act: () => Promise<unknown>,
): D1Database {
  let count = 0
  const read = (statement: D1PreparedStatement) => async () => {
    if (++count !== nth) return statement.all()
    if (isBefore) await act()
    const answer = await statement.all()
    if (!isBefore) await act()
    return answer
  }
  const prepare = (text: string) => {
    const statement = env.DB.prepare(text)
    if (!isMeant(text)) return statement
    return { bind: (...values: unknown[]) => ({ all: read(statement.bind(...values)) }) }
  }
  return { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database
}
