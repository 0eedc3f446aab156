import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { API, type Json, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  return { server, client: await server.client({ [API]: 'invoices:read' }) }
}

describe('secrets', () => {
  it('INV-5: are valid by the clock alone, whatever the cron and stored words say', async () => {
    const { server } = await setUp()
    const secret = { expires_on: '2026-11-23' }
    const client = await server.client({ [API]: 'invoices:read' }, { secret })
    const end = Date.UTC(2026, 10, 23, 23, 59, 59) / 1000
    const worksAt = async (at: number) => {
      server.clock.now = at
      return (await server.tokenRequest(client)).status === 200
    }
    const expected = [false, true, true, false, false]
    const moments = [NOW - 1, NOW, end - 1, end, end + 1_000_000]
    for (const word of ['none', 'expired', 'available', 'cron']) {
      if (word === 'cron') await server.cron()
      else {
        const lie = 'UPDATE portcullis_clients SET listed_status = ?, listed_until = 99999999999'
        await env.DB.prepare(lie).bind(word).run()
      }
      const works: boolean[] = []
      for (const at of moments) works.push(await worksAt(at))
      expect(works).toEqual(expected)
    }
  })

  it('INV-6: are at most five live, also where ten are asked for at once', async () => {
    const { server, client } = await setUp()
    const path = `/clients/${client.id}/secrets`
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.admin('POST', path)))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(4)
    expect(answers.filter((a) => a.status === 409)).toHaveLength(6)
    const bodies = (await Promise.all(answers.map((a) => a.json()))) as Json[]
    const made = bodies.flatMap((body) => body['client_secret'] ?? []) as string[]
    expect((await server.adminOk('GET', path))['data']).toHaveLength(5)
    await server.adminOk('DELETE', `${path}/${bodies.find((b) => b['secret_id'])?.['secret_id']}`)
    const works = (secret: string) => server.tokenRequest({ ...client, secret })
    const statuses = await Promise.all([client.secret, ...made].map(works))
    expect(statuses.map((s) => s.status)).toEqual([200, 401, 200, 200, 200])
  })
})
