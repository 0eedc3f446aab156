import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type GuardedVariables,
  type GuardOptions,
  requireToken,
  type VerifiedToken,
} from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { realIssuer, requestWith, scriptedIssuer } from './issuers.ts'

/** An API whose handler tells who called, guarded by these options. */
function guardedApi(options: GuardOptions) {
  return new Hono()
    .use('/invoices/*', requireToken(options))
    .get('/invoices', (c) => c.json({ caller: c.var.token.client_id, scopes: c.var.token.scopes }))
    .get('/open', (c) => c.text('open'))
}

describe('requireToken', () => {
  it('hands the verified claims to the handler', async () => {
    const { options, token, client } = await realIssuer()
    const answer = await guardedApi(options).request(requestWith(token))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ caller: client.id, scopes: ['invoices:read'] })
    expect(answer.headers.has('DPoP-Nonce')).toBe(false)
  })

  it('answers in place of the handler, from a suspension until a resume', async () => {
    const { options, token, client, server } = await realIssuer()
    const app = guardedApi(options)
    await server.suspend(client)
    const refused = await app.request(requestWith(token))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
    expect(await refused.text()).not.toContain(client.id)
    await server.resume(client)
    expect((await app.request(requestWith(token))).status).toBe(200)
  })

  it('does not run the handler, and leaves alone what it does not guard', async () => {
    const { options } = await scriptedIssuer()
    let handled = 0
    const app = new Hono()
      .use('/invoices', requireToken(options))
      .post('/invoices', (c) => c.json({ handled: ++handled }))
      .get('/open', (c) => c.text('open'))
    expect((await app.request('/invoices', { method: 'POST' })).status).toBe(401)
    expect(handled).toBe(0)
    expect(await (await app.request('/open')).text()).toBe('open')
  })

  it('asks for more on one path than on another', async () => {
    const { options, sign } = await scriptedIssuer()
    const app = new Hono()
      .get('/invoices', requireToken({ ...options, scope: 'invoices:read' }), (c) => c.text('read'))
      .put('/invoices', requireToken({ ...options, scope: 'invoices:write' }), (c) =>
        c.text('written'),
      )
    const request = requestWith(await sign())
    expect((await app.request(request.clone())).status).toBe(200)
    const refused = await app.request(new Request(request, { method: 'PUT' }))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('WWW-Authenticate')).toContain('scope="invoices:write"')
  })

  it('types the claims in the context', () => {
    expectTypeOf<GuardedVariables['token']>().toEqualTypeOf<VerifiedToken>()
    new Hono().get('/', requireToken({ issuer: API, audience: API, ...credentials }), (c) => {
      expectTypeOf(c.var.token).toEqualTypeOf<VerifiedToken>()
      expectTypeOf(c.var.token.client_id).toEqualTypeOf<string>()
      expectTypeOf(c.var.token.scopes).toEqualTypeOf<string[]>()
      expectTypeOf(c.var.token.exp).toEqualTypeOf<number>()
      return c.text('')
    })
  })
})

const credentials = { clientId: 'api', clientSecret: 'secret' }

type ApiEnv = { DENYLIST: KVNamespace; AUDIENCE: string }

/** A guard by maxStaleness 60, whose namespace only the environment has. */
async function edge() {
  const issuer = await scriptedIssuer()
  const made: ApiEnv[] = []
  const app = new Hono<{ Bindings: ApiEnv }>()
  const guard = requireToken((e: ApiEnv) => {
    made.push(e)
    return {
      ...issuer.options,
      audience: e.AUDIENCE,
      maxStaleness: 60,
      denylist: e.DENYLIST,
    }
  })
  app.get('/invoices', guard, (c) => c.text(c.var.token.client_id))
  return { ...issuer, app, made }
}

describe('options made of the environment', () => {
  it("are made once where there is none, as in Deno, Bun and an app's own tests", async () => {
    const { options, token } = await realIssuer()
    let made = 0
    const app = new Hono()
      .use(requireToken(() => (++made, options)))
      .get('/invoices', (c) => c.text('in'))
    for (const expected of [1, 1]) {
      expect((await app.request(requestWith(token))).status).toBe(200)
      expect(made).toBe(expected)
    }
  })

  it('are made once for each environment, at its first request', async () => {
    const { app, made, sign } = await edge()
    const token = await sign()
    const [one, other] = [
      { DENYLIST: env.DENYLIST, AUDIENCE: API },
      { DENYLIST: env.DENYLIST, AUDIENCE: 'https://other.example.com' },
    ]
    expect(made).toEqual([])
    for (let i = 0; i < 3; i++) {
      expect((await app.request(requestWith(token), {}, one)).status).toBe(200)
      expect((await app.request(requestWith(token), {}, other)).status).toBe(401)
    }
    expect(made).toEqual([one, other])
  })

  it('that are wrong let no request through: each fails with the TypeError', async () => {
    const { app, sign } = await edge()
    const messages: string[] = []
    app.onError((error, c) => {
      messages.push(`${error.name}: ${error.message}`)
      return c.text('', 500)
    })
    const wrong = { AUDIENCE: API } as ApiEnv
    for (let i = 0; i < 2; i++) {
      expect((await app.request(requestWith(await sign()), {}, wrong)).status).toBe(500)
    }
    expect(messages).toEqual(
      Array(2).fill('TypeError: denylist must be the KV namespace when maxStaleness is 60 or more'),
    )
  })
})
