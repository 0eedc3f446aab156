import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { API, ISSUER, testServer } from '../support/server.ts'

// The promises of docs/security.md about an attacker who can write D1, except those tested
// elsewhere: the keys in planted-keys.test.ts, the audit log in
// test/actions/audit/verify-audit-log.test.ts.

const write = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()

async function deployment() {
  const server = testServer()
  await server.api()
  const mine = await server.client({ [API]: 'invoices:read' })
  const other = await server.client({ [API]: 'invoices:write' })
  return { server, mine, other }
}

describe('whoever can write D1', () => {
  it('undoes a suspension, and whatever else a row says', async () => {
    const { server, mine } = await deployment()
    const token = await server.token(mine)
    await server.suspend(mine)
    expect(
      await server.introspect(token, await server.client({ [ISSUER]: 'tokens:introspect' })),
    ).toEqual({
      active: false,
    })
    await write('UPDATE portcullis_clients SET suspended_at = NULL WHERE client_id = ?', mine.id)
    expect((await server.tokenRequest(mine)).status).toBe(200)
  })

  it('gets with one secret tokens as any client', async () => {
    const { server, mine, other } = await deployment()
    await write(
      'UPDATE portcullis_secrets SET client_id = ? WHERE client_id = ?',
      other.id,
      mine.id,
    )
    const response = await server.tokenRequest({ ...other, secret: mine.secret })
    expect(await response.json()).toMatchObject({ scope: 'invoices:write' })
  })

  it('gives any client any access', async () => {
    const { server, mine } = await deployment()
    await write(
      `INSERT INTO portcullis_client_permissions (client_id, permission_id)
       SELECT ?, p.id FROM portcullis_permissions p JOIN portcullis_apis a ON a.api_id = p.api_id
       WHERE a.audience IS NULL AND p.permission = 'clients:manage'`,
      mine.id,
    )
    const bearer = await server.token(mine, { resource: ISSUER })
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(200)
  })

  it('sets no secret of their choice, by whatever hash', async () => {
    const { server, mine, other } = await deployment()
    const [keyId = '', digests] = [other.secret.split('_')[1], [await sha256(mine.secret), '']]
    for (const digest of digests) {
      await write('UPDATE portcullis_secrets SET digest = ? WHERE key_id = ?', digest, keyId)
      for (const secret of [mine.secret, other.secret]) {
        expect((await server.tokenRequest({ ...other, secret })).status).not.toBe(200)
      }
    }
    // Not even with the hash of a secret that they know: it is one of that secret's own text.
    await write(
      `UPDATE portcullis_secrets SET digest = (SELECT digest FROM portcullis_secrets WHERE client_id = ?)
       WHERE key_id = ?`,
      mine.id,
      keyId,
    )
    expect((await server.tokenRequest({ ...other, secret: mine.secret })).status).toBe(401)
  })
})

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
