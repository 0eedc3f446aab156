import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, requireToken, verifyRequest } from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { outcome, requestWith, scriptedIssuer } from './issuers.ts'

const right: GuardOptions = {
  issuer: 'https://auth.example',
  audience: API,
  clientId: 'api',
  clientSecret: 'secret',
}

const fetchAlone = { fetch: async () => new Response() }
const binding = { ...fetchAlone, introspect: async () => ({ active: true }) }

const LIMITS = { maxAge: 600, nonceSecret: 'x'.repeat(32) }

const SPELLED = 'issuer must be written https://auth.example'
const PLAIN_HTTP =
  'issuer must be an https URL (http beyond this machine is for development: plainHttpInDevelopment)'
const DEVELOPMENT = { plainHttpInDevelopment: true }
const STALENESS = 'maxStaleness must be a whole number of seconds, 0 or more'
const ALLOW_FOR = 'allowFor must be a whole number of seconds, 0 or more'
const TOGETHER = 'clientId and clientSecret go together'
const PUBLIC_URL = 'publicUrl must be the URL of this API, or several, without a query'
const ALGORITHMS = 'dpop.algorithms must be some of ES256, ES384, EdDSA, Ed25519, PS256, RS256'
const MAX_AGE = 'dpop.maxAge must be a whole number of seconds, 1 to 600'
const NO_CREDENTIALS = { clientId: undefined, clientSecret: undefined }
const [SPACE, ASCII] = [' ', 'audience must be printable ASCII without spaces']
const SCOPES = 'scope must be scope values (RFC 6749 §3.3), separated by single spaces'

const METADATA =
  "resourceMetadata must be the URL of this API's metadata, in printable ASCII without spaces"

const wrong: [string, Record<string, unknown>, string][] = [
  ['an issuer that is no URL', { issuer: 'auth.example' }, 'issuer must be an absolute URL'],
  ['an issuer without TLS', { issuer: 'http://auth.example' }, PLAIN_HTTP],
  ['an issuer in a container without TLS', { issuer: 'http://portcullis:8787' }, PLAIN_HTTP],
  ['an issuer that no one can fetch from', { issuer: 'mailto:a@auth.example' }, PLAIN_HTTP],
  ['the same in development', { issuer: 'ftp://auth.example', ...DEVELOPMENT }, PLAIN_HTTP],
  ['an issuer with a slash at its end', { issuer: 'https://auth.example/' }, SPELLED],
  ['an issuer with a query', { issuer: 'https://auth.example?a=b' }, SPELLED],
  ['an issuer with a fragment', { issuer: 'https://auth.example#a' }, SPELLED],
  ['an issuer with a user', { issuer: 'https://a:b@auth.example' }, SPELLED],
  ['an issuer in capitals', { issuer: 'https://AUTH.example' }, SPELLED],
  ['the slash in development too', { issuer: 'https://auth.example/', ...DEVELOPMENT }, SPELLED],
  ['no audience', { audience: '' }, 'audience must be the audience of this API'],
  ['an audience with a space', { audience: `a${SPACE}b` }, ASCII],
  ['an audience that ends with a space', { audience: `a${SPACE}` }, ASCII],
  ['an audience that begins with a space', { audience: `${SPACE}a` }, ASCII],
  ['a scope with a quotation mark', { scope: '"a' }, SCOPES],
  ['a scope that ends with a backslash', { scope: ['a', 'a\\'] }, SCOPES],
  ['metadata that have no URL', { resourceMetadata: 'metadata' }, METADATA],
  [
    'metadata whose URL no header can hold',
    { resourceMetadata: 'https://例え.example/' },
    METADATA,
  ],
  ['metadata whose URL has a line break', { resourceMetadata: 'https://a.example/\nb' }, METADATA],
  ['metadata whose URL ends with a space', { resourceMetadata: 'https://a.example/ ' }, METADATA],
  ['a negative maxStaleness', { maxStaleness: -1 }, STALENESS],
  ['a broken maxStaleness', { maxStaleness: 0.5 }, STALENESS],
  ['a maxStaleness that is no number', { maxStaleness: Number.NaN }, STALENESS],
  ['a maxStaleness in words', { maxStaleness: '10' }, STALENESS],
  ['an endless maxStaleness', { maxStaleness: Infinity }, STALENESS],
  [
    'a maxStaleness of 60 without a denylist',
    { maxStaleness: 60 },
    'denylist must be the KV namespace when maxStaleness is 60 or more',
  ],
  [
    'neither fetcher nor credentials',
    NO_CREDENTIALS,
    'fetcher, or clientId and clientSecret, are needed to ask the server',
  ],
  ['a clientSecret without its clientId', { clientId: undefined }, TOGETHER],
  ['a clientId without its secret', { clientSecret: undefined }, TOGETHER],
  ['a clientId with an empty secret', { clientSecret: '' }, TOGETHER],
  [
    'a fetcher without introspect, and no credentials',
    { ...NO_CREDENTIALS, fetcher: fetchAlone },
    'clientId and clientSecret are needed with a fetcher that has no introspect',
  ],
  ['a status that is no list', { status: 'server' }, "status must be 'list'"],
  [
    'a status list with a maxStaleness',
    { status: 'list', maxStaleness: 0 },
    "maxStaleness and status: 'list' do not go together: the list says how long it may be kept",
  ],
  ["a time without 'allow-for'", { allowFor: 60 }, "allowFor needs whenUnreachable: 'allow-for'"],
  [
    'an unknown whenUnreachable',
    { whenUnreachable: 'allow' },
    "whenUnreachable must be 'refuse' or 'allow-for'",
  ],
  ["'allow-for' without a time", { whenUnreachable: 'allow-for' }, ALLOW_FOR],
  ["'allow-for' a negative time", { whenUnreachable: 'allow-for', allowFor: -1 }, ALLOW_FOR],
  ["'allow-for' ever", { whenUnreachable: 'allow-for', allowFor: Infinity }, ALLOW_FOR],
  ['a publicUrl that is no URL', { publicUrl: 'api.example' }, PUBLIC_URL],
  ['a publicUrl that is none of http', { publicUrl: 'ftp://api.example' }, PUBLIC_URL],
  ['a publicUrl with a query', { publicUrl: `${API}?a` }, PUBLIC_URL],
  ['a publicUrl with a fragment', { publicUrl: [API, `${API}#a`] }, PUBLIC_URL],
  ['a publicUrl with something before it', { publicUrl: `x${API}` }, PUBLIC_URL],
  ['a publicUrl that cannot be parsed', { publicUrl: 'https://[' }, PUBLIC_URL],
  ['no publicUrl in a list', { publicUrl: [] }, PUBLIC_URL],
  ['no algorithm', { dpop: { algorithms: [] } }, ALGORITHMS],
  ['an algorithm that is symmetric', { dpop: { algorithms: ['ES256', 'HS256'] } }, ALGORITHMS],
  ['a maxAge of nothing', { dpop: { maxAge: 0 } }, MAX_AGE],
  ['a maxAge of more than ten minutes', { dpop: { maxAge: 601 } }, MAX_AGE],
  ['a broken maxAge', { dpop: { maxAge: 1.5 } }, MAX_AGE],
  [
    'a short nonceSecret',
    { dpop: { nonceSecret: 'x'.repeat(31) } },
    'dpop.nonceSecret must have at least 32 characters',
  ],
]

