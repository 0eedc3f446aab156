import { describe, expect, it } from 'vitest'
import { type ConsoleVisitor, signIn, signInAs } from '../support/console.ts'
import { API, testServer, type TestServer } from '../support/server.ts'

// INV-21: two tabs, or two people, save one after the other. The second one keeps its input, sees
// what the first one saved beside it, and chooses.

const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
const savedIn = (page: string) =>
  [...page.matchAll(/Saved now:\s*(?:<bdi>)?([^<]*)</g)].map((match) => match[1])

type Fields = [string, string][]
type Case = {
  make: (server: TestServer) => Promise<string>
  /** The path of the form, beneath that of its subject. */
  form?: string
  mine: Fields
  theirs: Record<string, unknown>
  /** Saves by another request than a PATCH of the subject. */
  put?: string
  /** The saved values on the page, in order. */
  saved: string[]
  /** The input on the page. */
  kept: RegExp[]
  after: Record<string, unknown>
}

const read = { audience: API, permission: 'invoices:read' }
const write = { audience: API, permission: 'invoices:write' }
const value = (one: typeof read) => `${one.audience} ${one.permission}`
const isTicked = (box: string, ticked: boolean) =>
  new RegExp(`value="${box}"${ticked ? ' checked' : '/>'}`)

const CASES: Record<string, Case> = {
  'the details of a client': {
    make: async (server) => {
      const fields = { client_name: 'Airflow', description: 'Old' }
      return `/clients/${(await server.client({ [API]: 'invoices:read' }, fields)).id}`
    },
    form: '/details',
    mine: [
      ['client_name', 'Mine'],
      ['description', 'Two\r\nlines'],
    ],
    theirs: { client_name: 'Theirs', description: 'Two\nlines', allow_self_rotation: true },
    saved: ['Theirs', 'ticked'],
    kept: [/value="Mine"/, />Two\r?\nlines<\/textarea>/],
    after: { client_name: 'Mine', description: 'Two\nlines', allow_self_rotation: false },
  },
  'the access of a client': {
    make: async (server) => `/clients/${(await server.client({ [API]: 'invoices:read' })).id}`,
    form: '/access',
    mine: [['permissions', value(write)]],
    theirs: { permissions: [read, { audience: API, permission: 'tokens:introspect' }] },
    put: '/access',
    saved: ['ticked', 'not ticked', 'ticked'],
    kept: [isTicked(value(read), false), isTicked(value(write), true)],
    after: { scope: 'invoices:write' },
  },
  'an API': {
    make: async (server) => {
      const api = { audience: 'https://other.example', name: 'Other', permissions: [] }
      return `/apis/${String((await server.adminOk('POST', '/apis', api))['api_id'])}`
    },
    mine: [
      ['name', 'Mine'],
      ['audience', 'https://other.example'],
      ['permissions', 'a:read'],
    ],
    theirs: { permissions: [{ permission: 'b:read', group: 'B' }] },
    saved: ['Other', 'b:read | B'],
    kept: [/value="Mine"/, />a:read<\/textarea>/],
    after: { name: 'Mine', permissions: [{ permission: 'a:read' }] },
  },
  'a role': {
    make: async (server) => {
      const role = { name: 'Reader', description: 'Reads', permissions: [read] }
      return `/roles/${String((await server.adminOk('POST', '/roles', role))['role_id'])}`
    },
    mine: [
      ['name', 'Reader'],
      ['description', 'Mine'],
      ['permissions', value(write)],
    ],
    theirs: { name: 'Theirs', permissions: [read, write] },
    saved: ['Theirs', 'Reads', 'ticked'],
    kept: [/value="Reader"/, />Mine<\/textarea>/, isTicked(value(write), true)],
    after: { name: 'Reader', description: 'Mine', permissions: [write] },
  },
  'an administrator': {
    make: async (server) => {
      const body = { email: 'bob@example.com', access: 'view' }
      const made = await server.adminOk('POST', '/administrators', body)
      return `/administrators/${String(made['administrator_id'])}`
    },
    mine: [['access', 'manage']],
    theirs: { email: 'robert@example.com' },
    saved: ['View only'],
    kept: [/value="manage" checked/, /robert@example\.com/],
    after: { access: 'manage', email: 'robert@example.com' },
  },
}

