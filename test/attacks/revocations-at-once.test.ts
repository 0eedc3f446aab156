import { expect, it } from 'vitest'
import { API, testServer } from '../support/server.ts'

it('a fleet that revokes its tokens in one moment has all of them revoked', async () => {
  const server = testServer()
  await server.api()
  const fleet = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const client = await server.client({ [API]: 'invoices:read' })
      return { client, token: await server.token(client) }
    }),
  )
  const revoked = fleet.map(({ client, token }) => server.form('/oauth/revoke', { token }, client))
  expect((await Promise.all(revoked)).map(({ status }) => status)).toEqual(fleet.map(() => 200))
  for (const { client, token } of fleet) {
    expect(await server.introspect(token, client)).toMatchObject({ active: false })
  }
})
