import { expect, it } from 'vitest'
import { eventsIn, signIn, signInAs, weightOf, WEIGHT_MAX } from '../support/console.ts'
import { API, testServer } from '../support/server.ts'

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  return { server, client, console: await signIn(server) }
}

it('tells in words what happened and who did it, by the address that they have now or had last', async () => {
  const { server, client } = await world()
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
    email: 'ada@example.com',
    access: 'manage',
  })
  const ada = await signInAs(server, String(id))
  await ada.post(`/clients/${client.id}/suspension`, { reason: 'token in a public log' })
  const page = await ada.html('/activity')
  expect(eventsIn(page)).toContain('Access suspended token in a public log by ada@example.com')
  expect(eventsIn(page)).toContain('Administrator added by the bootstrap token')
  await server.adminOk('DELETE', `/administrators/${id}`)
  const later = await (await signIn(server)).html('/activity')
  expect(eventsIn(later)).toContain(
    'Access suspended token in a public log by ada@example.com (removed)',
  )
})

it('shows before and after of a change, and the request it was', async () => {
  const { server, client, console } = await world()
  const response = await server.admin('PATCH', `/clients/${client.id}`, {
    client_name: '<b>Weekly</b>',
  })
  expect(response.ok).toBe(true)
  const page = await console.html(`/clients/${client.id}/activity`)
  expect(page).not.toContain('<b>Weekly')
  expect(textOf(page)).toMatch(/client name ?Nightly billing export ?&lt;b&gt;Weekly&lt;\/b&gt;/)
  expect(page).toMatch(/<time datetime="[^"]+Z" title="[^"]+ UTC">/)
  const { data } = await server.adminOk('GET', '/audit-events?limit=1')
  expect(page).toContain(data[0].request_id)
})

it('filters by what and by client, and keeps the filter on the next page', async () => {
  const { server, client, console } = await world()
  const other = await server.client()
  for (let i = 0; i < 26; i++) {
    await server.suspend(client)
    await server.resume(client)
  }
  await server.admin('PATCH', `/clients/${other.id}`, { description: 'Another' })
  const all = await console.html('/activity')
  expect(all).toContain(other.id)
  const path = `/activity?client_id=${client.id}&action=client.suspended`
  const some = await console.html(path)
  expect(new Set(eventsIn(some))).toEqual(new Set(['Access suspended by the bootstrap token']))
  expect(some).not.toContain(other.id)
  expect(some).not.toContain('Next page')
  const ofClient = await console.html(`/activity?client_id=${client.id}&action=`)
  const next = /href="\/console([^"]+cursor=[^"]+)"/.exec(ofClient)?.[1]?.replaceAll('&amp;', '&')
  expect(next).toContain(`client_id=${client.id}`)
  const second = await console.html(next ?? '')
  expect(second).toContain('First page')
  expect(eventsIn(second)).toContain('API client created by the bootstrap token')
  expect(second).not.toContain(other.id)
})

it('weighs little, with a full page of changes', async () => {
  const { server, client, console } = await world()
  for (let i = 0; i < 50; i++) {
    await server.admin('PATCH', `/clients/${client.id}`, { description: `Version ${i}` })
  }
  expect(await weightOf(server, await console.html('/activity'))).toBeLessThan(WEIGHT_MAX)
})

it('shows what happened to a client that is deleted, and knows none that never was', async () => {
  const { server, client, console } = await world()
  await server.admin('DELETE', `/clients/${client.id}`)
  const page = await console.html(`/clients/${client.id}/activity`)
  expect(textOf(page)).toContain('This API client was deleted.')
  expect(page).toContain('<h1><bdi>Nightly billing export</bdi></h1>')
  expect(eventsIn(page)).toContain('API client deleted by the bootstrap token')
  expect((await console.get('/clients/client_nobody/activity')).status).toBe(404)
  expect((await console.get('/activity?action=nonsense')).status).toBe(400)
})
