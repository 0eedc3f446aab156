import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { hashedClient, ID, importedClient } from '../support/imports.ts'
import { testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

it('an imported client has its pages and forms, and its secret is called imported', async () => {
  const server = testServer({ now: NOW })
  await server.api()
  await importedClient(server)
  await hashedClient(server, 'by-hash')
  const visitor = await signIn(server)
  const { secrets } = await server.adminOk('GET', `/clients/${ID}`)
  expect(await visitor.html('/clients')).toContain(`href="/console/clients/${ID}"`)
  expect(await visitor.html(`/clients/${ID}`)).toContain('<code>imported …Ap3O</code>')
  expect(await visitor.html('/clients/by-hash')).toContain('<code>imported</code>')
  const paths = [
    '',
    '/details',
    '/access',
    '/secrets/new',
    `/secrets/${secrets[0].secret_id}`,
    '/activity',
  ]
  for (const path of paths) await visitor.html(`/clients/${ID}${path}`)
  const response = await visitor.post(`/clients/${ID}/suspension`, { reason: 'SEC-1' })
  expect(response.headers.get('location')).toBe(`/console/clients/${ID}`)
  expect(await visitor.html(`/clients/${ID}`)).toContain('SEC-1')
})
