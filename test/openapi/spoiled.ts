import * as fc from 'fast-check'
import { type Operation, resolved, type Schema } from './document.ts'
import { type Draft, type Fields, FORM, writtenAs } from './requests.ts'
import { basic, type World } from './world.ts'

/** A way to spoil a request so that it must be refused. */
type Spoiling = { how: string; spoil: (draft: Draft) => Draft }

/** A valid request with one thing wrong; null where nothing of the operation can be. */
export function spoiledDraft(
  operation: Operation,
  valid: fc.Arbitrary<Draft>,
  world: World,
): fc.Arbitrary<Draft & { how: string }> | null {
  const ways = [...ofCaller(operation, world), ...ofPlace(operation), ...ofBody(operation)]
  if (ways.length === 0) return null
  return fc
    .tuple(valid, fc.constantFrom(...ways))
    .map(([draft, { how, spoil }]) => ({ ...spoil(draft), how }))
}

function ofCaller({ security, body }: Operation, { watcher, receiver }: World): Spoiling[] {
  const isOpen = security.length === 0 || (!body && security.some((way) => !Object.keys(way)[0]))
  const as = (how: string, value: string): Spoiling => ({
    how,
    spoil: (draft) => ({ ...draft, headers: { ...draft.headers, Authorization: value } }),
  })
  if (isOpen && security.length === 0) return []
  const stranger = basic({ id: 'client_none', secret: 'pc_none', body: {} })
  return [
    as('a Bearer token that is none', 'Bearer none'),
    as('a Bearer token that is a JWT of nobody', 'Bearer e30.e30.AA'),
    ...(isOpen ? [] : [as('an unknown client', stranger), as('another scheme', 'Digest a="b"')]),
    ...(body?.type === FORM ? [] : [as('too weak a token', `Bearer ${watcher}`)]),
    ...(security.some((way) => way['access_token']?.includes('ssf.manage'))
      ? [as('a token that may only read', `Bearer ${receiver.reader}`)]
      : []),
  ]
}

function ofPlace({ parameters, path: ofOperation }: Operation): Spoiling[] {
  const has = (place: string) => parameters.some((parameter) => parameter.in === place)
  const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
  const named = (id: string) => (id === '..' ? inPath.slice(-1) : inPath)
  const takes = (name: string) => parameters.some((parameter) => parameter.name === name)
  // Above a status list there is no endpoint that answers as described.
  const upwards = ofOperation.startsWith('/admin') ? ['..'] : []
  const paths = ['none', ...upwards, '%00', '𝒳'.repeat(200), "' OR 1=1 --"].map(
    (id): Spoiling => ({
      how: `the id ${id.slice(0, 20)}`,
      spoil: ({ path, ...draft }) => ({
        ...draft,
        // A step upwards in the middle names another resource, and three leave the admin API.
        path: { ...path, ...Object.fromEntries(named(id).map((name) => [name, id])) },
      }),
    }),
  )
  const add = (how: string, ...more: [string, string][]): Spoiling => ({
    how,
    spoil: (draft) => ({ ...draft, query: [...draft.query, ...more] }),
  })
  const queries = [
    add('an unknown parameter', ['no_such_parameter', '1']),
    add('a repeated parameter', ['cursor', 'a'], ['cursor', 'a']),
    add('a cursor that is none', ['cursor', 'none']),
    add('a limit that is none', ['limit', '0']),
    add('__proto__ as a parameter', ['__proto__', 'a']),
  ]
  const stale: Spoiling = {
    how: 'a version that never was',
    spoil: (draft) => ({ ...draft, headers: { ...draft.headers, 'If-Match': '"999999"' } }),
  }
  const missing = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(
      ({ name }): Spoiling => ({
        how: `no ${name}`,
        spoil: (draft) => ({ ...draft, query: draft.query.filter(([other]) => other !== name) }),
      }),
    )
  const twice = add('two streams', ['stream_id', 'a'], ['stream_id', 'a'])
  return [
    ...missing,
    ...(takes('stream_id') && has('query') ? [twice] : []),
    ...(has('path') ? paths : []),
    // A monitor's own parameters are nothing to /health.
    ...(takes('cursor') ? queries : []),
    ...(takes('fail_on') ? [add('a level that is none', ['fail_on', 'worse'])] : []),
    ...(takes('If-Match') ? [stale] : []),
  ]
}

function ofBody({ body }: Operation): Spoiling[] {
  if (!body) return []
  const { type } = body
  const instead = (how: string, text: string, as = type): Spoiling => ({
    how,
    spoil: (draft) => ({ ...draft, raw: { type: as, text } }),
  })
  const change = (how: string, to: (fields: Fields) => Fields): Spoiling => ({
    how,
    spoil: (draft) => ({ ...draft, raw: writtenAs(type, to(draft.body ?? {})) }),
  })
  const schema = resolved(body.schema)
  const usual = [
    instead('another type', '{}', 'text/plain'),
    instead('another charset', '{}', `${type}; charset=iso-8859-1`),
    instead('no text', '\ud800\u0000', type),
    instead('too much', 'a'.repeat(66_000), type),
    ...withoutEach(schema).map((name) =>
      change(`no ${name}`, (fields) => ({ ...fields, [name]: undefined })),
    ),
  ]
  if (type === FORM) return [...usual, instead('a field twice', 'token=a&token=a&token=a')]
  return [
    ...usual,
    instead('half of a JSON text', '{"client_name": "a"'),
    ...['[]', 'null', '7', '"a"', '[{}]'].map((text) => instead(text, text)),
    instead('a deep text', '['.repeat(20_000) + ']'.repeat(20_000)),
    ...(ignoresOthers(schema)
      ? []
      : [
          instead('__proto__ as a field', '{"__proto__": {"client_name": "a"}}'),
          change('an unknown field', (fields) => ({ ...fields, no_such_field: 1 })),
        ]),
    ...wrongValues(schema).map(([name, value]) =>
      change(`${name}: ${JSON.stringify(value).slice(0, 30)}`, (fields) => ({
        ...fields,
        [name]: value,
      })),
    ),
  ]
}

/** The document says of a receiver's requests that they may have other members (SSF 1.0 §8.1.1). */
const ignoresOthers = ({ type, additionalProperties }: Schema) =>
  type === 'object' && additionalProperties !== false

const withoutEach = (schema: Schema): string[] => schema['required'] ?? []

/** For each field, values that its schema refuses by their type or size. */
function wrongValues({ properties = {} }: Schema): [name: string, value: unknown][] {
  return Object.entries<Schema>(properties).flatMap(([name, schema]) =>
    refusedBy(resolved(schema)).map((value): [string, unknown] => [name, value]),
  )
}

function refusedBy({ type, anyOf = [], maxLength, maximum }: Schema): unknown[] {
  const types = [type, ...anyOf.map((choice: Schema) => choice['type'])].flat()
  const isList = [type].flat().includes('array')
  const others = [...(types.includes('null') ? [] : [null]), 7.5, { a: 1 }, ...(isList ? [] : [[]])]
  const long = maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]
  const large = maximum === undefined ? [] : [maximum + 1, -1]
  return [...others, ...long, ...large, ...(isList ? [[null], [[]]] : [])]
}
