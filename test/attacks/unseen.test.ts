import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { type Json, testServer } from '../support/server.ts'
import { NOON } from './deployment.ts'

/** Hangul fillers, a blank of braille, a soft hyphen, selectors, joiners, tags: alone, and at the end of a name. */
const UNSEEN = [
  '\u3164',
  '\u2800',
  '\u00ad',
  '\ufe0f',
  '\u200d',
  '\u115f',
  '\u1160',
  '\u17b4',
  '\u180e',
  '\uffa0',
  '\u{e0041}',
  '\u{e0100}',
  '\u034f',
  '\u206a',
]

const API = { audience: 'https://new.example', name: 'New', permissions: [] as Json[] }

/** Every text of a creation or a cut-off, by where it is sent. */
const TEXTS: [what: string, method: string, path: string, body: (text: string) => Json][] = [
  ['client_name', 'POST', '/clients', (text) => ({ client_name: text })],
  ['client_name', 'POST', '/clients/:client_id/duplicates', (text) => ({ client_name: text })],
  ['client_name', 'PATCH', '/clients/:client_id', (text) => ({ client_name: text })],
  ['name', 'POST', '/roles', (text) => ({ name: text, permissions: [] })],
  ['name', 'PATCH', '/roles/:role_id', (text) => ({ name: text })],
  ['name', 'POST', '/apis', (text) => ({ ...API, name: text })],
  ['name', 'PATCH', '/apis/:api_id', (text) => ({ name: text })],
  [
    'permissions.0.group',
    'POST',
    '/apis',
    (group) => ({ ...API, permissions: [{ permission: 'a', group }] }),
  ],
  [
    'permissions.0.group',
    'PATCH',
    '/apis/:api_id',
    (group) => ({ permissions: [{ permission: 'a', group }] }),
  ],
  [
    'permissions.0.description',
    'POST',
    '/apis',
    (description) => ({ ...API, permissions: [{ permission: 'a', description }] }),
  ],
  [
    'permissions.0.description',
    'PATCH',
    '/apis/:api_id',
    (description) => ({ permissions: [{ permission: 'a', description }] }),
  ],
  ['description', 'POST', '/clients', (text) => ({ client_name: 'a', description: text })],
  ['description', 'PATCH', '/clients/:client_id', (text) => ({ description: text })],
  ['description', 'POST', '/roles', (text) => ({ name: 'a', description: text, permissions: [] })],
  ['description', 'PATCH', '/roles/:role_id', (text) => ({ description: text })],
  ['reason', 'PUT', '/clients/:client_id/suspension', (text) => ({ reason: text })],
]

async function world() {
  const server = testServer({ now: NOON })
  const client = await server.client()
  const role = await server.adminOk('POST', '/roles', { name: 'Reader', permissions: [] })
  const api = await server.adminOk('POST', '/apis', {
    audience: 'https://old.example',
    name: 'Old',
    permissions: [{ permission: 'a', group: 'Letters', description: 'The first' }],
  })
  const ids: Json = { client_id: client.id, role_id: role['role_id'], api_id: api['api_id'] }
  const at = (path: string) => path.replace(/:(\w+)/, (_, id: string) => String(ids[id]))
  return { server, ids, at }
}

it.each(TEXTS)('refuses a %s that nobody sees, by %s %s', async (field, method, path, body) => {
  const { server, at } = await world()
  for (const unseen of UNSEEN) {
    for (const text of [unseen, `Nightly${unseen}`]) {
      const response = await server.admin(method, at(path), body(text))
      const problem = await response.json<Json>()
      const mayBeEmpty = /description|reason/.test(field)
      const detail = `must have no invisible character: U+${hex(unseen)} is one`
      const hasNone = text === unseen && !mayBeEmpty
      expect([text, response.status, problem['errors']]).toEqual([
        text,
        400,
        [{ field, detail: hasNone ? 'must have a visible character' : detail }],
      ])
    }
  }
})

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}

it('takes names of every script, with the joiners and selectors that they are written with', async () => {
  const server = testServer({ now: NOON })
  for (const name of ['👩‍🚀 ❤️ 1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم', 'ශ්‍රී ලංකා', '葛󠄀城市', 'Müller 北京', '한국어']) {
    const body = { client_name: name, description: name }
    const client = await server.adminOk('POST', '/clients', body)
    expect(client['client_name']).toBe(name)
  }
})

