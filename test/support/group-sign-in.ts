import type { WorkerEnv } from '../../src/worker.ts'
import { openIdProvider, sessionIn } from './provider.ts'
import { type Json, testServer, type TestServer } from './server.ts'

export const EVE = 'eve@example.com'
export const MANAGE = 'portcullis-admins'
export const VIEW = 'portcullis-viewers'
export const GROUPS = {
  OIDC_ACCESS_CLAIM: 'groups',
  OIDC_MANAGE_VALUES: `${MANAGE}, ops`,
  OIDC_VIEW_VALUES: VIEW,
}

/** A provider that says of Eve, who is in no list, which groups she is in. */
export async function providerWithGroups(vars: Record<string, string> = {}) {
  const all = await openIdProvider({ ...GROUPS, ...vars })
  const { provider, server, signIn } = all

  /** The answer to a sign-in with these claims. */
  const come = (claims: Record<string, unknown>): Promise<Response> => {
    provider.claims = { sub: 'eve', email: EVE, ...claims }
    return signIn()
  }

  /** The cookie of a session that a group opened. */
  async function enter(groups: unknown = [MANAGE], claims = {}): Promise<string> {
    const answer = await come({ groups, ...claims })
    const cookie = sessionIn(answer)
    if (cookie === null) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    return cookie
  }

  /** The same server with other settings, in the same minute. */
  const otherwise = (changes: Partial<WorkerEnv>, more = {}) =>
    testServer({ now: server.clock.now, env: { ...server.bindings, ...changes, ...more } })

  const people = async (): Promise<Json[]> =>
    (await server.adminOk('GET', '/administrators'))['data']
  const eve = async (): Promise<Json> => {
    const found = (await people()).find(({ email }) => email === EVE)
    if (!found) throw new Error('nobody knows Eve')
    return found
  }
  return { ...all, come, enter, otherwise, people, eve }
}

export function visit(server: TestServer, cookie: string, path = '/clients'): Promise<Response> {
  return server.send(`/console${path}`, { headers: { Cookie: cookie }, redirect: 'manual' })
}

/** 200 for a view, 303 for a session that has ended; `manage` if the new-client form opens. */
export async function accessAt(server: TestServer, cookie: string): Promise<string | null> {
  if ((await visit(server, cookie)).status !== 200) return null
  return (await visit(server, cookie, '/clients/new')).status === 200 ? 'manage' : 'view'
}
