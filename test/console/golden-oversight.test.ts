import { SignJWT } from 'jose'
import { afterEach, expect, it, vi } from 'vitest'
import { signIn } from '../support/console.ts'
import { DAY, openScene, viewerOf } from './golden/scene.ts'
import { clientsOf, furnished } from './golden/things.ts'

afterEach(() => vi.restoreAllMocks())

it('a credential that is looked for', async () => {
  const scene = await openScene('find')
  const { form, server } = scene
  const { client, secretText, secondText, key, secret } = await furnished(scene)
  const token = await server.token({ id: client, secret: secretText, body: {} })
  scene.learnParts(secretText)
  scene.learnParts(secondText)
  const found = (name: string, text: string) => form(name, '/find', { text })
  await found('token', ` Authorization: Bearer ${token}\n`)
  await found('secret', secretText)
  await found('secret-that-is-cut', secretText.slice(0, 40))
  await found('key-id', key)
  await found('secret-id', secret)
  await found('client-id', client)
  await found('nothing', '  ')
  await found('no-credential', 'hello')
  await server.adminOk('PUT', `/clients/${client}/suspension`, { reason: 'SEC-3' })
  await server.adminOk('DELETE', `/clients/${client}/tokens`)
  server.clock.now += 3600
  await found('token-that-is-not-active', token)
  await found('forged-token', `${token.slice(0, -4)}AAAA`)
  const foreign = new SignJWT({ email: '<img src=x>', exp: 1e300, n: null, o: { a: [1] } })
  const header = { alg: 'HS256', typ: 'JWT' }
  const key32 = new TextEncoder().encode('x'.repeat(32))
  await found(
    'foreign-token',
    await foreign.setProtectedHeader(header).setIssuer('https://a.example').sign(key32),
  )
  await scene.page('as-a-viewer', '/find', await viewerOf(server))
  expect(await scene.differences()).toBe('')
})

it('a response to a leak', async () => {
  const scene = await openScene('incidents')
  const { page, form, server } = scene
  const { client } = await furnished(scene)
  const { active, suspended } = await clientsOf(scene)
  await page('ask-about-one', `/incidents/new?client_id=${client}`)
  await page('ask-about-none', '/incidents/new')
  await page('ask-about-an-unknown', '/incidents/new?client_id=client_unknown')
  const both: [string, string][] = [client, suspended].map((id) => ['client_id', id])
  const all: [string, string][] = ['suspend', 'end_secrets', 'revoke_tokens'].map((m) => [m, 'yes'])
  await form('no-measure', '/incidents', [...both, ['reason', 'SEC-4']])
  const incident = await form('recorded', '/incidents', [...both, ...all, ['reason', 'SEC-4']])
  await form('one-measure', '/incidents', [
    ['client_id', active],
    ['revoke_tokens', 'yes'],
  ])
  server.clock.now += DAY
  const viewer = await viewerOf(server)
  await page('seen-by-a-viewer', incident, viewer)
  await page('unknown', '/incidents/incident_unknown', viewer)
  expect(await scene.differences()).toBe('')
})

it('what has happened', async () => {
  const scene = await openScene('activity')
  const { page, server } = scene
  const { client, secretText } = await furnished(scene)
  const { suspended, active } = await clientsOf(scene)
  const one = { id: client, secret: secretText, body: {} }
  await server.token(one)
  await server.tokenRequest(one, { scope: 'not:held' })
  await server.tokenRequest({ ...one, secret: 'wrong' })
  await server.adminOk('DELETE', `/clients/${active}`)
  server.clock.now += 2 * DAY
  const visitor = await signIn(server)
  await server.token(one)
  await page('all', '/activity', visitor)
  await page('of-a-client', `/clients/${client}/activity`, visitor)
  await page('of-a-suspended-client', `/clients/${suspended}/activity`, visitor)
  await page('of-a-deleted-client', `/activity?client_id=${active}&order=asc`, visitor)
  await page(
    'filtered',
    '/activity?action=client.created&since=2046-11-22&until=2046-11-22',
    visitor,
  )
  await page('filtered-to-nothing', '/activity?actor=somebody', visitor)
  await page('wrong-filter', '/activity?since=yesterday', visitor)
  expect(await scene.differences()).toBe('')
})
