import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Refusal } from '../../../src/domain/errors.ts'
import { parseForm, readForm, required } from '../../../src/http/oauth/form.ts'
import { refusalOf, RUNS } from '../../domain/arbitraries.ts'

const URL_OF_TOKENS = 'https://auth.example/oauth/token'
const TYPE = 'application/x-www-form-urlencoded'

// Invalid UTF-8 decodes to U+FFFD: a text with it cannot be told from a broken one, and is refused.
const text = fc.string({ unit: 'grapheme' }).map((any) => any.replaceAll('\ufffd', ''))
const name = fc.oneof(
  text,
  fc.constantFrom('grant_type', 'scope', 'client_id', '__proto__', 'constructor', 'toString', ''),
)
const parameters = fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 12 })
const encoded = (list: [string, string][]) => new URLSearchParams(list).toString()
const body = (bytes: number[]) => new Uint8Array(bytes)

function post(sent: BodyInit, headers: Record<string, string> = {}, url = URL_OF_TOKENS) {
  return new Request(url, {
    method: 'POST',
    body: sent,
    headers: { 'Content-Type': TYPE, ...headers },
  })
}

/** A body that comes in pieces, and says not how many. */
function chunked(sent = '') {
  const bytes = new TextEncoder().encode(sent)
  const chunks = [bytes.slice(0, 10_000), bytes.slice(10_000)]
  return new ReadableStream({ pull: (c) => (chunks[0] ? c.enqueue(chunks.shift()) : c.close()) })
}

async function refusalOfPost(request: Request): Promise<string> {
  return readForm(request).then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code
      throw error
    },
  )
}

it('reads each parameter that was sent, as it was sent', () => {
  fc.assert(
    fc.property(parameters, (list) => {
      const form = parseForm(encoded(list))
      for (const [key, value] of list) {
        expect(form.one(key)).toBe(value === '' ? undefined : value)
        expect(form.all(key)).toEqual(value === '' ? [] : [value])
      }
    }),
    RUNS,
  )
})

it('knows no parameter that was not sent', () => {
  fc.assert(
    fc.property(parameters, name, (list, other) => {
      fc.pre(!list.some(([key]) => key === other))
      expect(parseForm(encoded(list)).one(other)).toBeUndefined()
      expect(parseForm(encoded(list)).all(other)).toEqual([])
    }),
    RUNS,
  )
})

it('refuses a repeated parameter wherever it stands, even where it is empty or the same', () => {
  const repeats = fc.tuple(parameters, fc.nat(), fc.nat(), text)
  fc.assert(
    fc.property(repeats, ([list, which, where, value]) => {
      const repeated = list[which % Math.max(list.length, 1)]
      fc.pre(repeated !== undefined && repeated[0] !== 'resource')
      const again: [string, string] = [repeated?.[0] ?? '', value]
      const sent = encoded(list.toSpliced(where % (list.length + 1), 0, again))
      expect(refusalOf(() => parseForm(sent))).toBe('invalid_request')
    }),
    RUNS,
  )
})

it('reads `resource` as often as it was sent, in order', () => {
  fc.assert(
    fc.property(parameters, fc.array(text, { maxLength: 5 }), (list, resources) => {
      const others = list.filter(([key]) => key !== 'resource')
      const sent = [...others, ...resources.map((one): [string, string] => ['resource', one])]
      expect(parseForm(encoded(sent)).all('resource')).toEqual(resources.filter(Boolean))
    }),
    RUNS,
  )
})

it('takes a parameter without a value for one that was left out', () => {
  for (const sent of ['scope=', 'scope', '&scope=&', 'scope=&resource=']) {
    expect(parseForm(sent).one('scope')).toBeUndefined()
    expect(() => required(parseForm(sent), 'scope')).toThrow('The parameter scope is missing.')
  }
  expect(required(parseForm('scope=read'), 'scope')).toBe('read')
  expect(parseForm('resource=&resource=urn:a&resource').all('resource')).toEqual(['urn:a'])
})

it('tells names apart by their case', () => {
  const form = parseForm('token=a&Token=b&TOKEN=c')
  expect([form.one('token'), form.one('Token'), form.one('TOKEN')]).toEqual(['a', 'b', 'c'])
})

