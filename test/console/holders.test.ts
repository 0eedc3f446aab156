import { beforeEach, expect, it } from 'vitest'
import { type ConsoleVisitor, signIn, signInAs } from '../support/console.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../support/server.ts'

let server: TestServer
let visitor: ConsoleVisitor
let api: Json
let role: Json

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const linksIn = (page: string) =>
  [...page.matchAll(/href="\/console([^"]*)"/g)].map(([, path = '']) =>
    path.replaceAll('&amp;', '&'),
  )

beforeEach(async () => {
  server = testServer()
  api = await server.api(API, 'invoices:read invoices:write')
  const permissions = [{ audience: API, permission: 'invoices:read' }]
  role = await server.adminOk('POST', '/roles', { name: 'Readers', permissions })
  await server.client({}, { client_name: 'By role', roles: [role['role_id']] })
  await server.client({ [API]: 'invoices:write' }, { client_name: 'By itself' })
  visitor = await signIn(server)
})

/** The links in "Used by", and the text of each one's page. */
async function usedBy(path: string, as = visitor) {
  const page = await as.html(path)
  const card = /<h2>\s*Used by[^]*?<\/section>/.exec(page)?.[0] ?? ''
  const pages = await Promise.all(
    linksIn(card).map(
      async (link): Promise<[string, string]> => [link, textOf(await as.html(link))],
    ),
  )
  return { text: textOf(card), pages: new Map(pages) }
}

it('the page of a role says which clients have it', async () => {
  const { text, pages } = await usedBy(`/roles/${role['role_id']}`)
  expect(text).toContain('1 API client')
  const clients = pages.get(`/clients?role=${role['role_id']}`)
  expect(clients).toContain('By role')
  expect(clients).not.toContain('By itself')
})

it('the page of an API says which clients and roles have which permission of it', async () => {
  const body = { email: 'ada@example.com', access: 'view' }
  const ada = await server.adminOk('POST', '/administrators', body)
  for (const as of [visitor, await signInAs(server, String(ada['administrator_id']))]) {
    const { text, pages } = await usedBy(`/apis/${api['api_id']}`, as)
    expect(text).toContain('2 API clients , 1 role')
    const query = new URLSearchParams({ api: API }).toString()
    expect(pages.get(`/clients?${query}`)).toMatch(/By itself[^]*By role|By role[^]*By itself/)
    expect(pages.get(`/roles?${query}`)).toContain('Readers')
    const writers = pages.get(`/clients?${query}&permission=invoices%3Awrite`)
    expect(writers).toContain('By itself')
    expect(writers).not.toContain('By role')
  }
})

it('the API of Portcullis itself has holders, too', async () => {
  const [own] = (await server.adminOk('GET', `/apis?audience=${ISSUER}`))['data']
  const { text } = await usedBy(`/apis/${own['api_id']}`)
  expect(text).toContain('No API client , No role')
})

it('the list of roles is filtered by API and permission, and says so where none fits', async () => {
  const query = new URLSearchParams({ api: API, permission: 'invoices:read' }).toString()
  const page = await visitor.html(`/roles?${query}`)
  expect(textOf(page)).toContain('Readers')
  expect(page).toContain(`value="${API}" selected`)
  const none = await visitor.html('/roles?permission=invoices:write')
  expect(textOf(none)).toContain('No role gives such a permission. Show all roles')
  expect(linksIn(none)).toContain('/roles')
})

it('the list of clients is filtered by a permission of any API', async () => {
  const page = textOf(await visitor.html('/clients?permission=invoices:write'))
  expect(page).toContain('By itself')
  expect(page).not.toContain('By role')
  expect(textOf(await visitor.html('/clients?permission=none'))).toContain('No API client found')
})
