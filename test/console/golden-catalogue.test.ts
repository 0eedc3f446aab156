import { afterEach, expect, it, vi } from 'vitest'
import { ISSUER } from '../support/server.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'
import { clientFor, federated, workloadToken } from '../support/workloads.ts'
import { openScene, viewerOf } from './golden/scene.ts'
import { AUDIENCE, catalogueOf, furnished, READING } from './golden/things.ts'

afterEach(() => vi.restoreAllMocks())

it('APIs and roles', async () => {
  const scene = await openScene('catalogue')
  const { page, form, make, server } = scene
  const { api, role } = await furnished(scene)
  const audience = 'https://unused.example.com'
  const unused = await make('/apis', {
    audience,
    name: 'Unused',
    permissions: [{ permission: 'a' }],
  })
  const empty = await make('/roles', { name: 'Empty', description: 'For later.', permissions: [] })
  await make('/roles', { name: 'Two', permissions: [...READING, { audience, permission: 'a' }] })
  await page('apis', '/apis')
  await page('api', `/apis/${api}`)
  const { data } = await server.adminOk('GET', '/apis')
  const own = data.find((one: { audience: string }) => one.audience === ISSUER)
  await page('api-of-the-server', `/apis/${own.api_id}`)
  await page('api-deletion', `/apis/${api}/deletion`)
  await page('unused-api-deletion', `/apis/${unused['api_id']}/deletion`)
  await page('roles', '/roles')
  await page('role-new', '/roles/new')
  await page('role', `/roles/${role}`)
  await page('role-deletion', `/roles/${role}/deletion`)
  await page('empty-role', `/roles/${empty['role_id']}`)
  await page('empty-role-deletion', `/roles/${empty['role_id']}/deletion`)
  const viewer = await viewerOf(server)
  await page('apis-of-a-viewer', '/apis', viewer)
  await page('api-of-a-viewer', `/apis/${api}`, viewer)
  await page('roles-of-a-viewer', '/roles', viewer)
  await page('role-of-a-viewer', `/roles/${role}`, viewer)
  await form('api-deletion-refused', `/apis/${api}/deletion`, { version: '1' })
  await form('role-deletion-refused', `/roles/${role}/deletion`, { version: '1' })
  expect(await scene.differences()).toBe('')
})

it('APIs and roles that are made and changed', async () => {
  const scene = await openScene('catalogue-changes')
  const { form } = scene
  const { api, role } = await catalogueOf(scene)
  const permissions = 'a:read  Read it\n[Group] \nb:write'
  await form('api-added', '/apis', { audience: 'https://a.example', name: 'A', permissions })
  await form('api-refused', '/apis', { audience: 'nowhere', name: '', permissions: 'a b!\na\na' })
  await form('api-taken', '/apis', { audience: AUDIENCE, name: 'B', permissions: '' })
  const changed = { name: 'Bills', permissions: 'invoices:read Read all' }
  await form('api-saved', `/apis/${api}`, { ...changed, version: '1' })
  await form('api-changed-meanwhile', `/apis/${api}`, { ...changed, version: '1' })
  await form('role-added', '/roles', { name: 'Writer', description: 'Writes' })
  await form('role-refused', '/roles', { name: ' ' })
  await form('role-saved', `/roles/${role}`, { name: 'Reads', version: '1' })
  await form('role-changed-meanwhile', `/roles/${role}`, { name: 'Other', version: '1' })
  await form('role-of-an-older-form', `/roles/${role}`, { name: 'Other' })
  expect(await scene.differences()).toBe('')
})

it('workload issuers, and what is wrong with a token', async () => {
  const scene = await openScene('workloads')
  const { page, form, make, server } = scene
  const workload = WORKLOADS['GitHub Actions'] as Workload
  await server.api()
  const one = await federated(server, workload)
  const own = { issuer: 'https://ci.example.com', name: 'Our CI', audiences: ['a', 'b'] }
  await make('/issuers', { ...own, check_jti: true, jwks_uri: 'https://ci.example.com/keys' })
  const spare = await make('/issuers', { issuer: 'https://gitlab.com', preset: 'gitlab' })
  await page('issuers', '/issuers')
  await page('issuers-of-a-viewer', '/issuers', await viewerOf(server))
  await page('issuer-new', '/issuers/new')
  await page('issuer-deletion', `/issuers/${one.issuerId}/deletion`)
  await page('spare-issuer-deletion', `/issuers/${spare['issuer_id']}/deletion`)
  await page('of-a-client', `/workloads?client_id=${one.id}`)
  const token = (claims = {}) => workloadToken(workload, one.signer, server.clock.now, { claims })
  await form('trusted', '/workloads', { token: await token(), client_id: one.id })
  const wrong = { aud: 'https://example.org', environment: 'Prod', repository_id: 74 }
  await form('refused', '/workloads', { token: await token(wrong), client_id: one.id })
  const dangerous = { event_name: 'pull_request_target', environment: ['<img src=x>'] }
  await form('dangerous', '/workloads', { token: await token(dangerous) })
  await form('expired', '/workloads', { token: await token({ exp: 1, nbf: 9e9, jti: 5 }) })
  await form('not-a-token', '/workloads', { token: 'nothing' })
  const stranger = { ...workload, issuer: 'https://strange.example.com' }
  const strange = await workloadToken(stranger, one.signer, server.clock.now)
  await form('not-trusted', '/workloads', { token: strange })
  await form('empty', '/workloads', { token: ' ', client_id: 'client_unknown' })
  await clientFor(server, one.issuerId, workload.rule)
  await form('of-two-clients', '/workloads', { token: await token() })
  expect(await scene.differences()).toBe('')
})
