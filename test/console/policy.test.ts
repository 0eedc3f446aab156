import { beforeEach, describe, expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { API, type Client, testServer, type TestServer } from '../support/server.ts'

// The console shows a deployment's rules for credentials.

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const FIELDS = { client_name: 'Nightly export', credential: 'secret', remind: 'yes' }

let client: Client
beforeEach(async () => {
  const server = testServer({ now: NOON })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
})

const keysOnly = () => testServer({ now: NOON, allowedCredentials: ['public_key'] })
const clientsOf = async (server: TestServer) => (await server.adminOk('GET', '/clients'))['data']

describe('the most days of a secret', () => {
  it('limit the date field and its quick dates, and are named', async () => {
    const server = testServer({ now: NOON, secretDaysMax: 100, secretDaysDefault: 60 })
    const visitor = await signIn(server)
    for (const path of ['/clients/new', `/clients/${client.id}/secrets/new`]) {
      const page = await visitor.html(path)
      expect(page).toMatch(/name="expires_on"[^>]*max="2027-03-02"/)
      expect(page).toMatch(/name="expires_on"[^>]*value="2027-01-21"/)
      expect(page).toContain('Latest date: 2 March 2027, as this server allows 100 days.')
      expect(page).toContain('>90 days</button>')
      expect(page).not.toContain('>180 days</button>')
    }
  })

  it('are told where more was sent, and nothing is lost', async () => {
    const visitor = await signIn(testServer({ now: NOON, secretDaysMax: 30 }))
    for (const path of ['/clients', `/clients/${client.id}/secrets`]) {
      const response = await visitor.post(path, { ...FIELDS, expires_on: '2026-12-23' })
      const page = await response.text()
      expect(response.status).toBe(400)
      expect(page).toContain('must be at most 30 days from today (UTC)')
      expect(page).toContain('value="2026-12-23"')
    }
  })

  it('leave out the offer to extend beyond them', async () => {
    const extension = `/clients/${client.id}/secrets/${client.body['secrets'][0].secret_id}/extension`
    const version = 1
    const offered = async (secretDaysMax?: number) => {
      const visitor = await signIn(testServer({ now: NOON, secretDaysMax }))
      return [
        (await visitor.html(`/clients/${client.id}`)).includes(extension),
        (await visitor.get(extension)).status,
        (await visitor.post(extension, { version: String(version) })).status,
      ]
    }
    expect(await offered(96)).toEqual([false, 412, 412])
    expect(await offered(97)).toEqual([true, 200, 303])
  })
})

describe('a kind of credential that is not allowed', () => {
  it('is not offered, and the form without a secret creates a client without one', async () => {
    const server = keysOnly()
    const visitor = await signIn(server)
    const page = await visitor.html('/clients/new')
    const choices = [...page.matchAll(/name="credential" value="(\w+)"/g)].map(([, kind]) => kind)
    expect(choices).toEqual(['public_key'])
    expect(page).toContain('This server allows no new secrets.')
    expect(page).not.toContain('name="expires_on"')
    const created = await visitor.post('/clients', { ...FIELDS, credential: 'public_key' })
    expect(created.headers.get('location')).toMatch(/\/keys\/new$/)
    expect((await clientsOf(server))[0]).toMatchObject({ secrets: [] })
  })

  it('is explained on the page of a client, and in place of its form', async () => {
    const server = keysOnly()
    const visitor = await signIn(server)
    const page = await visitor.html(`/clients/${client.id}`)
    expect(page).toContain('This server allows no new secrets.')
    expect(page).not.toMatch(/secrets\/new|certificates\/new|workloads\/new/)
    expect(page).toContain('/keys/new')
    expect(page).not.toContain('/extension"')
    for (const kind of ['secrets', 'certificates', 'workloads']) {
      const answer = await visitor.get(`/clients/${client.id}/${kind}/new`)
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('allowed are public keys.'),
      ])
    }
    expect((await visitor.get(`/clients/${client.id}/keys/new`)).status).toBe(200)
  })

  it('is refused where its form was open already', async () => {
    const visitor = await signIn(keysOnly())
    const secret = { expires_on: '2026-12-22', remind: 'yes' }
    const answers = [
      await visitor.post('/clients', { ...FIELDS, ...secret }),
      await visitor.post(`/clients/${client.id}/secrets`, secret),
    ]
    for (const answer of answers) {
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('This server allows no new secrets'),
      ])
    }
    const [{ secret_id: id }] = client.body['secrets']
    const replacement = `/clients/${client.id}/secrets/${id}`
    expect(await visitor.html(replacement)).toContain('allows no new secret in its place')
    expect((await visitor.post(`${replacement}/replacement`)).status).toBe(403)
  })

  it('leads nowhere after the creation of a client that can get none', async () => {
    const server = testServer({ now: NOON, allowedCredentials: [] })
    const visitor = await signIn(server)
    expect(await visitor.html('/clients/new')).toContain('This server allows no new credentials')
    const created = await visitor.post('/clients', { ...FIELDS, credential: 'public_key' })
    expect(created.headers.get('location')).toMatch(/\/clients\/client_\w+$/)
  })

  it('stays where a client has it', async () => {
    const added = { jwk: PUBLIC_JWK, label: 'CI' }
    await testServer({ now: NOON }).adminOk('POST', `/clients/${client.id}/keys`, added)
    const visitor = await signIn(testServer({ now: NOON, allowedCredentials: ['secret'] }))
    const page = await visitor.html(`/clients/${client.id}`)
    expect(page).toContain('CI')
    expect(page).not.toContain('/keys/new')
  })
})

it('a proof that this server requires is named on the pages of a client', async () => {
  const visitor = await signIn(testServer({ now: NOON, requireDpop: true }))
  expect(await visitor.html(`/clients/${client.id}`)).toContain('Required by this server')
  const edit = await visitor.html(`/clients/${client.id}/details`)
  expect(edit).toContain('This server requires a DPoP proof of every client')
  const free = await signIn(testServer({ now: NOON }))
  expect(await free.html(`/clients/${client.id}`)).not.toContain('Required by this server')
})