const OLD = 'Nightly\u00ad\u3164'

/** A client, a role and an API as they may have been stored before there was the rule. */
async function oldWorld() {
  const { server, ids, at } = await world()
  const rename = (table: string, rest = '') =>
    env.DB.prepare(`UPDATE portcullis_${table} SET ${rest} = ?`).bind(OLD)
  await env.DB.batch([
    rename('clients', 'name'),
    rename('clients', 'description'),
    rename('roles', 'name'),
    rename('roles', 'description'),
    rename('apis', 'name'),
    rename('permissions', 'description'),
    rename('permissions', 'permission_group'),
  ])
  return { server, ids, at }
}

it('goes on with an old name: it is read, and stays while something else is changed', async () => {
  const { server, at } = await oldWorld()
  const client = at('/clients/:client_id')
  expect((await server.adminOk('GET', client))['client_name']).toBe(OLD)
  await server.adminOk('PATCH', client, { client_name: OLD, access_token_lifetime: 600 })
  await server.adminOk('PATCH', client, { description: 'Seen' })
  const role = at('/roles/:role_id')
  await server.adminOk('PATCH', role, { name: OLD, description: '' })
  const api = at('/apis/:api_id')
  const { permissions } = await server.adminOk('GET', api)
  const more = [...(permissions as Json[]), { permission: 'b' }]
  await server.adminOk('PATCH', api, { name: OLD, permissions: more })
  for (const path of [client, role, api]) {
    expect((await server.admin('PATCH', path, named(path, `${OLD}\u00ad`))).status).toBe(400)
  }
  const copy = await server.adminOk('POST', `${client}/duplicates`, {})
  expect(copy['client_name']).toBe('Nightly (copy)')
})

const named = (path: string, name: string) =>
  path.startsWith('/clients') ? { client_name: name } : { name }

it('goes on with an old name in the forms of the console, which send all that they show', async () => {
  const { server, at } = await oldWorld()
  const visitor = await signIn(server)
  const version = async (path: string) =>
    /name="version" value="([^"]+)"/.exec(await visitor.html(path))?.[1] ?? ''
  const client = at('/clients/:client_id')
  const role = at('/roles/:role_id')
  const api = at('/apis/:api_id')
  const lines = `a | ${OLD} | ${OLD}\nb`
  const forms: [path: string, fields: Record<string, string>][] = [
    [`${client}/details`, { client_name: OLD, description: OLD, access_token_lifetime: '600' }],
    [role, { name: OLD, description: `More` }],
    [api, { audience: 'https://old.example', name: OLD, permissions: lines }],
  ]
  for (const [path, fields] of forms) {
    const done = await visitor.post(path, { ...fields, version: await version(path) })
    expect([path, done.status]).toEqual([path, 303])
    const field = path === api ? 'permissions' : 'description'
    const hidden = path === api ? `${lines}\nc | Nightly\u2800` : '\u2800'
    const refused = await visitor.post(path, {
      ...fields,
      [field]: hidden,
      version: await version(path),
    })
    expect([path, refused.status]).toEqual([path, 400])
    expect(await refused.text()).toMatch(
      path === api
        ? /Permissions <bdi>cannot be read: in line 3 the group must have no invisible character: U\+2800 is one/
        : /<bdi>must have no invisible character: U\+2800 is one/,
    )
  }
})

it.each([
  ['/clients', 'client_name'],
  ['/roles', 'name'],
  ['/apis', 'name'],
])('says in the console, at %s, that a new %s has nothing to see', async (path, field) => {
  const visitor = await signIn(testServer({ now: NOON }))
  const once = /name="once" value="([^"]+)"/.exec(await visitor.html(`${path}/new`))?.[1] ?? ''
  const fields = { once, audience: 'https://new.example', permissions: '', [field]: '\u3164' }
  const again = await visitor.post(path, fields)
  expect(again.status).toBe(400)
  expect(await again.text()).toContain('Name <bdi>must have a visible character')
})
