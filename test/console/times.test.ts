import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, testServer } from '../support/server.ts'

it('every time of a client says in full what a script turns into the time of its reader', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  const page = await (await signIn(server)).html(`/clients/${client.id}`)
  const times = [...page.matchAll(/<time [^>]*>/g)].map(([tag]) => tag)
  expect(times.length).toBeGreaterThan(3)
  expect(times.filter((tag) => !/ datetime="[^"]+Z"/.test(tag))).toEqual([])
})
