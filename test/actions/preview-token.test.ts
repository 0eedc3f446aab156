import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { previewToken } from '../../src/actions/preview-token.ts'
import { Refusal } from '../../src/domain/errors.ts'
import { d1Clients } from '../../src/storage/clients.ts'
import { d1CredentialReads } from '../../src/storage/credential-reads.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { API, ISSUER, testServer } from '../support/server.ts'

it('decides as the token endpoint does, namesakes with it', async () => {
  const other = 'https://other.example.com'
  const server = testServer()
  await server.api(API, 'invoices:read')
  await server.api(other, 'invoices:read orders:read')
  const { id } = await server.client({ [API]: 'invoices:read', [other]: 'orders:read' })
  const deps = {
    issuer: ISSUER,
    now: () => server.clock.now,
    clients: d1Clients(openDatabase(env.DB), ISSUER),
    credentials: d1CredentialReads(env.DB, ISSUER),
  }
  const { claims: refused, access } = await previewToken(deps, id, { resources: [API, other] })
  expect(refused).toBeInstanceOf(Refusal)
  expect(refused).toMatchObject({ code: 'invalid_scope' })
  expect(access.namesakes).toEqual([{ audience: other, permission: 'invoices:read' }])
  const { claims, obstacles } = await previewToken(deps, id, { resources: [other] })
  expect(claims).toMatchObject({ aud: other, scope: 'orders:read', jti: '…', client_id: id })
  expect(obstacles).toEqual([])
  await expect(previewToken(deps, 'nobody', { resources: [] })).rejects.toThrow('no such client')
})
