import { beforeEach, expect, it } from 'vitest'
import { type ConsoleVisitor, signIn } from '../support/console.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

let server: TestServer
let client: Client
let visitor: ConsoleVisitor

beforeEach(async () => {
  server = testServer()
  await server.api()
  client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  visitor = await signIn(server)
})

/** The commands that a page offers to a script, as a person reads them. */
async function offered(path: string) {
  const page = await visitor.html(path)
  const [whole = ''] = /<details>\s*<summary>(?:As|Example)[^]*?<\/details>/.exec(page) ?? []
  const [curl = '', command = ''] = [...whole.matchAll(/<pre [^>]*>([^]*?)<\/pre>/g)].map(
    ([, text = '']) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
  )
  return { whole, curl, command }
}

it('a duplicate is a duplicate for a script too, with the access of the original', async () => {
  const { curl, command, whole } = await offered(`/clients/${client.id}/duplicate`)
  expect(curl).toContain(`-X POST 'https://auth.example/admin/v1/clients/${client.id}/duplicates'`)
  expect(command).toBe(`npx portcullis clients duplicate ${client.id}`)
  expect(whole).not.toContain('example:')
})

it('a rotation keeps the other secrets, as its form does at first', async () => {
  const { curl, command } = await offered(`/clients/${client.id}/secrets/new`)
  expect(curl).not.toContain('retire_others_in')
  expect(command).toBe(`npx portcullis clients secrets create ${client.id}`)
  const body = { secret: { remind: false } }
  const quiet = await server.client({}, body)
  const unreminded = await offered(`/clients/${quiet.id}/secrets/new`)
  expect(unreminded.curl).toContain(`-d '{"remind":false}'`)
  expect(unreminded.command).toBe(`npx portcullis clients secrets create ${quiet.id} --no-remind`)
})

it('no reason is made up: it is that of the time before, or none', async () => {
  const path = `/clients/${client.id}/suspension`
  const first = await offered(path)
  expect(first.whole).not.toContain('reason')
  expect(first.command).toBe(`npx portcullis clients suspend ${client.id}`)
  await server.suspend(client, { reason: "Bob's token" })
  await server.adminOk('DELETE', path)
  const again = await offered(path)
  expect(again.curl).toContain(`-d '{"reason":"Bob'\\''s token"}'`)
  expect(again.command).toBe(
    `npx portcullis clients suspend ${client.id} --reason 'Bob'\\''s token'`,
  )
  const leak = await offered(`/incidents/new?client_id=${client.id}`)
  expect(leak.curl).toContain(`-d '{"client_ids":["${client.id}"]}'`)
  expect(leak.command).toBe(`npx portcullis respond ${client.id}`)
})

it('a certificate is exact, as its form is at first', async () => {
  const { curl, command } = await offered(`/clients/${client.id}/certificates/new`)
  expect(curl).toContain('"pem":"-----BEGIN CERTIFICATE-----…"')
  expect(command).toBe(`npx portcullis certificates add ${client.id} client.pem`)
})

it.each([
  '/clients/new',
  '/apis/new',
  '/roles/new',
  '/issuers/new',
  '/clients/ID/keys/new',
  '/clients/ID/certificates/new',
  '/clients/ID/workloads/new',
  '/clients/bulk/tags?client=ID',
])('a form that is empty at first gives an example, and calls it one: %s', async (path) => {
  const { whole } = await offered(path.replace('ID', client.id))
  expect(whole).toContain('The values are examples: replace them with yours.')
})

it.each([
  ['/clients/ID/token-revocation', 'clients revoke-tokens ID'],
  ['/clients/ID/details', "clients edit ID --name 'Export'"],
  ['/clients/ID/access', 'clients access set ID --permission API=invoices:read'],
  ['/clients/ID/secrets/SECRET/deletion', 'clients secrets delete ID SECRET --yes'],
  ['/clients/bulk/suspension?client=ID', 'clients suspend ID'],
  ['/clients/bulk/tags?client=ID', 'clients tag ID --tag team:billing'],
  ['/clients/bulk/tag-removal?client=ID', 'clients tag ID --untag team:billing'],
  ['/clients/bulk/deletion?client=ID', 'clients delete ID --yes'],
  ['/apis/new', "apis create https://api.example.com --name Billing --permission 'invoices:read"],
  [
    '/roles/new',
    "roles create 'Invoice reader' --permission https://api.example.com=invoices:read",
  ],
  ['/signing-keys/rotation', 'signing-keys rotate'],
])('the page %s offers the command of the same change', async (path, expected) => {
  const { secrets } = await server.adminOk('GET', `/clients/${client.id}`)
  const named = (text: string) =>
    text.replace('ID', client.id).replace('SECRET', secrets[0].secret_id).replace('API', API)
  const { command, whole } = await offered(named(path))
  expect(command).toContain(`npx portcullis ${named(expected)}`)
  expect(whole).toContain('PORTCULLIS_URL')
})
