import { describe, expect, it } from 'vitest'
import { requireToken as expressGuard, tokenOf } from '../../src/guard/express.ts'
import { requireToken as fastifyGuard } from '../../src/guard/fastify.ts'
import type { NodeGuardOptions, NodeRequest } from '../../src/guard/node-request.ts'
import { API } from '../support/server.ts'
import { boundToken } from './bound.ts'

type Answer = { status: number; headers: Record<string, unknown> }

/** Sends a request through the guard; 200 means that it is the handler's turn. */
type Framework = (options: NodeGuardOptions, request: NodeRequest) => Promise<Answer>

const express: Framework = async (options, request) => {
  const headers: Record<string, unknown> = {}
  const response = {
    statusCode: 200,
    setHeader: (name: string, value: unknown) => (headers[name] = value),
    end: () => {},
  }
  await expressGuard(options)(request, response, (error) => expect(error).toBeUndefined())
  return { status: response.statusCode, headers }
}

const fastify: Framework = async (options, { rawHeaders, ...request }) => {
  const answer: Answer = { status: 200, headers: {} }
  const reply = {
    code: (status: number) => (answer.status = status),
    headers: (values: object) => Object.assign(answer.headers, values),
    send: () => {},
  }
  await fastifyGuard(options)({ ...request, raw: { rawHeaders } }, reply)
  return answer
}

/** As Node has it: the path alone. */
async function nodeRequest(more: Partial<NodeRequest> = {}) {
  const issuer = await boundToken()
  const proof = await issuer.maker.make()
  const headers = { authorization: `DPoP ${issuer.token}`, dpop: proof, host: 'thief.example' }
  const request = { headers, method: 'GET', url: '/invoices?page=2', ...more }
  return { issuer, proof, request, options: { ...issuer.options, publicUrl: API } }
}

describe.each([
  ['Express', express],
  ['Fastify', fastify],
])('a bound token in %s', (_name, send) => {
  it('passes with a proof, once', async () => {
    const { options, request } = await nodeRequest()
    expect(await send(options, request)).toEqual({ status: 200, headers: {} })
    // Another request: a framework makes an object for each.
    expect(await send(options, { ...request })).toMatchObject({ status: 401 })
  })

  it('passes at a path that has a URL in it', async () => {
    const { options, request, issuer } = await nodeRequest()
    const url = '/invoices/https://thief.example/2'
    const { make } = await issuer.makerFor({ url: API + url })
    const headers = { ...request.headers, dpop: await make() }
    expect(await send(options, { ...request, headers, url })).toMatchObject({ status: 200 })
  })

  it('is refused as Bearer, by two challenges', async () => {
    const { options, issuer } = await nodeRequest()
    const headers = { authorization: `Bearer ${issuer.token}` }
    const { status, headers: answered } = await send(options, { headers, method: 'GET', url: '/' })
    expect(status).toBe(401)
    expect(answered['WWW-Authenticate']).toEqual([
      `Bearer realm="${API}", error="invalid_token"`,
      'DPoP algs="ES256 ES384 EdDSA Ed25519 PS256 RS256"',
    ])
  })

  it.each<[string, Partial<NodeRequest>]>([
    ['below a router', { url: '/', originalUrl: '/invoices' }],
    ['with a whole URL for its target', { url: 'http://thief.example/invoices' }],
  ])('passes %s', async (_case, more) => {
    const { options, request } = await nodeRequest(more)
    expect(await send(options, request)).toMatchObject({ status: 200 })
  })

  it.each<[string, Partial<NodeRequest>]>([
    ['for another path', { url: '/payments' }],
    ['for another method', { method: 'POST' }],
    ['for no path', { url: '*' }],
    ['for a target that is no path', { url: '@thief.example/invoices' }],
    ['without method or target', { method: undefined, url: undefined }],
  ])('is refused %s', async (_case, more) => {
    const { options, request } = await nodeRequest(more)
    expect(await send(options, request)).toMatchObject({ status: 401 })
  })

  it('is refused with two proofs, however Node shows them', async () => {
    const { options, request, proof } = await nodeRequest()
    const rawHeaders = ['DPoP', proof, 'dpop', proof]
    expect(await send(options, { ...request, rawHeaders })).toMatchObject({ status: 401 })
    const headers = { ...request.headers, dpop: [proof, proof] }
    expect(await send(options, { ...request, headers })).toMatchObject({ status: 401 })
    expect(await send(options, request)).toMatchObject({ status: 200 })
  })

  it('is refused where no option says the public URL: Host says what a client wants', async () => {
    const { issuer, request } = await nodeRequest()
    expect(await send(issuer.options, request)).toMatchObject({ status: 401 })
    const { make } = await issuer.makerFor({ url: 'https://thief.example/invoices' })
    const headers = { ...request.headers, dpop: await make() }
    expect(await send(issuer.options, { ...request, headers })).toMatchObject({ status: 401 })
  })

  it('is bound to the certificate of the socket, where the options say so', async () => {
    const { issuer, request } = await nodeRequest()
    const der = new TextEncoder().encode('a certificate')
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
    const thumbprint = digest.toBase64({ alphabet: 'base64url', omitPadding: true })
    const token = await issuer.sign({ cnf: { 'x5t#S256': thumbprint } })
    const given: object[] = []
    const clientCertificate = (from: object) => (given.push(from) > 1 ? null : der)
    const options = { ...issuer.options, clientCertificate }
    const bearer = { ...request, headers: { authorization: `Bearer ${token}` } }
    expect(await send(options, bearer)).toMatchObject({ status: 200 })
    expect(tokenOf(given[0] ?? {})).toMatchObject({ cnf: { 'x5t#S256': thumbprint } })
    expect(await send(options, bearer)).toMatchObject({ status: 401 })
  })

  it('gets a nonce with each answer, where proofs need one', async () => {
    const { options, request, issuer } = await nodeRequest()
    const given = { ...options, dpop: { nonceSecret: 'x'.repeat(32) } }
    const refused = await send(given, request)
    const nonce = refused.headers['DPoP-Nonce']
    expect(refused.status).toBe(401)
    const dpop = await issuer.maker.make({ claims: { nonce } })
    const again = { ...request, headers: { ...request.headers, dpop } }
    expect(await send(given, again)).toMatchObject({
      status: 200,
      headers: { 'DPoP-Nonce': nonce },
    })
  })
})
