import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { SCALAR } from '../../src/http/reference/scalar-page.ts'
import { callerOf, mount, ORIGIN } from '../host/mounted.ts'
import { routesOfTheApp } from '../support/routes.ts'
import { ISSUER, type Json, testServer } from '../support/server.ts'
import { buildServer } from '../world/build.ts'

const PATH = '/admin/v1/openapi.json'

const read = async (response: Response) => response.json<Json>()

/** The endpoints for machines, beneath the issuer, where all that can be switched on is. */
async function endpoints(): Promise<string[]> {
  const routes = await routesOfTheApp({ securityEvents: true, statusLists: true })
  return routes
    .filter((route) => !/^ALL |slash| \/(console.*)?$/.test(route))
    .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))
}

describe('GET /admin/v1/openapi.json', () => {
  it('describes each endpoint, and no other', async () => {
    const { paths } = await read(await testServer().send(PATH))
    const described = Object.entries<Json>(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual((await endpoints()).sort())
  })

  it('is open to all, from any origin', async () => {
    const response = await testServer().send(PATH)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    })
  })

  it('names the server that shows it, and no other', async () => {
    const text = await (await testServer().send(PATH)).text()
    const document = JSON.parse(text) as Json
    expect(document['servers']).toEqual([{ url: ISSUER }])
    const { flows } = document['components'].securitySchemes.access_token
    expect(flows.clientCredentials.tokenUrl).toBe(`${ISSUER}/oauth/token`)
    expect(text).not.toContain('.invalid')
  })

  it('names where it is mounted', async () => {
    const app = new Hono()
    mount(app, '/auth')
    const document = await read(await callerOf(app).call(`/auth${PATH}`))
    expect(document['servers']).toEqual([{ url: `${ORIGIN}/auth` }])
  })

  it('takes an issuer as it is written, whatever that means in a replacement', async () => {
    const issuer = `${ORIGIN}/$&`
    const server = buildServer({ issuer, bindings: () => ({}) as never })
    const document = await read(await server.app.request(PATH))
    expect(document['servers']).toEqual([{ url: issuer }])
  })

  it('answers HEAD, and other methods with 405', async () => {
    const server = testServer()
    expect((await server.send(PATH, { method: 'HEAD' })).status).toBe(200)
    const refused = await server.send(PATH, { method: 'POST' })
    expect(refused.status).toBe(405)
    expect(refused.headers.get('allow')).toBe('GET, HEAD')
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('GET /admin/v1/docs', () => {
  const docs = (apiDocs?: boolean | string) => testServer({ apiDocs }).send('/admin/v1/docs')

  it.each([[undefined], [false], ['false'], ['']])('is not there for %j', async (apiDocs) => {
    const response = await docs(apiDocs)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it.each([[true], ['true']])('runs one script, known by its hash, for %j', async (apiDocs) => {
    const response = await docs(apiDocs)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src ${SCALAR.script}; style-src 'unsafe-inline'; ` +
        `connect-src ${ISSUER}/admin/v1/openapi.json; ` +
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(await response.text()).toContain(
      `src="${SCALAR.script}" integrity="${SCALAR.integrity}"`,
    )
  })

  it.each([
    ['https://cdn.example/scalar.js', 'https://cdn.example/scalar.js'],
    ['/assets/scalar.js', `${ISSUER}/assets/scalar.js`],
  ])('runs the script that the host serves at %s', async (apiDocs, script) => {
    const response = await docs(apiDocs)
    expect(response.headers.get('content-security-policy')).toContain(`script-src ${script};`)
    const page = await response.text()
    expect(page).toContain(`<script src="${script}"></script>`)
    expect(page).not.toContain('jsdelivr')
  })

  it.each([
    ['maybe'],
    ['cdn.example/scalar.js'],
    ['javascript:alert(1)'],
    ['https://a.example/b;c'],
    ['https://a.example/"onload="'],
    ['https://a.example/b c'],
  ])('stops the start with %s', (apiDocs) => {
    expect(() => testServer({ apiDocs })).toThrow(/API_DOCS/)
  })

  it('answers other methods with 405', async () => {
    const server = testServer({ apiDocs: true })
    expect((await server.send('/admin/v1/docs', { method: 'POST' })).status).toBe(405)
  })
})
