import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { type Known, valueOf } from './arbitraries.ts'
import type { Operation, Parameter } from './document.ts'
import { basic, type World } from './world.ts'

export type Fields = Record<string, unknown>

/** A request before it is one: what is wrong with it can still be put in. */
export type Draft = {
  path: Record<string, string>
  query: [string, string][]
  headers: Record<string, string>
  body: Fields | null
  /** Sent in place of the body. */
  raw?: { type: string; text: string }
}

export const FORM = 'application/x-www-form-urlencoded'

/** Requests that are as the document says. */
export function validDraft(operation: Operation, world: World): fc.Arbitrary<Draft> {
  const known = world.known()
  const { parameters, body } = operation
  const draft = fc.record({
    path: fc.constant(world.ids),
    query: queryOf(parameters, known),
    headers: headersOf(operation, world),
    body: body ? bodyOf(body.schema, body.required, known) : fc.constant(null),
  })
  if (body?.type !== FORM) return draft
  const ways = fc.constantFrom(...WAYS)
  return fc.tuple(draft, ways).map(([made, way]) => authenticated(made, way, world))
}

const WAYS = ['in the header', 'in the form', 'by an assertion'] as const

/** The client authenticates in one way. */
function authenticated(draft: Draft, way: (typeof WAYS)[number], world: World): Draft {
  const { caller, assertion } = world
  const fields = Object.entries(draft.body ?? {}).filter(([name]) => !name.startsWith('client_'))
  const body = Object.fromEntries(fields)
  if (way === 'in the header') return { ...draft, body }
  const secret = { client_id: caller.id, client_secret: caller.secret }
  return {
    ...draft,
    headers: {},
    body: { ...body, ...(way === 'in the form' ? secret : assertion) },
  }
}

function queryOf(parameters: Parameter[], known: Known): fc.Arbitrary<[string, string][]> {
  const ones = parameters.filter((parameter) => parameter.in === 'query')
  const values = ones.map(({ name, schema }) => [name, valueOf(schema, known, name)])
  // A cursor is sealed: one that is made up is refused.
  const often = values.filter(([name]) => name !== 'cursor')
  const requiredKeys = ones.filter(({ required }) => required).map(({ name }) => name)
  return fc
    .record(Object.fromEntries(often) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys })
    .map((query) => Object.entries(query).map(([name, value]) => [name, String(value)]))
}

function bodyOf(schema: Fields, required: boolean, known: Known) {
  const some = valueOf(schema, known) as fc.Arbitrary<Fields>
  return required ? some : fc.option(some, { freq: 4 })
}

function headersOf(operation: Operation, world: World): fc.Arbitrary<Record<string, string>> {
  const allowed = authorizations(operation, world)
  const ways = allowed.length > 0 ? allowed.map((value) => ({ Authorization: value })) : [{}]
  const takesIfMatch = operation.parameters.some(({ name }) => name === 'If-Match')
  const versions = ['*', '"1"', 'W/"1"', '"1", "2", "3"'].map((value) => ({ 'If-Match': value }))
  const takesKey = operation.parameters.some(({ name }) => name === 'Idempotency-Key')
  const keys = ['night', '"in quotes"'].map((value) => ({ 'Idempotency-Key': value }))
  return fc
    .tuple(
      fc.constantFrom(...ways),
      fc.constantFrom({}, ...(takesIfMatch ? versions : [])),
      fc.constantFrom({}, ...(takesKey ? keys : [])),
    )
    .map(([authorization, condition, key]) => ({ ...authorization, ...condition, ...key }))
}

/** The credentials of the caller, in each of the described ways. */
function authorizations({ security }: Operation, world: World): string[] {
  const { caller, watcher, receiver } = world
  const [{ access_token: [scope = ''] = [] } = {}] = security
  if (scope.startsWith('ssf.')) {
    const tokens = scope === 'ssf.read' ? [receiver.reader, receiver.manager] : [receiver.manager]
    return tokens.map((token) => `Bearer ${token}`)
  }
  const takes = (scheme: string) => security.some((way) => scheme in way)
  if (takes('bootstrap_token')) return [`Bearer ${env.BOOTSTRAP_TOKEN}`]
  if (!takes('client_secret_basic')) return []
  return takes('access_token') ? [basic(caller), `Bearer ${watcher}`] : [basic(caller)]
}

export function requestOf(operation: Operation, draft: Draft): [path: string, init: RequestInit] {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(draft.path[name] ?? ''),
  )
  const query = draft.query.length > 0 ? `?${new URLSearchParams(draft.query).toString()}` : ''
  const { method, body } = operation
  const raw = draft.raw ?? (body && draft.body && writtenAs(body.type, draft.body))
  if (!raw) return [path + query, { method, headers: draft.headers }]
  const headers = { 'Content-Type': raw.type, ...draft.headers }
  return [path + query, { method, headers, body: new TextEncoder().encode(raw.text) }]
}

export function writtenAs(type: string, fields: Fields) {
  return { type, text: type === FORM ? formText(fields) : JSON.stringify(fields) }
}

function formText(fields: Fields): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]))
  return new URLSearchParams(pairs as [string, string][]).toString()
}
