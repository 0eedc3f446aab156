import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { API, testServer, type TestServer } from '../support/server.ts'

const OTHER = '1:another-key-under-the-number-of-the-first'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})

/** A server with something in its database, and one on the same with this key in place of its own. */
async function swapped(name: 'PEPPER' | 'WRAPPING_KEY' | 'AUDIT_KEY', key: string) {
  const right = testServer()
  await right.api()
  const client = await right.client({ [API]: 'invoices:read' })
  return { right, client, wrong: testServer({ env: { [name]: key } }) }
}

const events = async (server: TestServer) =>
  (await server.adminOk('GET', '/audit-events?limit=100'))['data'].length as number

const logged = () => log.mock.calls.flat().join('\n')

describe('another key under a number that the database knows', () => {
  it.each(['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY'] as const)(
    'stops every change before it writes: %s',
    async (name) => {
      const { right, client, wrong } = await swapped(name, OTHER)
      const before = await events(right)
      const answers = [
        await wrong.admin('POST', '/clients', { client_name: 'New' }),
        await wrong.admin('PUT', `/clients/${client.id}/suspension`),
        await wrong.admin('POST', '/audit-events/verification', {}),
      ]
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
      expect(logged()).toContain(`${name} 1 is not the key of this database`)
      expect(logged()).not.toContain(OTHER.slice(2))
      expect(await events(right)).toBe(before)
      expect(await right.adminOk('GET', '/audit-events/verification')).toMatchObject({
        intact: true,
      })
    },
  )

  it('calls no right secret wrong: a pepper that was swapped is 503, not 401', async () => {
    const { client, wrong } = await swapped('PEPPER', OTHER)
    const response = await wrong.tokenRequest(client)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it.each(['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY'] as const)(
    'is told by health: %s',
    async (name) => {
      const { wrong } = await swapped(name, OTHER)
      const health = await wrong.send('/health')
      expect(health.status).toBe(503)
      expect(await health.json()).toMatchObject({ status: 'unavailable' })
    },
  )

  it('is found among the older ones too', async () => {
    const { client, wrong } = await swapped(
      'PEPPER',
      `2:a-new-key-of-the-tests-0123456789012,${OTHER}`,
    )
    expect((await wrong.tokenRequest(client)).status).toBe(503)
  })

  it('under another number is a rotation: what is old is read, what is new is written', async () => {
    const rotated = `2:a-new-key-of-the-tests-0123456789012,${env.PEPPER}`
    const { client, wrong: rotating } = await swapped('PEPPER', rotated)
    expect((await rotating.tokenRequest(client)).status).toBe(200)
    expect((await rotating.admin('POST', '/clients', { client_name: 'New' })).status).toBe(201)
    const again = testServer({ env: { PEPPER: '2:yet-another-key-of-the-tests-0123456' } })
    expect((await again.admin('POST', '/clients', { client_name: 'New' })).status).toBe(503)
  })

  it('makes a wrong secret no error of ours: it stays 401 where the keys are right', async () => {
    const { right, client } = await swapped('PEPPER', OTHER)
    const other = await right.client({})
    const response = await right.tokenRequest({ ...client, secret: other.secret })
    expect(response.status).toBe(401)
  })
})

it('asks the database for its keys once an isolate, and for the first wrong secret alone', async () => {
  const asked: string[] = []
  const prepare = (text: string) => {
    if (/^SELECT \(SELECT .* FROM portcullis_key_checks/s.test(text)) asked.push(text)
    return env.DB.prepare(text)
  }
  const DB = { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database
  const right = testServer()
  await right.api()
  const client = await right.client({ [API]: 'invoices:read' })
  const tampered = client.secret.slice(0, 15)
  const counted = testServer({ env: { DB } })
  await counted.tokenRequest(client)
  expect(asked).toEqual([])
  const { secret } = await testServer().client({})
  for (const text of [secret, secret, `${tampered}_x`]) {
    expect((await counted.tokenRequest({ ...client, secret: text })).status).toBe(401)
  }
  expect(asked).toHaveLength(1)
})
