import { expect, it } from 'vitest'
import { API, type Json, testServer } from '../../support/server.ts'

it('lists events newest first, filtered and a page at a time', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const events = async (query = ''): Promise<Json[]> =>
    (await server.adminOk('GET', `/audit-events?limit=100${query}`))['data']
  for (let n = 0; n < 5; n++) {
    await server.suspend(client)
    await server.resume(client)
  }
  await server.suspend(await server.client())
  const all = await events()
  const expected = (matches: (event: Json) => boolean) => all.filter(matches)
  const ofClient = `&client_id=${client.id}`
  const suspended = '&action=client.suspended'
  expect(await events(ofClient)).toEqual(expected((e) => e['client_id'] === client.id))
  expect(await events(suspended)).toHaveLength(6)
  expect(await events(ofClient + suspended)).toHaveLength(5)
  expect(await events('&client_id=none')).toEqual([])
  for (const filter of ['', ofClient, suspended, ofClient + suspended]) {
    const walked: Json[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more: string = cursor && `&cursor=${cursor}`
      const page = await server.adminOk('GET', `/audit-events?limit=2${filter}${more}`)
      walked.push(...page['data'])
      cursor = page['next_cursor']
    }
    expect(walked).toEqual(await events(filter))
  }
  for (const query of [
    'action=client.gone',
    'action=',
    'limit=0',
    'cursor=x',
    'target=a',
    'limit=1&limit=2',
  ]) {
    const response = await server.admin('GET', `/audit-events?${query}`)
    expect([query, response.status]).toEqual([query, 400])
  }
})
