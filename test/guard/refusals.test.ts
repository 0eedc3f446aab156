import { describe, expect, it } from 'vitest'
import {
  type AnyGuardOptions,
  type DenylistReader,
  Refusal,
  verifyRequest,
  verifyToken,
} from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { proofKey } from '../support/proofs.ts'
import { boundToken, requestOf } from './bound.ts'
import { freshIssuer, requestWith, scriptedIssuer } from './issuers.ts'

/** The whole answer to a request that does not pass. */
async function answerTo(request: Request, options: AnyGuardOptions) {
  const answer = await verifyRequest(request, options)
  if (!(answer instanceof Response)) throw new Error('the request passes')
  const headers = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: await answer.json() }
}

const EVERY = { 'content-type': 'application/json', 'cache-control': 'no-store' }
const BEARER = `Bearer realm="${API}"`
const ALGS = 'DPoP algs="ES256 ES384 EdDSA Ed25519 PS256 RS256"'

const refused = (error: string, says: string, challenge: string, status = 401) => ({
  status,
  headers: { ...EVERY, 'www-authenticate': challenge },
  body: { error, error_description: says },
})

const invalid = (says: string) => refused('invalid_token', says, `${BEARER}, error="invalid_token"`)

const unreachable = (says: string) => ({
  status: 503,
  headers: { ...EVERY, 'retry-after': '5' },
  body: { error: 'temporarily_unavailable', error_description: says },
})

type Issuer = Awaited<ReturnType<typeof scriptedIssuer>>
type Case = [string, (issuer: Issuer) => Promise<[Request, AnyGuardOptions]>, object]

const down = () => new Response(null, { status: 500 })
const denylist = (get: DenylistReader['get']) => ({ maxStaleness: 60, denylist: { get } })

describe('a bearer token that does not pass is answered in full', () => {
  it.each<Case>([
    [
      'none was sent',
      async ({ options }) => [new Request(API), options],
      { status: 401, headers: { ...EVERY, 'www-authenticate': BEARER }, body: {} },
    ],
    [
      'it is too long',
      async ({ options }) => [requestWith('a'.repeat(8193)), options],
      invalid('The token is too long.'),
    ],
    [
      'it is as long as one may be, and none',
      async ({ options }) => [requestWith('a'.repeat(8192)), options],
      invalid('The access token is not valid here.'),
    ],
    [
      'it is not active',
      async ({ options, sign, script }) => {
        script.introspection = () => Response.json({ active: false })
        return [requestWith(await sign()), options]
      },
      invalid('The access token is not active.'),
    ],
    [
      'it is of another issuer than those',
      async ({ options, sign }) => {
        const issuers = [freshIssuer(), freshIssuer()].map((issuer) => ({ ...options, issuer }))
        return [requestWith(await sign()), { audience: API, issuers }]
      },
      invalid('The access token is not from an issuer that is trusted here.'),
    ],
    [
      'it may too little',
      async ({ options, sign }) => [
        requestWith(await sign()),
        { ...options, scope: 'invoices:read invoices:write' },
      ],
      refused(
        'insufficient_scope',
        'This needs invoices:read invoices:write.',
        `${BEARER}, error="insufficient_scope", scope="invoices:read invoices:write"`,
        403,
      ),
    ],
    [
      'it is bound in another way',
      async ({ options, sign }) => [requestWith(await sign({ cnf: { kid: 'a' } })), options],
      invalid('The access token is bound in a way that is unknown here.'),
    ],
    [
      'it has no place in a list',
      async ({ options, sign }) => [requestWith(await sign()), { ...options, status: 'list' }],
      invalid('The access token has no place in a status list.'),
    ],
    [
      'the keys cannot be fetched',
      async ({ options, sign, script }) => {
        script.keys = down
        return [requestWith(await sign()), options]
      },
      unreachable('The keys of the issuer cannot be fetched.'),
    ],
    [
      'the server does not answer',
      async ({ options, sign, script }) => {
        script.introspection = down
        return [requestWith(await sign()), options]
      },
      unreachable('The authorization server does not answer.'),
    ],
    [
      'the list cannot be fetched',
      async ({ issuer, options, sign, script }) => {
        script.introspection = down
        const status = { status_list: { uri: `${issuer}/list`, idx: 0 } }
        return [requestWith(await sign({ status })), { ...options, status: 'list' }]
      },
      unreachable('The status list cannot be fetched.'),
    ],
    [
      'the denylist does not answer',
      async ({ options, sign }) => [
        requestWith(await sign()),
        { ...options, ...denylist(() => Promise.reject(new Error('no KV'))) },
      ],
      unreachable('The denylist does not answer.'),
    ],
    [
      'the denylist is garbled',
      async ({ options, sign }) => [
        requestWith(await sign()),
        { ...options, ...denylist(() => Promise.reject(new SyntaxError('no JSON'))) },
      ],
      unreachable('The denylist cannot be trusted.'),
    ],
  ])('%s', async (_why, make, answer) => {
    const [request, options] = await make(await scriptedIssuer())
    expect(await answerTo(request, options)).toEqual(answer)
  })
})

