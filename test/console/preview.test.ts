import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

const OTHER = 'https://other.example.com'
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

function claimsOf(page: string): Json {
  const json = /<pre[^>]*>([^<]+)</.exec(page)?.[1] ?? '{}'
  return JSON.parse(json.replaceAll('&quot;', '"')) as Json
}

async function world() {
  const server = testServer()
  await server.api()
  await server.api(OTHER, 'invoices:read orders:read')
  const client = await server.client({ [API]: 'invoices:read', [OTHER]: 'orders:read' })
  const console = await signIn(server)
  const preview = (query: string) => console.html(`/clients/${client.id}/preview?${query}`)
  return { server, client, console, preview }
}

it.each([
  ['scope=orders:read', { scope: 'orders:read' }],
  [`resource=${API}`, { resource: API }],
  [`scope=invoices:read&resource=${API}`, { scope: 'invoices:read', resource: API }],
])('shows for %s the claims of the token that would be issued', async (query, fields) => {
  const { server, client, preview } = await world()
  const page = await preview(query)
  const token = await server.token(client, fields)
  expect(claimsOf(page)).toEqual({ ...decodeJwt(token), jti: '…' })
  expect(textOf(page)).toContain(
    `A token for one API that is valid for 12 hours: ${token.length} characters, as it is sent.`,
  )
})

it('counts the place of the client in the status lists, or that it has none yet', async () => {
  const server = testServer({ statusLists: true })
  await server.api()
  await server.cron()
  const client = await server.client({ [API]: 'invoices:read' })
  const visitor = await signIn(server)
  const placed = (list: string | null, block: number | null) =>
    env.DB.prepare(
      'UPDATE portcullis_clients SET status_list = ?1, status_block = ?2 WHERE client_id = ?3',
    )
      .bind(list, block, client.id)
      .run()
  const compared = async () => {
    const page = await visitor.html(`/clients/${client.id}/preview`)
    const token = await server.token(client)
    expect(textOf(page)).toContain(`: ${token.length} characters, as it is sent.`)
    return [claimsOf(page)['status'], decodeJwt<Json>(token)['status']]
  }
  // Every index of this block has seven digits.
  await placed('l'.repeat(22), 4000)
  const [shown, real] = await compared()
  expect(shown['status_list']['uri']).toBe(real['status_list']['uri'])
  expect(Math.floor(shown['status_list']['idx'] / 256)).toBe(4000)
  await placed(null, null)
  expect(await compared()).toEqual([undefined, undefined])
})

it.each([
  ['', {}, 'invalid_scope'],
  ['scope=not:held', { scope: 'not:held' }, 'invalid_scope'],
  ['resource=https://x.example', { resource: 'https://x.example' }, 'invalid_target'],
])('shows for "%s" the refusal that would come, in its words', async (query, fields, error) => {
  const { server, client, preview } = await world()
  const page = await preview(query)
  const refused = await (await server.tokenRequest(client, fields)).json<Json>()
  expect(refused['error']).toBe(error)
  expect(page).toContain(`<code>${error}</code>`)
  expect(textOf(page)).toContain(String(refused['error_description']))
})

it('says that the client would get none: suspended, or without a live credential', async () => {
  const { server, client, preview } = await world()
  expect(await preview('scope=orders:read')).not.toContain('invalid_client')
  await server.suspend(client)
  const [secret] = client.body['secrets'] as Json[]
  await server.admin('DELETE', `/clients/${client.id}/secrets/${secret?.['secret_id']}`)
  const page = textOf(await preview('scope=orders:read'))
  expect(page).toContain('Its access is suspended. None of its credentials works now.')
  expect(page).toContain('"scope": "orders:read"'.replaceAll('"', '&quot;'))
})

it('keeps what was chosen, and shows of the address nothing as markup', async () => {
  const { server, client, console, preview } = await world()
  const page = await preview('scope=orders:read&scope=<i>')
  expect(page).toContain('value="orders:read" checked=""')
  expect(page).not.toContain('<i>')
  expect(page).not.toContain('value="invoices:read" checked')
  expect((await console.get('/clients/client_nobody/preview')).status).toBe(404)
  const own = await server.client({ [ISSUER]: 'clients:read' })
  expect(claimsOf(await console.html(`/clients/${own.id}/preview`))['aud']).toBe(ISSUER)
  expect(client.id).not.toBe(own.id)
})
