import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

describe('a machine and the APIs that give it its own rights', () => {
  let server: TestServer
  let held: Json
  let bearer: string

  beforeEach(async () => {
    server = testServer()
    held = await server.api()
    const machine = await server.client({ [ISSUER]: 'clients:manage', [API]: 'invoices:read' })
    bearer = await server.token(machine, { resource: ISSUER })
  })

  const patch = (api: Json, body: unknown, token?: string) =>
    server.admin('PATCH', `/apis/${api['api_id']}`, body, token)

  it('gives the API on which it holds a permission no other audience', async () => {
    expect((await patch(held, { audience: 'https://c.example' }, bearer)).status).toBe(403)
    expect(await server.adminOk('GET', `/apis/${held['api_id']}`)).toMatchObject({ audience: API })
  })

  it('takes no permission from it, which would give its scopes another meaning', async () => {
    const permissions = [{ permission: 'invoices:read' }]
    expect((await patch(held, { permissions }, bearer)).status).toBe(403)
    expect((await patch(held, { permissions })).status).toBe(200)
  })

  it('gives an API on which a client with power here holds a permission no other audience', async () => {
    const other = await server.api('https://other.example', 'x:read')
    await server.client({ [ISSUER]: 'audit:read', 'https://other.example': 'x:read' })
    expect((await patch(other, { audience: 'https://d.example' }, bearer)).status).toBe(403)
  })

  it('may name it and describe it, and change APIs that give it nothing', async () => {
    expect((await patch(held, { name: 'Billing' }, bearer)).status).toBe(200)
    const other = await server.api('https://other.example', 'x:read')
    expect((await patch(other, { audience: 'https://d.example' }, bearer)).status).toBe(200)
    const moved = { audience: 'https://e.example', confirm_audience_in_use: true }
    expect((await patch(held, moved, env.BOOTSTRAP_TOKEN)).status).toBe(200)
  })
})
