import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop'
import express from 'express'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as forExpress from '../../src/guard/express.ts'
import * as forFastify from '../../src/guard/fastify.ts'
import { type GuardOptions, verifyRequest } from '../../src/guard/index.ts'
import { testIssuer } from '../../src/testing/index.ts'

const issuer = testIssuer()
const METADATA = 'https://api.test/.well-known/oauth-protected-resource'
const options = issuer.guardOptions({ scope: 'invoices:read', resourceMetadata: METADATA })
const broken = { ...options, maxStaleness: -1 } satisfies GuardOptions

type Api = { origin: string; handled: () => number; close: () => Promise<void> }

/** An API with a guarded page, one whose options cannot be made, and one without a guard. */
async function expressApi(): Promise<Api> {
  let handled = 0
  const app = express()
  const { requireToken, tokenOf } = forExpress
  app.get('/invoices', requireToken(options), (req, res) => {
    handled++
    res.json({ for: tokenOf(req).client_id, too: Object.getOwnPropertyDescriptor(req, 'token') })
  })
  app.get(
    '/broken',
    requireToken(() => broken),
    (_req, res) => void res.json({}),
  )
  app.get('/open', (req, res) => void res.json({ for: tokenOf(req).client_id }))
  const onError: express.ErrorRequestHandler = (error: Error, _req, res, _next) => {
    res.status(500).json({ said: error.message })
  }
  app.use(onError)
  const server = app.listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    handled: () => handled,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function fastifyApi(): Promise<Api> {
  let handled = 0
  const app = fastify()
  const { requireToken, tokenOf } = forFastify
  app.get('/invoices', { onRequest: requireToken(options) }, async (asked) => {
    handled++
    return { for: tokenOf(asked).client_id, too: Object.getOwnPropertyDescriptor(asked, 'token') }
  })
  app.get('/broken', { preHandler: requireToken(() => broken) }, async () => ({}))
  app.get('/open', async (asked) => ({ for: tokenOf(asked).client_id }))
  app.setErrorHandler((error: Error, _request, reply) =>
    reply.code(500).send({ said: error.message }),
  )
  const origin = await app.listen({ port: 0 })
  return { origin, handled: () => handled, close: () => app.close() }
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe.each([
  ['Express', expressApi],
  ['Fastify', fastifyApi],
])('a guarded route of %s', (_name, started) => {
  let api: Api

  beforeAll(async () => {
    api = await started()
  })

  afterAll(() => api.close())

  it('hands the claims to the handler, from a resume on again', async () => {
    const token = await issuer.token({ clientId: 'client_export', scope: 'invoices:read' })
    const answer = await fetch(`${api.origin}/invoices`, bearer(token))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      for: 'client_export',
      too: { value: { client_id: 'client_export', scopes: ['invoices:read'] } },
    })
    issuer.suspend('client_export')
    expect((await fetch(`${api.origin}/invoices`, bearer(token))).status).toBe(401)
    issuer.resume('client_export')
    expect((await fetch(`${api.origin}/invoices`, bearer(token))).status).toBe(200)
  })

  it.each<[number, string, () => Promise<object>]>([
    [401, 'no token', async () => ({})],
    [401, 'a bad token', async () => bearer('a.b.c')],
    [401, 'an expired token', async () => bearer(await issuer.token({ expiresIn: -1 }))],
    [403, 'too little scope', async () => bearer(await issuer.token({ scope: 'other' }))],
  ])('answers %i for %s, word by word as any guard does', async (status, _why, make) => {
    const [init, before] = [await make(), api.handled()]
    const answer = await fetch(`${api.origin}/invoices`, init)
    const wanted = await verifyRequest(new Request(`${api.origin}/invoices`, init), options)
    if (!(wanted instanceof Response)) throw new Error('it passes')
    expect(answer.status).toBe(status)
    // Fastify says the charset of any JSON that is text.
    const said = (name: string) => answer.headers.get(name)?.replace('; charset=utf-8', '')
    for (const [name, value] of wanted.headers) expect(said(name)).toBe(value)
    expect(await answer.text()).toBe(await wanted.text())
    expect(answer.headers.get('www-authenticate')).toContain(
      `scope="invoices:read", resource_metadata="${METADATA}"`,
    )
    expect(api.handled()).toBe(before)
  })

  it('answers 503 while the server does not', async () => {
    const token = await issuer.token({ scope: 'invoices:read' })
    issuer.fail()
    const answer = await fetch(`${api.origin}/invoices`, bearer(token))
    issuer.recover()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('takes two Authorization headers for none, of which Node would drop one', async () => {
    const value = `Bearer ${await issuer.token({ scope: 'invoices:read' })}`
    const twice = [value, 'Bearer of.another.issuer']
    expect(await statusOf(`${api.origin}/invoices`, [value])).toBe(200)
    expect(await statusOf(`${api.origin}/invoices`, twice)).toBe(401)
  })

  it('takes a token that is bound to a key with a proof, once, and never as Bearer', async () => {
    const pair = await generateKeyPair('ES256')
    const cnf = { jkt: await calculateThumbprint(pair.publicKey) }
    const token = await issuer.token({ scope: 'invoices:read', claims: { cnf } })
    const prove = () => generateProof(pair, 'https://api.test/invoices', 'GET', undefined, token)
    const ask = async (scheme: string, dpop: string) => {
      const headers = { Authorization: `${scheme} ${token}`, DPoP: dpop }
      return (await fetch(`${api.origin}/invoices?page=2`, { headers })).status
    }
    const proof = await prove()
    expect(await ask('DPoP', proof)).toBe(200)
    expect(await ask('DPoP', proof)).toBe(401)
    expect(await ask('Bearer', await prove())).toBe(401)
    const foreign = await generateProof(pair, `${api.origin}/invoices`, 'GET', undefined, token)
    expect(await ask('DPoP', foreign)).toBe(401)
  })

  it("tells the framework's own error handler of options that are wrong", async () => {
    const answer = await fetch(`${api.origin}/broken`)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({
      said: 'maxStaleness must be a whole number of seconds, 0 or more',
    })
  })

  it('has no claims where no guard stood before the handler', async () => {
    const token = await issuer.token({ scope: 'invoices:read' })
    const answer = await fetch(`${api.origin}/open`, bearer(token))
    expect(await answer.json()).toMatchObject({ said: expect.stringContaining('requireToken') })
  })
})

/** With node:http, because fetch sends a header once. */
function statusOf(url: string, authorization: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = authorization.flatMap((value) => ['Authorization', value])
    const host = ['Host', new URL(url).host]
    request(url, { headers: [...host, ...headers] }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

it.each([forExpress.requireToken, forFastify.requireToken])(
  'wrong options are a TypeError as soon as the guard is made',
  (requireToken) => expect(() => requireToken(broken)).toThrow(TypeError),
)