const issuers: [string, Record<string, unknown>, string][] = [
  ['an empty list of issuers', { issuers: [] }, 'issuers must be a list of at least one'],
  ['issuers that are no list', { issuers: {} }, 'issuers must be a list of at least one'],
  ['an issuer twice', { issuers: [right, right] }, 'issuers has https://auth.example twice'],
  [
    'an issuer beside issuers',
    { issuers: [right], issuer: right.issuer },
    'issuer and issuers do not go together',
  ],
]

it.each(issuers)('%s is a TypeError that says so', (_name, given, message) => {
  const options = { audience: API, ...given } as unknown as GuardOptions
  expect(() => requireToken(options)).toThrow(new TypeError(message))
})

describe.each(wrong)('%s', (_name, change, message) => {
  const options: GuardOptions = { ...right, ...change }

  it('is a TypeError that says what is wrong, when the middleware is made', () => {
    expect(() => requireToken(options)).toThrow(new TypeError(message))
  })

  it('is a TypeError for a request, with or without a token', async () => {
    await expect(verifyRequest(new Request(API), options)).rejects.toThrow(TypeError)
    await expect(verifyRequest(requestWith('a.b.c'), options)).rejects.toThrow(message)
  })
})

it.each<[string, Partial<GuardOptions>]>([
  ['credentials alone', {}],
  ['an issuer with a path', { issuer: 'https://auth.example/one' }],
  ['an issuer on this machine', { issuer: 'http://localhost:8787' }],
  ['an issuer on this machine by its address', { issuer: 'http://127.0.0.1:8787' }],
  ['an issuer in a container', { issuer: 'http://portcullis:8787', ...DEVELOPMENT }],
  ['a service binding alone', { clientId: undefined, clientSecret: undefined }],
  ['59 seconds', { maxStaleness: 59 }],
  ['a status list, and nothing to ask', { ...NO_CREDENTIALS, status: 'list' }],
  ['an audience of one character at each end of ASCII', { audience: '!~' }],
  ['scopes with spaces between, and some more', { scope: ' a  b ' }],
  ['60 seconds and a denylist, and nothing to ask', { maxStaleness: 60, denylist: env.DENYLIST }],
  ['an hour and a denylist', { maxStaleness: 3600, denylist: env.DENYLIST }],
  ['a publicUrl with a path', { publicUrl: `${API}/v1/` }],
  ['a publicUrl without TLS, as on this machine', { publicUrl: 'http://127.0.0.1:8787' }],
  ['the shortest maxAge', { dpop: { maxAge: 1 } }],
  ['the longest maxAge and the shortest nonceSecret', { dpop: LIMITS }],
  ['a bounded time when unreachable', { whenUnreachable: 'allow-for', allowFor: 60 }],
])('are right with %s', (_name, change) => {
  const fetcher = change.maxStaleness || change.status ? undefined : binding
  expect(() => requireToken({ ...right, fetcher, ...change })).not.toThrow()
})

it('are closed by default: each request asks, and nothing passes when there is no answer', async () => {
  const { options, sign, script, questions } = await scriptedIssuer()
  const token = await sign()
  expect(await outcome(token, options)).toBe('passes')
  script.introspection = () => new Response(null, { status: 500 })
  expect(await outcome(token, options)).toMatch(/^503/)
  expect(questions()).toBe(2)
})

it('are read once: what is changed in them later changes nothing', async () => {
  const { options, sign } = await scriptedIssuer()
  const given: GuardOptions = { ...options, scope: 'invoices:write' }
  const token = await sign()
  expect(await outcome(token, given)).toBe('403 insufficient_scope')
  given.scope = undefined
  expect(await outcome(token, given)).toBe('403 insufficient_scope')
})
