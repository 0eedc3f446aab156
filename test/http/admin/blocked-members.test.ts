import { expect, it } from 'vitest'
import { providerWithGroups } from '../../support/group-sign-in.ts'
import { type Json, testServer } from '../../support/server.ts'

async function refusalOf(response: Response) {
  const { detail, errors } = await response.json<Json>()
  return [response.status, detail, errors]
}

const pathOf = ({ administrator_id: id }: Json) => `/administrators/${id}`

it('a person whom a group lets in is blocked, and let in again, alone', async () => {
  const { server, enter, eve } = await providerWithGroups()
  await enter()
  const found = await eve()
  expect(found).toMatchObject({ by_group: true, blocked_at: null })
  const path = pathOf(found)
  const blocked = await server.adminOk('PATCH', path, { blocked: true })
  expect(blocked).toEqual({
    ...found,
    blocked_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect(await server.adminOk('PATCH', path, { blocked: true })).toEqual(blocked)
  const both = await server.admin('PATCH', path, { blocked: false, access: 'view' })
  expect(await refusalOf(both)).toEqual([
    400,
    'The request has a field that is not valid.',
    [{ field: 'blocked', detail: 'must be the only field' }],
  ])
  expect(await server.adminOk('PATCH', path, { blocked: false })).toMatchObject({
    blocked_at: null,
  })
})

it('an administrator of the list is removed instead, and nobody is found who is none', async () => {
  const server = testServer()
  const ada = { email: 'ada@example.com', access: 'view' }
  const path = pathOf(await server.adminOk('POST', '/administrators', ada))
  expect(await refusalOf(await server.admin('PATCH', path, { blocked: true }))).toEqual([
    409,
    'This person is in the list of administrators: remove them instead.',
    undefined,
  ])
  for (const body of [{ blocked: true }, { blocked: true, access: 'view' }]) {
    const nobody = await server.admin('PATCH', '/administrators/administrator_none', body)
    expect(nobody.status).toBe(404)
  }
})
