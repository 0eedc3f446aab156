import { describe, expect, it } from 'vitest'
import { bannerIn, signIn } from '../support/console.ts'
import { testServer } from '../support/server.ts'

// A secret belongs into no address, page or log: what is pasted into a search or a filter by mistake.

const SECRET = 'pc_3hEUSbQzk1Wd_abcdefghijklmnop'
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjIn0.c2ln'

const PASTED = [
  `/clients?q=${SECRET}`,
  `/clients?q=CLIENT_SECRET%3D${SECRET}`,
  `/clients?status=expired&q=Bearer+${TOKEN}`,
  `/clients?q=night&q=${SECRET}`,
  `/clients?tag=${SECRET}`,
  `/activity?client_id=${SECRET}`,
  `/activity/export.csv?client_id=${TOKEN}`,
]

describe('a secret in an address', () => {
  it.each(PASTED)('%s leads to where it is looked up, and is repeated nowhere', async (path) => {
    const visitor = await signIn(testServer())
    const response = await visitor.get(path)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/console/find'])
    const page = await visitor.follow(response)
    expect(bannerIn(page)).toMatch(/history/)
    expect(page).not.toMatch(/pc_3hEUSb|eyJhbGci/)
  })

  it.each(PASTED)('%s is dropped where its sender has to sign in first', async (path) => {
    const response = await testServer().send(`/console${path}`)
    expect(response.status).toBe(303)
    const location = response.headers.get('location') ?? ''
    expect(location).toMatch(/^\/console\/sign-in\?next=%2Fconsole%2F(clients|activity[\w%.]*)$/)
  })

  it('is none where a name only looks alike, or a cursor is ours', async () => {
    const server = testServer()
    for (let n = 0; n < 51; n++) await server.client({}, { client_name: `Store ${n}` })
    const { html, get } = await signIn(server)
    const [, next = ''] =
      /href="\/console(\/clients\?[^"]*cursor=[^"]*)"/.exec(await html('/clients')) ?? []
    expect((await get(next.replaceAll('&amp;', '&'))).status).toBe(200)
    for (const q of ['pc_3hEUSb', 'EPC_terminal', 'grey']) {
      expect((await get(`/clients?q=${q}`)).status).toBe(200)
    }
  })
})
