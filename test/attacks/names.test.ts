import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { CONSOLE_ROUTES } from '../../src/console/routes.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { type ConsoleVisitor, signIn } from '../support/console.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { type Json, type TestServer, testServer } from '../support/server.ts'
import { NOON } from './deployment.ts'

const MARKUP = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `'><svg/onload=alert(1)>`,
  `</title></bdi></textarea><script>alert(1)</script>`,
  `" autofocus onfocus="alert(1)`,
  `javascript:alert(1)//`,
  `&lt;script&gt;{{7*7}}<%= 7 %>\${7}`,
]

/** Characters that would end a line, or turn it around, in a mail, a log or a page. */
const BREAKING = [
  '\r\nBcc: eve@evil.example ',
  ...'\n\r\u0000\u001b\u0085\u2028\u2029\u202e\u202d\u2066\u2069\u200f\u007f',
].map((text) => `a${text}b`)

/** Everything that has a name, named so. */
async function named(server: TestServer, name: string, n: number) {
  const audience = `https://api-${n}.example`
  const permission = { permission: `p${n}:read`, description: name, group: name }
  const api = { audience, name, permissions: [permission] }
  const { api_id } = await server.adminOk('POST', '/apis', api)
  const permissions = [{ audience, permission: `p${n}:read` }]
  const role = { name, description: name, permissions }
  const { role_id } = await server.adminOk('POST', '/roles', role)
  const fields = { client_name: name, description: name, roles: [role_id], permissions }
  const client = await server.client({}, fields)
  await server.suspend(client, { reason: name })
  await server.adminOk('PATCH', `/roles/${role_id}`, { description: `${name} ` })
  const secret_id = String(client.body['secrets'][0].secret_id)
  const label = { jwk: PUBLIC_JWK, label: name }
  const { key_id } = await server.adminOk('POST', `/clients/${client.id}/keys`, label)
  const certificate = { san_dns: `n${n}.example`, label: name }
  const certificates = `/clients/${client.id}/certificates`
  const { certificate_id } = await server.adminOk('POST', certificates, certificate)
  const issuer = { issuer: `https://issuer-${n}.example`, name }
  const { issuer_id } = await server.adminOk('POST', '/issuers', issuer)
  const rule = { issuer_id, subject: 'a', label: name }
  const rules = `/clients/${client.id}/federated-credentials`
  const { credential_id } = await server.adminOk('POST', rules, rule)
  return {
    client_id: client.id,
    secret_id,
    key_id: String(key_id),
    certificate_id: String(certificate_id),
    api_id: String(api_id),
    role_id: String(role_id),
    credential_id: String(credential_id),
    issuer_id: String(issuer_id),
    ...(await unnamed(server, n)),
  }
}

/** Makes what has pages, and no name that anyone can choose. */
async function unnamed(server: TestServer, n: number) {
  const person = { email: `person-${n}@example.com`, access: 'view' }
  const { administrator_id } = await server.adminOk('POST', '/administrators', person)
  const { data } = await server.adminOk('GET', '/signing-keys')
  const { kid } = data[0] ?? (await server.adminOk('POST', '/signing-keys'))
  const { client_id } = await server.adminOk('POST', '/clients', { client_name: `Leaky ${n}` })
  const leak = { client_ids: [client_id], reason: 'It leaked' }
  const { incident_id } = await server.adminOk('POST', '/incidents', leak)
  const member_id = `administrator_member${n}`
  await env.DB.prepare(`INSERT INTO portcullis_members (administrator_id, issuer, subject, email,
    access, created_at, updated_at, version) VALUES (?, 'https://login.example', ?, ?, 'view', 0, 0, 1)`)
    .bind(member_id, `person-${n}`, `member-${n}@example.com`)
    .run()
  return {
    member_id,
    administrator_id: String(administrator_id),
    kid: String(kid),
    incident_id: String(incident_id),
  }
}