it('decodes names before it looks for repeats', () => {
  expect(refusalOf(() => parseForm('scope=a&%73cope=b'))).toBe('invalid_request')
  expect(refusalOf(() => parseForm('client+id=a&client%20id=b'))).toBe('invalid_request')
})

it('reads a thousand parameters', () => {
  const list = Array.from({ length: 1000 }, (_, i): [string, string] => [`p${i}`, String(i)])
  const form = parseForm(encoded(list))
  expect(list.every(([key, value]) => form.one(key) === value)).toBe(true)
  const resources = Array.from({ length: 1000 }, (_, i): [string, string] => [
    'resource',
    `urn:${i}`,
  ])
  expect(parseForm(encoded(resources)).all('resource')).toHaveLength(1000)
})

it.each(['scope=%ff', 'scope=%C3%28', '%80=a', 'scope=%ED%A0%80', 'a=b&scope=x%E2%82'])(
  'refuses %s, which is no UTF-8',
  (sent) => {
    expect(refusalOf(() => parseForm(sent))).toBe('invalid_request')
  },
)

it('refuses nothing but by a Refusal, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (any) => {
      expect([null, 'invalid_request']).toContain(refusalOf(() => parseForm(any)))
    }),
    RUNS,
  )
})

it('reads a form in UTF-8, however its type is spelled', async () => {
  const types = [
    TYPE,
    `${TYPE};charset=UTF-8`,
    `${TYPE}; charset="utf-8"`,
    `${TYPE} ; Charset=utf8`,
    'Application/X-WWW-Form-URLEncoded',
  ]
  for (const type of types) {
    const form = await readForm(post('scope=caf%C3%A9', { 'Content-Type': type }))
    expect(form.one('scope')).toBe('café')
  }
  const form = await readForm(post(body([...new TextEncoder().encode('scope=café')])))
  expect(form.one('scope')).toBe('café')
})

it('refuses other types and charsets', async () => {
  const types = [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    `${TYPE}x`,
    '',
    ';',
    `${TYPE};charset=ISO-8859-1`,
    `${TYPE};charset=utf-16`,
    `${TYPE};charset=`,
    `${TYPE};charset`,
  ]
  for (const type of types) {
    expect(await refusalOfPost(post('a=b', { 'Content-Type': type }))).toBe('invalid_request')
  }
})

it('refuses bytes that are no UTF-8', async () => {
  for (const bytes of [
    [0x61, 0x3d, 0xff],
    [0xc3, 0x28],
    [0xed, 0xa0, 0x80],
    [0xc0, 0x80],
  ]) {
    expect(await refusalOfPost(post(body(bytes)))).toBe('invalid_request')
  }
})

it('takes a body of 16 KiB and none that is a byte longer, with or without a length', async () => {
  const [fits, isOver] = [16_384, 16_385].map((length) => `a=${'b'.repeat(length - 2)}`)
  expect(await refusalOfPost(post(fits ?? ''))).toBe('none')
  expect(await refusalOfPost(post(isOver ?? ''))).toBe('body_too_large')
  expect(await refusalOfPost(post(chunked(fits)))).toBe('none')
  expect(await refusalOfPost(post(chunked(isOver)))).toBe('body_too_large')
})

it('refuses credentials in the URL, where they end up in logs', async () => {
  for (const secret of ['client_secret', 'client_assertion', 'access_token', 'token']) {
    const url = `${URL_OF_TOKENS}?a=b&${secret}=x`
    expect(await refusalOfPost(post('a=b', {}, url))).toBe('invalid_request')
  }
  expect(await refusalOfPost(post('a=b', {}, `${URL_OF_TOKENS}?a=b`))).toBe('none')
})

it('reads a text without escapes as the platform reads it', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'ab=&._~-'), maxLength: 12 })
  fc.assert(
    fc.property(plain, (sent) => {
      const pairs = [...new URLSearchParams(sent)]
      const names = pairs.map(([key]) => key)
      const isRepeated = new Set(names).size < names.length
      expect(refusalOf(() => parseForm(sent))).toBe(isRepeated ? 'invalid_request' : null)
      if (isRepeated) return
      for (const [key, value] of pairs) {
        expect(parseForm(sent).all(key)).toEqual(value === '' ? [] : [value])
      }
    }),
    RUNS,
  )
})
