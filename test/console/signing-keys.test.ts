import { describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../src/domain/time.ts'
import { bannerIn, signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { API, type Json, testServer } from '../support/server.ts'

const kidOf = (data: Json[], state: string) =>
  String(data.find((key) => key['state'] === state)?.['kid'])

async function withKey() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  const { data } = await server.adminOk('GET', '/signing-keys')
  return { server, client, kid: kidOf(data, 'active'), visitor: await signIn(server) }
}

describe('signing keys', () => {
  it('say what they are, and when the next one comes', async () => {
    const { server, visitor, kid } = await withKey()
    const page = await visitor.html('/signing-keys')
    expect(page).toContain(kid)
    expect(page).toContain('Active')
    expect(page).toContain('Signs new tokens')
    expect(page).toContain('when the active key is 90 days old')
    expect(await weightOf(server, page)).toBeLessThan(WEIGHT_MAX)
    server.clock.now += 91 * DAY
    const later = await signIn(server)
    expect(await later.html('/signing-keys')).toContain('the cron promotes the standby')
  })

  it('are made by the first token', async () => {
    const page = await (await signIn(testServer())).html('/signing-keys')
    expect(page).toContain('There is no active key yet')
  })

  it('are rotated: the standby signs as soon as it was published for a day', async () => {
    const { server, visitor } = await withKey()
    const response = await visitor.post('/signing-keys')
    expect(response.headers.get('location')).toBe('/console/signing-keys')
    const page = await visitor.follow(response)
    expect(bannerIn(page)).toMatch(
      /^Signing key \S+ signs from .* UTC, and another is published\.$/,
    )
    expect(page).toContain('Standby')
    expect(page).toContain('The next key signs in 1 day.')
    server.clock.now += DAY + 5 * MINUTE
    const later = await signIn(server)
    expect(await later.html('/signing-keys')).toContain('Retiring')
    server.clock.now += DAY
    const last = await signIn(server)
    const now = await last.follow(await last.post('/signing-keys'))
    expect(bannerIn(now)).toMatch(/^Signing key \S+ signs now, and another is published\.$/)
  })

  it('are revoked by who types the word, with every token that they signed', async () => {
    const { server, client, visitor, kid } = await withKey()
    const api = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(client)
    for (const fields of [{}, { confirm: 'Revoke!' }]) {
      const refused = await visitor.post(`/signing-keys/${kid}/revocation`, fields)
      expect(refused.status).toBe(400)
      const page = await refused.text()
      expect(page).toContain('Confirmation <bdi>must be “revoke”')
      expect(page).toContain(`action="/console/signing-keys/${kid}/revocation"`)
    }
    expect(await server.introspect(token, api)).toMatchObject({ active: true })
    const revoked = await visitor.post(`/signing-keys/${kid}/revocation`, { confirm: ' revoke ' })
    const said = bannerIn(await visitor.follow(revoked))
    expect(said).toBe(`Revoked signing key ${kid}, and all tokens it signed.`)
    expect(await server.introspect(token, api)).toEqual({ active: false })
    const page = await visitor.html('/signing-keys')
    expect(page).toContain('All tokens it signed are rejected')
    expect(page).not.toContain(`/signing-keys/${kid}/revocation`)
    const nothing = await visitor.post('/signing-keys/nothing/revocation', { confirm: 'revoke' })
    expect(nothing.status).toBe(404)
  })

  it('are revoked before they signed anything without an alarm, and with one afterwards', async () => {
    const { server, visitor, kid } = await withKey()
    const { data } = await server.adminOk('GET', '/signing-keys')
    const standby = kidOf(data, 'standby')
    const path = `/signing-keys/${standby}/revocation`
    const asked = await visitor.html(path)
    expect(asked).toContain('This key has signed nothing yet, so no token stops working.')
    expect(asked).not.toContain('are rejected')
    const said = bannerIn(await visitor.follow(await visitor.post(path, { confirm: 'revoke' })))
    expect(said).toBe(`Revoked signing key ${standby}. It had signed nothing.`)
    const ofActive = await visitor.html(`/signing-keys/${kid}/revocation`)
    expect(ofActive).toContain('all tokens that this key signed are rejected')
    expect(ofActive).toContain('promote the standby')
  })

  it('are not changed by who may only view', async () => {
    const { server, kid } = await withKey()
    const body = { email: 'eve@example.com', access: 'view' }
    const { administrator_id: eve } = await server.adminOk('POST', '/administrators', body)
    const visitor = await signInAs(server, String(eve))
    const page = await visitor.html('/signing-keys')
    expect(page).toContain(kid)
    expect(page).not.toMatch(/Promote the standby|Revoke key|data-dialog/)
    for (const path of ['/signing-keys', `/signing-keys/${kid}/revocation`]) {
      expect((await visitor.post(path, { confirm: 'revoke' })).status, path).toBe(403)
    }
  })
})
