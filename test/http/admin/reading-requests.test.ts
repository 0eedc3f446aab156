import { Hono } from 'hono'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { creationRequest } from '../../../src/http/admin/shared/idempotency.ts'
import { expectedVersions } from '../../../src/http/admin/shared/etag.ts'
import { readJson, readOptionalJson } from '../../../src/http/admin/shared/json.ts'
import { renderProblem } from '../../../src/http/admin/shared/problems.ts'
import type { AppContext, AppEnv } from '../../../src/web/app-env.ts'
import { utf8 } from '../../../src/platform/bytes.ts'
import type { Json } from '../../support/server.ts'

/** Returns what a handler reads of a request, or the problem. */
async function read(by: (c: AppContext) => unknown, headers: HeadersInit, body = '') {
  const app = new Hono<AppEnv>()
  app.onError(renderProblem)
  app.post('/some/path', (c) => {
    c.set('body', utf8(body))
    c.set('deps', { issuer: 'https://auth.example' } as never)
    c.set('tell', () => {})
    return c.json({ read: by(c) ?? null })
  })
  const response = await app.request('/some/path', { method: 'POST', headers })
  const { read: found, detail } = await response.json<Json>()
  return response.ok ? found : [response.status, detail]
}

describe('a JSON body', () => {
  const schema = v.strictObject({ a: v.optional(v.number()) })
  const OTHER = [415, 'Send application/json in UTF-8.']
  const NO_JSON = [400, 'The body is not JSON.']
  const [json, form] = ['application/json; charset=utf-8', 'application/x-www-form-urlencoded']

  it.each([
    [json, '{"a":1}', { a: 1 }, { a: 1 }],
    [json, '{', NO_JSON, NO_JSON],
    [json, '', NO_JSON, {}],
    [form, '{"a":1}', OTHER, OTHER],
    [form, '', OTHER, {}],
    ['text/plain', ' ', OTHER, OTHER],
  ])('as %s, "%s": needed, and optional', async (type, body, needed, optional) => {
    const headers = { 'Content-Type': type }
    expect(await read((c) => readJson(c, schema), headers, body)).toEqual(needed)
    expect(await read((c) => readOptionalJson(c, schema), headers, body)).toEqual(optional)
  })
})

describe('If-Match', () => {
  it.each([
    [undefined, null],
    ['*', null],
    [' * ', null],
    ['"1"', [1]],
    ['"1", "22" ,"333"', [1, 22, 333]],
    ['W/"1"', [1]],
    ['"1-gzip", "2-br", "3-zstd", "4-deflate"', [1, 2, 3, 4]],
    ['"1-gz"', []],
    ['"1"x', []],
    ['x"1"', []],
    ['w/"1"', []],
    ['"1', []],
    ['1', []],
    ['"a"', []],
    ['""', []],
    [`"${'9'.repeat(15)}"`, [999_999_999_999_999]],
    [`"${'9'.repeat(16)}"`, []],
    ['"1", other', [1]],
  ])('%s names %j', async (header, versions) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'If-Match': header }
    expect(await read(expectedVersions, headers)).toEqual(versions)
  })
})

describe('Idempotency-Key', () => {
  const keyOf = (header: string, body: unknown = { b: 1, a: 2 }) =>
    read((c) => creationRequest(c, body).idempotency, { 'Idempotency-Key': header })
  const REFUSED = [400, 'Idempotency-Key must be one string of 1 to 255 printable characters.']
  const content = 'POST /some/path\n{"a":2,"b":1}'

  it('may be absent', async () => {
    expect(await read((c) => creationRequest(c, {}).idempotency, {})).toBeNull()
  })

  it.each([
    ['a-key', 'a-key'],
    [' a-key ', 'a-key'],
    ['"a-key"', 'a-key'],
    ['"a key"', 'a key'],
    ['"a \\"key\\" \\\\"', 'a "key" \\'],
    ["!#$%&'()*+-./:;<=>?@[]^_`{|}~", "!#$%&'()*+-./:;<=>?@[]^_`{|}~"],
    ['k'.repeat(255), 'k'.repeat(255)],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('%s is %s', async (header, key) => {
    expect(await keyOf(header)).toEqual({ key, content })
  })

  it.each([
    '',
    '""',
    'a key',
    'a,b',
    'a"b',
    'a\\b',
    '"a',
    'a"',
    '"a"b',
    'b"a"',
    '"a\\b"',
    '"a"b"',
    '"ä"',
    'k'.repeat(256),
    `"${'k'.repeat(256)}"`,
  ])('is not %s', async (header) => {
    expect(await keyOf(header)).toEqual(REFUSED)
  })
})
