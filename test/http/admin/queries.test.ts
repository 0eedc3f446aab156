import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import * as apis from '../../../src/http/admin/apis/requests.ts'
import * as audit from '../../../src/http/admin/audit/requests.ts'
import * as clients from '../../../src/http/admin/clients/requests.ts'
import * as events from '../../../src/http/admin/events/requests.ts'
import * as reminders from '../../../src/http/admin/reminders/requests.ts'
import * as roles from '../../../src/http/admin/roles/requests.ts'
import {
  filterText,
  pageSchema,
  permissionListQuery,
} from '../../../src/http/admin/shared/lists.ts'
import { nothingSchema } from '../../../src/http/admin/shared/nothing.ts'
import * as signingKeys from '../../../src/http/admin/signing-keys/requests.ts'
import { parse } from '../../../src/web/parse.ts'
import { type Json, testServer } from '../../support/server.ts'
import { messagesIn, problemsIn } from '../../web/fields.ts'

const PAGE = { limit: 50 }
const WHOLE = 'must be a whole number from 1 to 100'
const SIZE = 'must be a whole number'
const LONG = 'is too long'
const EMPTY = 'must not be empty'
const NO_FIELD = 'is not a field of this request'
const MOMENT = 'must be a date, 2026-11-26, or a moment, 2026-11-26T09:30:00Z'
const text = (size: number) => 'x'.repeat(size)

describe('a list', () => {
  const lists: [string, GenericSchema, object][] = [
    ['a page', pageSchema, PAGE],
    ['clients', clients.clientListQuery, { ...PAGE, q: '', sort: '-created_at' }],
    ['APIs and roles', permissionListQuery, PAGE],
    ['events', audit.auditEventListQuery, { ...PAGE, order: 'desc' }],
    ['events with their proof', audit.provenEventQuery, PAGE],
  ]

  it.each(lists)('has its defaults, and a limit from 1 to 100: %s', (_what, schema, defaults) => {
    expect(parse({}, schema)).toEqual(defaults)
    for (const limit of ['1', '99', '100']) {
      expect(parse({ limit }, schema)).toEqual({ ...defaults, limit: Number(limit) })
    }
    for (const limit of ['', '0', '01', '101', '1000', '-1', '1.5', ' 1', '1 ', 'x']) {
      expect(problemsIn(schema, { limit })).toEqual([`limit: ${WHOLE}`])
    }
    expect(problemsIn(schema, { no_such: 'x' })).toEqual([`no_such: ${NO_FIELD}`])
  })

  it('has filters of 1 to 500 characters', () => {
    expect(messagesIn(filterText, text(500))).toEqual([])
    expect(messagesIn(filterText, text(501))).toEqual([LONG])
    expect(messagesIn(filterText, '')).toEqual([EMPTY])
  })
})

