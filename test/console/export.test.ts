import { expect, it } from 'vitest'
import { eventStream } from '../../src/console/activity/export.ts'
import { type AuditEvent, type AuditQuery, type Named, nameKey } from '../../src/domain/audit.ts'
import { signIn } from '../support/console.ts'
import { type Json, testServer } from '../support/server.ts'

// Not text(): workerd warns of it for types that it does not know as text.
const textOf = async (response: Response) => new TextDecoder().decode(await response.arrayBuffer())
const linesOf = (text: string) => text.trimEnd().split('\n')

it('exports as JSON Lines what the admin API tells, all of it and filtered', async () => {
  const server = testServer()
  const client = await server.client()
  await server.client()
  await server.suspend(client, { reason: 'a "reason", of two\nlines' })
  const console = await signIn(server)
  const response = await console.get('/activity/export.jsonl')
  expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8')
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="portcullis-activity-\d{4}-\d\d-\d\d\.jsonl"$/,
  )
  const events = linesOf(await textOf(response)).map((line) => JSON.parse(line) as Json)
  const { data } = await server.adminOk('GET', '/audit-events')
  expect(events).toEqual(data)
  const some = await console.get(
    `/activity/export.jsonl?client_id=${client.id}&action=client.suspended`,
  )
  expect(linesOf(await textOf(some)).map((line) => (JSON.parse(line) as Json)['action'])).toEqual([
    'client.suspended',
  ])
})

it('exports as CSV with a header, quoted, and without formulas', async () => {
  const server = testServer()
  const client = await server.client()
  await server.suspend(client, { reason: '=HYPERLINK("https://attacker.example","x"),\nb;=1' })
  const text = await textOf(
    await (await signIn(server)).get(`/activity/export.csv?client_id=${client.id}`),
  )
  expect(text).toMatch(
    /^"event_id","at","action","actor_type",[^\r]+,"request_id","actor_name","client_name","target_name"\r\n/,
  )
  expect(text).toContain(`"'=HYPERLINK(""https://attacker.example"",""x""),\nb;'=1"`)
  expect(text.endsWith('"\r\n')).toBe(true)
})

it('begins CSV with a byte order mark, by which Excel knows UTF-8', async () => {
  const server = testServer()
  await server.suspend(await server.client(), { reason: 'Müller 北京' })
  const response = await (await signIn(server)).get('/activity/export.csv')
  const bytes = new Uint8Array(await response.arrayBuffer())
  expect(Array.from(bytes.subarray(0, 4))).toEqual([0xef, 0xbb, 0xbf, '"'.charCodeAt(0)])
  expect(new TextDecoder().decode(bytes)).toContain('"Müller 北京"')
})

it('reads a page at a time, and only as the reader takes it', async () => {
  const asked: AuditQuery[] = []
  const list = async (query: AuditQuery) => {
    asked.push(query)
    const from = query.after ?? 1201
    const many = Math.min(query.limit, from - 1)
    const [actor, target] = [
      { type: 'administrator', id: 'a' },
      { type: 'role', id: 'b' },
    ]
    return Array.from(
      { length: many },
      (_, i) => ({ seq: from - 1 - i, actor, target, clientId: null }) as AuditEvent,
    )
  }
  const namesOf: string[][] = []
  const names = async (of: Named[]) => {
    namesOf.push(of.map(nameKey))
    return new Map([['administrator a', { name: 'Ada', isGone: false }]])
  }
  const format = { first: 'first\n', line: ({ seq }: AuditEvent) => `${seq}\n` }
  const stream = eventStream({ list, names }, { clientId: null, action: null }, format)
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(asked).toEqual([])
  const reader = stream.getReader()
  const pages: string[] = []
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    pages.push(new TextDecoder().decode(part.value))
    expect(asked.length).toBe(pages.length)
  }
  expect(asked.map(({ limit, after }) => [limit, after])).toEqual([
    [500, null],
    [500, 701],
    [500, 201],
  ])
  // A name is asked for once, however often it comes.
  expect(namesOf).toEqual([['administrator a', 'role b']])
  expect(linesOf(pages.join(''))).toEqual([
    'first',
    ...Array.from({ length: 1200 }, (_, i) => String(1200 - i)),
  ])
})

it('is nothing for a stranger', async () => {
  const server = testServer()
  const response = await server.send('/console/activity/export.csv', { redirect: 'manual' })
  expect(response.status).toBe(303)
})