async function opened({ make, form = '', theirs, put, mine }: Case) {
  const server = testServer()
  await server.api()
  const path = await make(server)
  const visitor = await signIn(server)
  const version = versionIn(await visitor.html(path + form))
  await server.adminOk(put ? 'PUT' : 'PATCH', path + (put ?? ''), theirs)
  const stale = await visitor.post(path + form, [['version', version], ...mine])
  return { server, visitor, path, form, stale, page: await stale.text() }
}

describe('INV-21: the second to save sees both, and chooses', () => {
  it.each(Object.entries(CASES))('for %s', async (_what, one) => {
    const { server, visitor, path, form, stale, page } = await opened(one)
    expect(stale.status).toBe(412)
    expect(page).toContain('Your entries are kept')
    expect(savedIn(page)).toEqual(one.saved)
    for (const text of one.kept) expect(page).toMatch(text)
    expect(page).toMatch(/Save mine<\/button>/)
    const theirs = /href="([^"]+)">\s*Take theirs/.exec(page)?.[1]?.replace('/console', '') ?? ''
    expect(await visitor.html(theirs)).not.toContain('Saved now:')
    const before = await server.adminOk('GET', path)
    expect(before).toMatchObject(one.put ? {} : one.theirs)
    const mine = await visitor.post(path + form, [['version', versionIn(page)], ...one.mine])
    expect(mine.status).toBe(303)
    expect(await server.adminOk('GET', path)).toMatchObject(one.after)
  })

  it('and once more where a third saved meanwhile', async () => {
    const { server, visitor, path, form, page } = await opened(CASES['a role'] as Case)
    await server.adminOk('PATCH', path, { name: 'Third' })
    const fields: Fields = [['version', versionIn(page)], ...(CASES['a role'] as Case).mine]
    const again = await visitor.post(path + form, fields)
    expect([again.status, savedIn(await again.text())[0]]).toEqual([412, 'Third'])
  })
})

describe('INV-21: what is asked again about something that changed meanwhile', () => {
  async function deleting(visitor: ConsoleVisitor, path: string, fields: Record<string, string>) {
    const response = await visitor.post(`${path}/deletion`, { version: '1', ...fields })
    return { status: response.status, page: await response.text() }
  }

  it('keeps the name that was typed, and the terms of a new secret', async () => {
    const server = testServer()
    const { id } = await server.client({}, { client_name: 'Airflow' })
    const visitor = await signIn(server)
    const path = `/clients/${id}`
    await server.adminOk('PATCH', path, { description: 'New' })
    const { status, page } = await deleting(visitor, path, { confirm: 'Airflow' })
    expect([status, page.includes('value="Airflow" ')]).toEqual([412, true])
    const date = new Date((server.clock.now + 86_400) * 1000).toISOString().slice(0, 10)
    const terms = { version: '1', expires_on: date, retire_others_in: '0' }
    const again = await visitor.post(`${path}/secrets`, terms)
    const asked = await again.text()
    expect([again.status, asked.includes(`value="${date}"`)]).toEqual([412, true])
    expect(asked).toMatch(/value="0" checked/)
    expect(asked).not.toMatch(/name="remind"[^>]* checked/)
    const sent = await visitor.post(`${path}/secrets`, { ...terms, version: versionIn(asked) })
    expect(sent.status).toBe(201)
  })

  it('shows a role, an API and the administrators as they are', async () => {
    const server = testServer()
    await server.api()
    const ada = { email: 'ada@example.com', access: 'manage' }
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', ada)
    const visitor = await signInAs(server, String(id))
    for (const name of ['an API', 'a role']) {
      const path = await (CASES[name] as Case).make(server)
      await server.adminOk('PATCH', path, { name: 'Renamed' })
      const { status, page } = await deleting(visitor, path, { called: 'Other' })
      expect([status, savedIn(page)]).toEqual([412, []])
      expect(page).toContain('This is the newest version')
      expect(page).toContain('Delete <bdi>Renamed</bdi>?')
      expect(page).toContain('name="called" value="Renamed"')
    }
    const removal = await visitor.post(`/administrators/${String(id)}/removal`, { version: '9' })
    expect([removal.status, (await removal.text()).includes('This is the newest version')]).toEqual(
      [412, true],
    )
  })
})
