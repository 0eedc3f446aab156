import { describe, expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'

const line = scriptedCommandLine()

const CLIENT = {
  client_id: 'client_aaaaaaaaaaaaaaaaaaaaaa',
  client_name: 'client_billing',
  status: 'suspended',
  suspended_at: '2026-11-26T03:12:45Z',
  suspended_reason: null,
  propagation: 'complete',
  attention: [],
  secrets: [],
  roles: [],
  permissions: [],
  created_at: '2026-11-25T03:12:45Z',
  created_by: 'bootstrap',
}
/** A name such as one has that was made in place of another, by its id. */
const LIKE_ID = 'client_bbbbbbbbbbbbbbbbbbbbbb'
const NAMED_SO = { ...CLIENT, client_name: LIKE_ID }

const GONE: ScriptedAnswer = { status: 404, body: { title: 'There is no such client.' } }
const ok = (body: unknown): ScriptedAnswer => ({ status: 200, headers: { ETag: '"3"' }, body })
const page = (...data: unknown[]) => ok({ data, next_cursor: null })

function portcullis(...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

const asked = () =>
  line.server.seen.map(({ method, path }) => `${method} ${path.replace('/admin/v1/', '')}`)

const SEARCH = `GET clients?q=${LIKE_ID}&sort=name&limit=100`
const ONE = `clients/${CLIENT.client_id}`

describe('a client whose name begins as an id does', () => {
  it('is found by it', async () => {
    line.server.plan(page(CLIENT), ok(CLIENT))
    const { code, stderr } = await portcullis('clients', 'suspend', 'client_billing')
    expect([code, stderr]).toEqual([0, ''])
    expect(asked()[1]).toBe(`PUT ${ONE}/suspension`)
  })
})

describe('a client whose name has the form of an id', () => {
  it.each<[string[], ScriptedAnswer[], string[]]>([
    [['clients', 'suspend', LIKE_ID], [ok(NAMED_SO)], [`PUT ${ONE}/suspension`]],
    [['clients', 'show', LIKE_ID], [ok(NAMED_SO)], [`GET ${ONE}`]],
    [['keys', 'list', LIKE_ID], [page()], [`GET ${ONE}/keys?limit=100`]],
    [
      ['keys', 'delete', LIKE_ID, 'key_a', '--yes'],
      [{ status: 200, body: { key_id: 'key_a' } }, { status: 204 }],
      [`GET ${ONE}/keys/key_a`, `DELETE ${ONE}/keys/key_a`],
    ],
  ])('is found by it once no client has that id: %j', async (words, then, requests) => {
    line.server.plan(GONE, page(NAMED_SO), ...then)
    const { code, stderr } = await portcullis(...words)
    expect([code, stderr]).toEqual([0, ''])
    const first = requests[0]?.replace(CLIENT.client_id, LIKE_ID)
    expect(asked()).toEqual([first, SEARCH, ...requests])
  })

  it('is found by it among several that are changed at once, and for the response to a leak', async () => {
    const unknown = {
      client_id: LIKE_ID,
      client_name: null,
      ok: false,
      changed: false,
      status: null,
      propagation: null,
      error: { type: 'urn:portcullis:problem:not_found', detail: 'There is no such client.' },
    }
    const done = { ...unknown, client_id: CLIENT.client_id, client_name: LIKE_ID, ok: true }
    line.server.plan(ok({ results: [unknown] }), page(NAMED_SO), ok({ results: [done] }))
    const { code, stdout } = await portcullis('clients', 'suspend', LIKE_ID, '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      [{ named: LIKE_ID, client_id: CLIENT.client_id, suspended: true }],
    ])
    const results = [{ client_id: CLIENT.client_id, done: true, client: NAMED_SO }]
    const recorded = { status: 201, body: { incident_id: 'incident_a', results } }
    line.server.plan(GONE, page(NAMED_SO), recorded)
    expect((await portcullis('respond', LIKE_ID)).code).toBe(0)
    expect(JSON.parse(line.server.seen[2]?.body ?? '')).toMatchObject({
      client_ids: [CLIENT.client_id],
    })
  })

  it('is not there where none is called so: the refusal stays as it is', async () => {
    line.server.plan(GONE, page(CLIENT))
    const { code, stderr } = await portcullis('clients', 'suspend', LIKE_ID)
    expect([code, stderr]).toEqual([
      4,
      `NOT suspended: ${LIKE_ID}\n404: There is no such client.\n`,
    ])
  })
})

it('a role whose name has the form of an id is found by it', async () => {
  const name = 'role_bbbbbbbbbbbbbbbb'
  const role = { role_id: 'role_aaaaaaaaaaaaaaaa', name, description: '', permissions: [] }
  line.server.plan(GONE, page(role), ok(role), { status: 204 })
  const { code, stdout } = await portcullis('roles', 'delete', name, '--yes')
  expect([code, stdout]).toEqual([0, `Deleted ${name} (${role.role_id}).\n`])
})

describe('an answer without its ETag', () => {
  it.each([
    [['clients', 'edit', CLIENT.client_id, '--name', 'B'], CLIENT],
    [['clients', 'resume', CLIENT.client_id], CLIENT],
    [['clients', 'delete', CLIENT.client_id, '--yes'], CLIENT],
    [
      ['roles', 'edit', 'role_aaaaaaaaaaaaaaaa', '--name', 'B'],
      { role_id: 'role_aaaaaaaaaaaaaaaa', name: 'A', permissions: [] },
    ],
  ])('leaves as it is what would be changed unseen: %j', async (words, body) => {
    line.server.plan({ status: 200, body })
    const { code, stderr } = await portcullis(...words)
    expect([code, stderr]).toEqual([1, expect.stringContaining('The answer has no ETag')])
    expect(asked()).toHaveLength(1)
  })

  it('does for what is shown, and a weak one for what is changed', async () => {
    line.server.plan({ status: 200, body: CLIENT })
    expect((await portcullis('clients', 'show', CLIENT.client_id)).code).toBe(0)
    line.server.plan({ status: 200, headers: { ETag: 'W/"3"' }, body: CLIENT }, ok(CLIENT))
    expect((await portcullis('clients', 'edit', CLIENT.client_id, '--name', 'B')).code).toBe(0)
    expect(line.server.seen[1]?.headers['if-match']).toBe('W/"3"')
  })
})
