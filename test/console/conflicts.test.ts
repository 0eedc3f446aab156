import { describe, expect, it } from 'vitest'
import { signIn, signInAs } from '../support/console.ts'
import { API, testServer } from '../support/server.ts'

const formOf = (html: string, action: string): Record<string, string> => {
  const form = html.split('<form').find((one) => one.includes(`action="${action}"`)) ?? ''
  const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
  return Object.fromEntries(hidden.map((match) => [match[1] ?? '', match[2] ?? '']))
}

async function suspendedClient() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const { post, follow } = await signIn(server)
  const page = await follow(await post(`/clients/${client.id}/suspension`, { reason: 'first' }))
  return { server, client, post, undo: formOf(page, `/console/clients/${client.id}/resumption`) }
}

describe('a suspension of somebody else', () => {
  it('is not lifted by an Undo that knows another', async () => {
    const { server, client, post, undo } = await suspendedClient()
    server.clock.now += 60
    await server.resume(client)
    await server.suspend(client, { reason: 'stolen' })
    const response = await post(`/clients/${client.id}/resumption`, undo)
    expect(response.status).toBe(412)
    expect(await response.text()).toContain('stolen')
    expect((await server.tokenRequest(client)).status).toBe(401)
  })

  it('is lifted by who has seen it, also when the name was changed since', async () => {
    const { server, client, post, undo } = await suspendedClient()
    await server.adminOk('PATCH', `/clients/${client.id}`, { client_name: 'Renamed' })
    const response = await post(`/clients/${client.id}/resumption`, undo)
    expect(response.status).toBe(303)
    expect((await server.tokenRequest(client)).status).toBe(200)
  })
})

it('a role that was changed meanwhile is not taken back by a form that comes again', async () => {
  const server = testServer()
  await server.api()
  const both = ['invoices:read', 'invoices:write'].map((permission) => ({
    audience: API,
    permission,
  }))
  const role = await server.adminOk('POST', '/roles', { name: 'Reader', permissions: both })
  const path = `/roles/${String(role['role_id'])}`
  const { post, html } = await signIn(server)
  const { version = '' } = formOf(await html(path), `/console${path}`)
  await server.adminOk('PATCH', path, { permissions: both.slice(0, 1) })
  const chosen = both.map((one): [string, string] => [
    'permissions',
    `${one.audience} ${one.permission}`,
  ])
  const again = await post(path, [['name', ''], ['version', version], ...chosen])
  expect(again.status).toBe(400)
  const { version: kept = '' } = formOf(await again.text(), `/console${path}`)
  expect(kept).toBe(version)
  const response = await post(path, [['name', 'Reader'], ['version', kept], ...chosen])
  expect(response.status).toBe(412)
  expect((await server.adminOk('GET', path))['permissions']).toEqual(both.slice(0, 1))
})

it('a session ends when the record becomes another person’s', async () => {
  const server = testServer()
  const ada = { email: 'ada@example.com', access: 'manage' }
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', ada)
  const { get } = await signInAs(server, String(id))
  expect((await get('/clients')).status).toBe(200)
  const path = `/administrators/${String(id)}`
  await server.adminOk('PATCH', path, { email: 'bob@example.com' })
  const response = await get('/clients')
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    `/console/sign-in?next=%2Fconsole%2Fclients`,
  ])
})
