import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, testServer } from '../support/server.ts'

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  return { server, client, console: await signIn(server) }
}

it('shows tokens issued and refused by reason, of a client and of all', async () => {
  const { server, client, console } = await world()
  const other = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  await server.tokenRequest(client, { scope: 'not:held' })
  await server.tokenRequest({ ...client, secret: other.secret })
  await server.tokenRequest({ ...client, id: 'nobody' })
  server.clock.now += 60
  await server.suspend(client)
  await server.tokenRequest(client)
  server.clock.now += 60
  await server.token(other)
  const page = await console.html(`/clients/${client.id}/activity`)
  expect(textOf(page)).toContain(' 1 issued, 3 refused')
  expect(textOf(page)).toContain('1: a scope that the client doesn’t have (invalid_scope)')
  expect(textOf(page)).toContain('1: wrong client ID, secret, signature or certificate')
  expect(textOf(page)).toContain('1: suspended client')
  expect(textOf(await console.html('/activity'))).toContain(' 2 issued, 4 refused')
})

it('draws them, with a title and the same in numbers, without a script or an inline style', async () => {
  const { server, client, console } = await world()
  await server.token(client)
  const page = await console.html('/activity')
  expect(page).toMatch(/<svg[^>]+role="img"[^>]*><title id="chart-title">Tokens issued/)
  expect(page).toMatch(/<path class="issued" d="M583 100v-100h14v100z"/)
  expect(page).not.toContain(' style=')
  expect(page.match(/<td class="num" /g)?.length).toBe(60)
})

it('draws nothing where there was nothing, and shows 30 days', async () => {
  const { server, client, console } = await world()
  expect(await console.html('/activity')).not.toContain('class="chart"')
  await server.token(client)
  server.clock.now += 29 * 86_400
  // A session lasts eight hours.
  const later = await signIn(server)
  expect(textOf(await later.html('/activity'))).toContain(' 1 issued, 0 refused')
  server.clock.now += 86_400
  expect(textOf(await (await signIn(server)).html('/activity'))).toContain(' 0 issued, 0 refused')
  const rows = await env.DB.prepare('SELECT count(*) AS n FROM portcullis_token_counts').first('n')
  expect(rows).toBe(2)
})

it.each([
  ['expired_rule', 'expired federated credential'],
  ['expired_certificate', 'expired certificate'],
  ['no_proof', 'no DPoP proof to bind the token to'],
  ['no_certificate', 'no certificate to bind the token to'],
])('has words for %s', async (outcome, words) => {
  const { server, client, console } = await world()
  await env.DB.prepare('INSERT INTO portcullis_token_counts VALUES (?, ?, ?, 2)')
    .bind(Math.floor(server.clock.now / 86_400), client.id, outcome)
    .run()
  const page = await console.html(`/clients/${client.id}/activity`)
  expect(textOf(page)).toContain(`2: ${words}`)
})
