import type { SignedTexts } from '../src/domain/seal.ts'

export const ISSUER = 'https://auth.example'
export const BOOTSTRAP = 'bootstrap-token-of-the-bench-0123456789'

type Send = (request: Request) => Promise<Response>
export type Setup = { db: D1Database; now: number; send: Send }

type Member = { id: string; secret: string; token: string }

/**
 * The participants: clients that the server itself created, in the middle of those that were filled
 * in.
 */
export type Fixtures = {
  members: Member[]
  introspector: Member
  /** Cursors to pages in the middle of each list. */
  deep: Record<string, string>
  roleId: string
}

const MEMBERS = 16

export function admin(method: string, path: string, body?: object): Request {
  return new Request(`${ISSUER}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${BOOTSTRAP}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

export const renaming = (id: string, client_name: string) =>
  admin('PATCH', `/clients/${id}`, { client_name })

export function form(path: string, fields: Record<string, string>, authorization?: string) {
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
  if (authorization) headers.set('authorization', authorization)
  return new Request(ISSUER + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields).toString(),
  })
}

export const basic = ({ id, secret }: Member) => `Basic ${btoa(`${id}:${secret}`)}`

export const tokenRequest = (member: Member) =>
  form('/oauth/token', { grant_type: 'client_credentials' }, basic(member))

export async function tokenOf(send: Send, member: Member): Promise<string> {
  const answer = await (await send(tokenRequest(member))).json<{ access_token: string }>()
  return answer.access_token
}

type Permission = { audience: string; permission: string }

/** The five permissions that every client here has. */
async function commonPermissions(db: D1Database): Promise<Permission[]> {
  const { results } = await db
    .prepare(
      `SELECT a.audience, p.permission FROM portcullis_permissions p
       JOIN portcullis_apis a ON a.api_id = p.api_id
       WHERE a.audience IS NOT NULL AND p.declared AND p.position < 3 ORDER BY p.id LIMIT 5`,
    )
    .all<Permission>()
  return results
}

export async function newClient(db: D1Database, client_name: string): Promise<Request> {
  return admin('POST', '/clients', { client_name, permissions: await commonPermissions(db) })
}

async function createMember({ send }: Pick<Setup, 'send'>, request: Request): Promise<Member> {
  type Created = { client_id: string; client_secret: string }
  const made = await (await send(request)).json<Created>()
  const member = { id: made.client_id, secret: made.client_secret, token: '' }
  await send(admin('POST', `/clients/${member.id}/secrets`, {}))
  return { ...member, token: await tokenOf(send, member) }
}

export async function createFixtures(setup: Setup & { cursors: SignedTexts }): Promise<Fixtures> {
  const { db, cursors } = setup
  const members: Member[] = []
  for (let n = 0; n < MEMBERS; n++) {
    members.push(await createMember(setup, await newClient(db, `Member ${n}`)))
  }
  const permissions = [{ audience: ISSUER, permission: 'tokens:introspect' }]
  const introspector = await createMember(
    setup,
    admin('POST', '/clients', { client_name: 'API', permissions }),
  )
  const roleId = await db
    .prepare('SELECT role_id FROM portcullis_roles ORDER BY id LIMIT 1')
    .first<string>('role_id')
  return {
    members,
    introspector,
    deep: await deepCursors(db, cursors),
    roleId: roleId ?? '',
  }
}

/** A signed-in browser's. */
export async function cookieOf(send: Send): Promise<string> {
  const signIn = form('/console/sign-in', { token: BOOTSTRAP })
  signIn.headers.set('origin', ISSUER)
  const session = await send(signIn)
  return (session.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

const MIDDLE = `SELECT * FROM portcullis_clients WHERE id > (SELECT max(id) / 2 FROM portcullis_clients)
  ORDER BY id LIMIT 1`

/** Cursors as the server makes them, to pages that no user would page to. */
async function deepCursors(db: D1Database, cursors: SignedTexts): Promise<Record<string, string>> {
  type Row = { id: number; name_key: string; created_at: number; listed_expiry: number }
  const row = await db.prepare(MIDDLE).first<Row>()
  const seq = await db.prepare('SELECT seq / 2 AS n FROM portcullis_ledger_head').first<number>('n')
  if (!row || seq === null) throw new Error('nothing was filled in')
  const clients = (sort: string, key: string | number) =>
    cursors.write([
      ['clients', null, null, sort],
      [key, row.id],
    ])
  return {
    name: await clients('name', row.name_key),
    '-created_at': await clients('-created_at', row.created_at),
    expires_at: await clients('expires_at', row.listed_expiry),
    events: await cursors.write([
      ['audit-events', null, null],
      [0, seq],
    ]),
  }
}