const NONE = 'Send an access token as Bearer, or as DPoP with a proof.'

describe('a token that is bound, and does not pass, is answered in full', () => {
  const byDpop = (error: string, says: string) =>
    refused(error, says, `${ALGS}, error="${error}", ${BEARER}`)

  it('with a challenge of each scheme where one came without a proof', async () => {
    const { options, token } = await boundToken()
    const says = 'The token is bound to a key: send it as DPoP with a proof.'
    const challenge = `${BEARER}, error="invalid_token", ${ALGS}`
    const answer = await answerTo(requestWith(token), options)
    expect(answer).toEqual(refused('invalid_token', says, challenge))
  })

  it('by the scheme that it was sent with', async () => {
    const { options, sign, token, maker, makerFor } = await boundToken()
    const send = (authorization: string, proof: string) =>
      answerTo(requestOf({ authorization, proof }), options)
    const unbound = await send(`DPoP ${await sign()}`, await maker.make())
    const notBound = 'The token is not bound to a key that signs proofs.'
    expect(unbound).toEqual(byDpop('invalid_token', notBound))
    const other = await (await makerFor({ key: await proofKey() })).make()
    const ofAnother = 'The proof is of another key than the token is bound to.'
    expect(await send(`DPoP ${token}`, other)).toEqual(byDpop('invalid_token', ofAnother))
    const proof = await maker.make()
    expect(
      await verifyRequest(requestOf({ authorization: `DPoP ${token}`, proof }), options),
    ).not.toBeInstanceOf(Response)
    const before = 'The proof was used before: make one for each request.'
    expect(await send(`DPoP ${token}`, proof)).toEqual(byDpop('invalid_dpop_proof', before))
    const none = await send('DPoP ', proof)
    expect(none).toEqual({
      status: 401,
      headers: { ...EVERY, 'www-authenticate': BEARER },
      body: {},
    })
  })

  it('by DPoP alone where that is required', async () => {
    const { options, sign } = await boundToken()
    const required = { ...options, dpop: { required: true } }
    const says = 'The token is not bound to a key that signs proofs.'
    const answer = await answerTo(requestWith(await sign()), required)
    expect(answer).toEqual(refused('invalid_token', says, `${ALGS}, error="invalid_token"`))
  })

  it('where its certificate was not presented, or the server knows another key of it', async () => {
    const thumbprint = { 'x5t#S256': 'A'.repeat(43) }
    const { options, token, script, sign } = await boundToken(thumbprint)
    const absent = 'The token is bound to a certificate that was not presented.'
    expect(await answerTo(requestWith(token), options)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: absent },
    })
    script.introspection = () =>
      Response.json({ active: true, scope: 'invoices:read', cnf: thumbprint })
    expect(await answerTo(requestWith(await sign()), options)).toMatchObject({
      status: 401,
      body: { error_description: 'The access token is bound to another key.' },
    })
  })
})

it('a refusal says what is wrong without being an answer: no token, and nothing to ask', async () => {
  const { options, script, sign } = await scriptedIssuer()
  script.introspection = down
  const said = []
  for (const token of ['', await sign()]) {
    const refusal = await verifyToken(token, options)
    if (!(refusal instanceof Refusal)) throw new Error('it passes')
    const { error, description, status, challenges } = refusal
    said.push([error, description, status, challenges])
  }
  expect(said).toEqual([
    [null, NONE, 401, [BEARER]],
    ['temporarily_unavailable', 'The authorization server does not answer.', 503, []],
  ])
})
