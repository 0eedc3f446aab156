import { env } from 'cloudflare:workers'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { signedTexts } from '../../src/crypto/seals.ts'
import { ISSUER, type TestServer } from './server.ts'

type Fields = Record<string, string> | [string, string][]

/** A browser without scripts, signed in with the bootstrap token. */
export async function signIn(server: TestServer, base = '/console') {
  const response = await server.send(`${base}/sign-in`, {
    method: 'POST',
    headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '' }).toString(),
    redirect: 'manual',
  })
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  if (cookie === '') throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  return visitorWith(server, cookie, base)
}

/** The same as an administrator, by a session such as the sign-in makes. */
export async function signInAs(server: TestServer, administratorId: string, base = '/console') {
  const sessions = signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'session')
  const found = await server.admin('GET', `/administrators/${administratorId}`)
  const { email = 'nobody@example.com' } = await found.json<Record<string, string>>()
  const who = { type: 'administrator', id: administratorId, email, via: 'oidc', issuer: null }
  const [id, createdAt] = [`session_${crypto.randomUUID()}`, server.clock.now]
  const expiresAt = createdAt + 3600
  const row = [id, administratorId, createdAt, expiresAt]
  await env.DB.prepare(
    `INSERT INTO portcullis_sessions (session_id, administrator_id, created_at, expires_at)
     VALUES (?, ?, ?, ?)`,
  )
    .bind(...row)
    .run()
  const text = await sessions.write({ id, who, expiresAt })
  return visitorWith(server, `__Host-portcullis=${text}`, base)
}

function visitorWith(server: TestServer, cookie: string, base: string) {
  const get = (path: string) => server.send(base + path, { headers: { Cookie: cookie } })

  async function html(path: string): Promise<string> {
    const response = await get(path)
    const text = await response.text()
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`)
    return text
  }

  /** A form of the page with its token, which is read once: it holds for the session. */
  let token: string | undefined
  async function post(path: string, fields: Fields = {}): Promise<Response> {
    token ??= formTokenIn(await html('/clients'))
    const body = new URLSearchParams(fields)
    body.set('form_token', token)
    return server.send(base + path, {
      method: 'POST',
      headers: {
        Cookie: cookie,
        Origin: ISSUER,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: body.toString(),
      redirect: 'manual',
    })
  }

  return { cookie, get, html, post }
}

export type ConsoleVisitor = Awaited<ReturnType<typeof signIn>>

export function formTokenIn(page: string): string {
  const token = /name="form_token" value="([^"]+)"/.exec(page)?.[1]
  if (token === undefined) throw new Error('The page has no form of the session')
  return token
}

/** What a page weighs on its way, with the style sheet that it needs. */
export async function weightOf(server: TestServer, page: string): Promise<number> {
  const style = await (await server.send('/console/style.css')).text()
  return (await gzipped(page)) + (await gzipped(style))
}

export const WEIGHT_MAX = 15 * 1024

async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return (await new Response(stream).arrayBuffer()).byteLength
}
