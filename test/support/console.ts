import { env } from 'cloudflare:workers'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { signedTexts } from '../../src/crypto/seals.ts'
import { ISSUER, type TestServer } from './server.ts'

const formTokens = signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'form')
let pages = 0

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

/** The same as an administrator, with a session like one that a sign-in opens. */
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

  /** The token of a new form of the session, with a nonce of its own. */
  async function newFormToken(): Promise<string> {
    token ??= formTokenIn(await html('/find'))
    const content = (await formTokens.read(token)) as string[]
    return formTokens.write([...content.slice(0, 2), `nonce-${++pages}`])
  }
  let token: string | undefined

  /** Fills in a form once, to be sent one or more times. */
  async function fill(path: string, fields: Fields = {}, formToken?: string) {
    const body = new URLSearchParams(fields)
    body.set('form_token', formToken ?? (await newFormToken()))
    const headers = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }
    return (Cookie = cookie, by = server): Promise<Response> =>
      by.send(base + path, {
        method: 'POST',
        headers: { Cookie, ...headers },
        body: body.toString(),
        redirect: 'manual',
      })
  }

  const post = async (path: string, fields: Fields = {}, formToken?: string) =>
    (await fill(path, fields, formToken))()

  /** The page after a form, with its flash message. */
  async function follow(response: Response): Promise<string> {
    const flash = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const path = response.headers.get('location') ?? ''
    const page = await server.send(path, { headers: { Cookie: `${cookie}; ${flash}` } })
    return page.text()
  }

  return { cookie, get, html, fill, post, follow, newFormToken }
}

/** The flash message on a page. */
export function bannerIn(page: string): string | null {
  return /<div class="banner" role="status"><p><bdi>(.*?)<\/bdi>/.exec(page)?.[1] ?? null
}

/** The links of a refused form that lead to none of its fields. */
export function brokenLinksIn(page: string): string[] {
  const links = [...page.matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id ?? '')
  return links.filter((id) => !page.includes(` id="${id}"`))
}

/** The events on a page of activity, such as `Access suspended by ada@example.com`. */
export function eventsIn(page: string): string[] {
  const rows = page.matchAll(
    /<details class="event"><summary>(.*?)<\/summary>.*?<td class="by">(.*?)<\/td>/gs,
  )
  const textOf = (html = '') => html.replaceAll(/<[^>]+>/g, '')
  return [...rows].map(([, what, who]) => `${textOf(what)} by ${textOf(who)}`)
}

export type ConsoleVisitor = Awaited<ReturnType<typeof signIn>>

export function formTokenIn(page: string): string {
  const token = /name="form_token" value="([^"]+)"/.exec(page)?.[1]
  if (token === undefined) throw new Error('The page has no form of the session')
  return token
}

/** The size of a page in transit, with the style sheet that it needs. */
export async function weightOf(server: TestServer, page: string): Promise<number> {
  const style = await (await server.send('/console/style.css')).text()
  return (await gzipped(page)) + (await gzipped(style))
}

export const WEIGHT_MAX = 15 * 1024

async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return (await new Response(stream).arrayBuffer()).byteLength
}