async function pagesOf({ html, get }: ConsoleVisitor, ids: Json): Promise<[string, string][]> {
  const paths = CONSOLE_ROUTES.filter(({ method }) => method === 'GET')
    .map(({ path }) => path.replace(/:(\w+)/g, (_, name: string) => String(ids[name] ?? 'none')))
    .filter((path) => !path.includes('export'))
  const pages: [string, string][] = []
  for (const path of paths) {
    // The page of a secret says so by its status where another request made it.
    const isSecret = path.includes('/secrets/')
    pages.push([path, isSecret ? await (await get(path)).text() : await html(path)])
  }
  for (const query of MARKUP.map(encodeURIComponent)) {
    for (const path of [`/clients?q=${query}`, `/sign-in?next=${query}`, `/${query}`]) {
      pages.push([path, await (await get(path)).text()])
    }
  }
  return pages
}

/** An element or attribute that we did not write, the values of attributes aside. */
const ALIVE =
  /<script(?! src="" defer)|<(img(?! src="" alt="" width="" height=""\/>)|svg\/|%)|<[^<>]*\son\w+=/i

/** The parts of a page that a browser would run; undefined if there are none. */
function alive(page: string): string | undefined {
  const links = /(href|src|action|formaction)="\s*javascript:/i.exec(page)
  return (links ?? ALIVE.exec(page.replaceAll(/="[^"]*"/g, '=""')))?.[0]
}

it('shows markup in names as text, on every page', async () => {
  expect(alive('<p title="a" onclick="x">')).toContain('onclick=')
  const server = testServer({ now: NOON })
  const visitor = await signIn(server)
  let shown = 0
  for (const [n, name] of MARKUP.entries()) {
    const ids = await named(server, name, n)
    for (const [path, page] of await pagesOf(visitor, ids)) {
      expect(alive(page), `${path} ${name}`).toBeUndefined()
      shown += page.split(/alert\(1\)|7\*7/).length - 1
    }
  }
  expect(shown).toBeGreaterThan(500)
})

const FIELDS: [method: string, path: string, body: (text: string) => Json][] = [
  ['POST', '/clients', (text) => ({ client_name: text })],
  ['POST', '/roles', (text) => ({ name: text, permissions: [] })],
  ['POST', '/apis', (text) => ({ audience: 'https://new.example', name: text, permissions: [] })],
  [
    'POST',
    '/apis',
    (text) => ({ audience: `https://new.example/${text}`, name: 'a', permissions: [] }),
  ],
  [
    'POST',
    '/apis',
    (text) => ({ audience: 'https://n.example', name: 'a', permissions: [{ permission: text }] }),
  ],
  ['POST', '/administrators', (text) => ({ email: `${text}@example.com`, access: 'view' })],
]

it('refuses line breaks, control and direction characters in names, addresses and scopes', async () => {
  const server = testServer({ now: NOON })
  for (const [method, path, body] of FIELDS) {
    for (const text of BREAKING) {
      const { status } = await server.admin(method, path, body(text))
      expect([path, JSON.stringify(text), status]).toEqual([path, JSON.stringify(text), 400])
    }
  }
  const bidi = BREAKING.filter((text) => !/^a\r?\n/.test(text))
  for (const description of bidi) {
    const body = { client_name: 'a', description }
    const { status } = await server.admin('POST', '/clients', body)
    expect([JSON.stringify(description), status]).toEqual([JSON.stringify(description), 400])
  }
})

const SOON = { expires_on: '2026-11-25' }

it('mails and logs a name with markup as one line of text', async () => {
  const box = mailbox()
  const mail = { EMAIL: box.EMAIL, MAIL_FROM: 'portcullis@example.com' }
  const server = testServer({ now: NOON, env: mail })
  await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
  for (const name of MARKUP) await server.client({}, { client_name: name, secret: SOON })
  await server.cron()
  expect(box.mails.length).toBeGreaterThan(0)
  for (const { subject, to } of box.mails) expect(subject + to).not.toMatch(/[\r\n]/)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const logging = testServer({ now: NOON })
  await logging.client({}, { client_name: MARKUP[0] ?? '', secret: SOON })
  await logging.cron()
  const lines = log.mock.calls.map(([line]) => String(line))
  log.mockRestore()
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) {
    expect(line).not.toMatch(/[\r\n]/)
    expect(JSON.parse(line)).toMatchObject({ level: 'info' })
  }
})
