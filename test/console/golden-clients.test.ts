import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { DAY, openScene, viewerOf } from './golden/scene.ts'
import { clientsOf, furnished } from './golden/things.ts'

it('the list of clients', async () => {
  const scene = await openScene('client-list')
  const { role, client } = await furnished(scene)
  const { active } = await clientsOf(scene)
  const { page, server } = scene
  await page('all', '/clients')
  for (const status of ['suspended', 'expired', 'needs_attention', 'available']) {
    await page(`status-${status}`, `/clients?status=${status}`)
  }
  await page('found', '/clients?q=export')
  await page('not-found', '/clients?q=nothing&tag=env:prod')
  await page('of-a-role', `/clients?role=${role}`)
  await page(
    'of-a-permission',
    '/clients?api=https%3A%2F%2Fbilling.example.com&permission=reports%3Aread',
  )
  await page('unused-newest-first', '/clients?unused=90&sort=-created_at')
  await page('wrong-query', '/clients?sort=sideways')
  await page('of-a-viewer', '/clients', await viewerOf(server))
  const both = `client=${client}&client=${active}`
  for (const what of [
    'suspension',
    'resumption',
    'tags',
    'tag-removal',
    'deletion',
    'token-revocation',
  ]) {
    await page(`ask-${what}`, `/clients/bulk/${what}?${both}`)
  }
  await page('ask-about-none', '/clients/bulk/suspension')
  expect(await scene.differences()).toBe('')
})

it('what is done to several clients at once', async () => {
  const scene = await openScene('bulk')
  const { form } = scene
  await furnished(scene)
  const { active, soon, suspended } = await clientsOf(scene)
  const all = [active, soon, suspended, 'client_unknown'].map((id): [string, string] => [
    'client',
    id,
  ])
  const bulk = (what: string) => `/clients/bulk/${what}`
  await form('suspended', bulk('suspension'), [...all, ['reason', 'SEC-2']])
  await form('resumed', bulk('resumption'), all)
  const send = await scene.visitor.fill(bulk('tags'), [...all, ['tags', 'twice']])
  await send()
  await scene.show('tagged-twice', await send())
  await form('tagged', bulk('tags'), [...all, ['tags', 'env:prod team:ops']])
  await form('tagged-wrongly', bulk('tags'), [...all, ['tags', 'Not A Tag!']])
  await form('untagged', bulk('tag-removal'), [...all, ['tags', 'team:ops']])
  await form('revoked', bulk('token-revocation'), all)
  await form('not-confirmed', bulk('deletion'), [...all, ['confirm', '1']])
  await form('deleted', bulk('deletion'), [...all, ['confirm', '4']])
  expect(await scene.differences()).toBe('')
})

it('a client with one of everything', async () => {
  const scene = await openScene('client')
  const { page, server } = scene
  const held = await furnished(scene)
  const at = `/clients/${held.client}`
  await server.token({ id: held.client, secret: held.secretText, body: {} })
  server.clock.now += 3600
  await page('details', at)
  const viewer = await viewerOf(server)
  await page('details-of-a-viewer', at, viewer)
  await page('access-of-a-viewer', `${at}/access`, viewer)
  await page('edit', `${at}/details`)
  for (const name of ['access', 'activity', 'preview', 'duplicate'])
    await page(name, `${at}/${name}`)
  await page('key', `${at}/keys/${held.key}`)
  await page('certificate', `${at}/certificates/${held.certificate}`)
  await page('secret-new', `${at}/secrets/new`)
  await page('secret-extension', `${at}/secrets/${held.secret}/extension`)
  await page('secret-use', `${at}/secrets/${held.secret}/use`)
  await page('key-new', `${at}/keys/new`)
  await page('certificate-new', `${at}/certificates/new`)
  await page('workload-new', `${at}/workloads/new`)
  await page('unknown', '/clients/client_unknown')
  expect(await scene.differences()).toBe('')
})

it('the questions about a client', async () => {
  const scene = await openScene('client-questions')
  const { page } = scene
  const { client, secret, first, key, certificate, rule } = await furnished(scene)
  const { suspended, without, soon } = await clientsOf(scene)
  const at = `/clients/${client}`
  for (const what of ['suspension', 'token-revocation', 'deletion'])
    await page(what, `${at}/${what}`)
  await page('resumption', `/clients/${suspended}/resumption`)
  await page('suspension-of-a-suspended', `/clients/${suspended}/suspension`)
  await page('resumption-of-an-active', `${at}/resumption`)
  await page('first-secret-deletion', `${at}/secrets/${first}/deletion`)
  await page('secret-deletion', `${at}/secrets/${secret}/deletion`)
  await page('first-secret-extension', `${at}/secrets/${first}/extension`)
  await page('key-deletion', `${at}/keys/${key}/deletion`)
  await page('certificate-deletion', `${at}/certificates/${certificate}/deletion`)
  await page('workload-deletion', `${at}/workloads/${rule}/deletion`)
  await page('first-secret-of-a-client', `/clients/${without}/secrets/new`)
  await page('rotation', `/clients/${soon}/secrets/new`)
  expect(await scene.differences()).toBe('')
})

it('clients in each status', async () => {
  const scene = await openScene('client-status')
  const { client } = await furnished(scene)
  const { page, server } = scene
  const { soon, active, suspended, without } = await clientsOf(scene)
  for (const [name, id] of Object.entries({ soon, active, suspended, without })) {
    await page(name, `/clients/${id}`)
  }
  await page('preview-without-access', `/clients/${without}/preview`)
  await page('access-without-any', `/clients/${without}/access`)
  await server.adminOk('PATCH', `/clients/${active}`, { require_dpop: true })
  await page('bound', `/clients/${active}`)
  server.clock.now += 4 * DAY
  const later = await signIn(server)
  for (const [name, id] of Object.entries({ soon, furnished: client })) {
    await page(`${name}-days-later`, `/clients/${id}`, later)
  }
  await page('list-days-later', '/clients', later)
  expect(await scene.differences()).toBe('')
})