describe('a query or a body', () => {
  it.each<[GenericSchema, Json, string]>([
    [clients.clientListQuery, { q: text(201) }, 'q: must have at most 200 characters'],
    [clients.clientListQuery, { key: text(201) }, `key: ${LONG}`],
    [clients.clientListQuery, { key: '' }, `key: ${EMPTY}`],
    [clients.clientListQuery, { role_id: '' }, `role_id: ${EMPTY}`],
    [clients.clientListQuery, { audience: '' }, `audience: ${EMPTY}`],
    [clients.clientListQuery, { permission: '' }, `permission: ${EMPTY}`],
    [clients.clientListQuery, { unused_since: 'x' }, `unused_since: ${MOMENT}`],
    [clients.clientListQuery, { unused_since: '2026-02-30T12:00:00Z' }, `unused_since: ${MOMENT}`],
    [
      clients.clientListQuery,
      { sort: 'x' },
      'sort: must be "name", "-created_at", "expires_at" or "last_used_at"',
    ],
    [
      clients.takingQuery,
      { apply_to_issued_tokens: 'yes' },
      'apply_to_issued_tokens: must be "true" or "false"',
    ],
    [permissionListQuery, { audience: '' }, `audience: ${EMPTY}`],
    [permissionListQuery, { permission: '' }, `permission: ${EMPTY}`],
    [audit.auditEventListQuery, { order: 'x' }, 'order: must be "desc" or "asc"'],
    [audit.auditEventListQuery, { actor: '' }, `actor: ${EMPTY}`],
    [audit.auditEventListQuery, { since: 'x' }, `since: ${MOMENT}`],
    [audit.auditEventListQuery, { until: 'x' }, `until: ${MOMENT}`],
    [
      audit.auditEventListQuery,
      { since: '2026-11-27', until: '2026-11-26' },
      'until: must be after since',
    ],
    [
      audit.auditEventListQuery,
      { since: '2026-11-26T00:00:00Z', until: '2026-11-26T00:00:00Z' },
      'until: must be after since',
    ],
    ...['', '01', '-1', '1.5', 'x', '1x', '1'.repeat(16)].flatMap(
      (size): [GenericSchema, Json, string][] => [
        [audit.checkpointQuery, { size }, `size: ${SIZE}`],
        [audit.consistencyQuery, { from: size }, `from: ${SIZE}`],
        [audit.consistencyQuery, { to: size }, `to: ${SIZE}`],
        [audit.provenEventQuery, { size }, `size: ${SIZE}`],
      ],
    ),
    [events.resendSchema, { event_id: text(65) }, `event_id: ${LONG}`],
    [reminders.testMailSchema, { email: text(321) }, `email: ${LONG}`],
    ...[
      audit.verificationQuery,
      audit.checkpointQuery,
      audit.consistencyQuery,
      audit.acceptanceSchema,
      clients.takingQuery,
      events.testEventSchema,
      events.resendSchema,
      reminders.testMailSchema,
      signingKeys.rotationSchema,
      apis.apiPatchSchema,
      roles.rolePatchSchema,
      nothingSchema,
    ].map((schema): [GenericSchema, Json, string] => [schema, { x: 1 }, `x: ${NO_FIELD}`]),
  ])('is refused with a sentence: %#', (schema, sent, says) => {
    expect(problemsIn(schema, sent)).toEqual([says])
  })

  it.each<[GenericSchema, Json, Json]>([
    [
      clients.clientListQuery,
      { key: text(200) },
      { ...PAGE, key: text(200), q: '', sort: '-created_at' },
    ],
    [audit.auditEventListQuery, { order: 'asc' }, { ...PAGE, order: 'asc' }],
    [
      audit.auditEventListQuery,
      { since: '2026-11-26', until: '2026-11-26' },
      { ...PAGE, order: 'desc', since: 1_795_651_200, until: 1_795_737_600 },
    ],
    [audit.checkpointQuery, { size: '0' }, { size: 0 }],
    [
      audit.consistencyQuery,
      { from: '1', to: '1'.repeat(15) },
      { from: 1, to: 111_111_111_111_111 },
    ],
    [audit.acceptanceSchema, { broken_at: 1 }, { broken_at: 1 }],
    [events.resendSchema, { event_id: text(64) }, { event_id: text(64) }],
    [reminders.testMailSchema, { email: text(320) }, { email: text(320) }],
    [apis.apiPatchSchema, {}, { confirm_audience_in_use: false }],
    [roles.rolePatchSchema, { name: 'a' }, { name: 'a' }],
  ])('is read: %#', (schema, sent, read) => {
    expect(parse(sent, schema)).toEqual(read)
  })

  it.each([0, -1, 1.5, '1'])('accepts no break of the log at %j', (broken_at) => {
    expect(problemsIn(audit.acceptanceSchema, { broken_at })).toHaveLength(1)
  })
})

describe('a request', () => {
  const fieldsOf = async (response: Response) => [
    response.status,
    ((await response.json<Json>())['errors'] as Json[]).map((e) => `${e['field']}: ${e['detail']}`),
  ]

  it.each([
    ['/clients?limit=1&limit=2', 'limit: must not be repeated'],
    ['/clients?cursor=x', 'cursor: is not a cursor of this list'],
    ['/roles?cursor=x', 'cursor: is not a cursor of this list'],
    ['/signing-keys?cursor=x', 'cursor: is not a cursor of this list'],
  ])('for %s says what is wrong', async (path, says) => {
    expect(await fieldsOf(await testServer().admin('GET', path))).toEqual([400, [says]])
  })

  it('with a cursor of another list, or of another filter, says so', async () => {
    const server = testServer()
    for (const name of ['a', 'b']) await server.adminOk('POST', '/roles', { name, permissions: [] })
    const { next_cursor: cursor } = await server.adminOk('GET', '/roles?limit=1')
    const says = [400, ['cursor: is not a cursor of this list']]
    expect((await server.admin('GET', `/roles?limit=1&cursor=${cursor}`)).status).toBe(200)
    for (const path of ['/apis?', '/roles?audience=a&', '/clients?']) {
      expect(await fieldsOf(await server.admin('GET', `${path}cursor=${cursor}`))).toEqual(says)
    }
  })
})

describe('an Idempotency-Key', () => {
  const SAYS = 'Idempotency-Key must be one string of 1 to 255 printable characters.'
  const create = (server: ReturnType<typeof testServer>, key: string) =>
    server.send('/admin/v1/roles', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: '{"name":"Reader","permissions":[]}',
    })

  it.each(['', '""', 'a b', 'a,b', 'a"b', '"a', 'a\\b', '"a\\b"', text(256), `"${text(256)}"`])(
    'is refused where it is none: %s',
    async (key) => {
      const response = await create(testServer(), key)
      expect([response.status, await response.json()]).toMatchObject([400, { detail: SAYS }])
    },
  )

  it.each([
    ['!', '"!"'],
    ['~', ' ~ '],
    [text(255), `"${text(255)}"`],
    ['"a\\"b\\\\"', '"a\\"b\\\\"'],
  ])('is the same, quoted or not: %s', async (one, other) => {
    const server = testServer()
    const [first, second] = [await create(server, one), await create(server, other)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await second.json()).toEqual(await first.json())
  })
})
