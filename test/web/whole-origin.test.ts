import { createExecutionContext } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { newApp } from '../../src/web/app.ts'
import type { AppEnv } from '../../src/web/app-env.ts'
import { wholeOrigin } from '../../src/web/whole-origin.ts'

/** A server that says who answers: the endpoint itself, or the app that knows all paths. */
function originAt(issuer: string) {
  const app = newApp<AppEnv>().all('/oauth/token', (c) => c.text(`the app: ${c.req.method}`))
  const wellKnown = newApp<AppEnv>().get('/keys', (c) => c.text('the document'))
  const respond = () => new Response('the endpoint')
  const direct = new Map([['/oauth/token', { method: 'POST', respond }]])
  const origin = wholeOrigin({ app, wellKnown, direct }, issuer)
  return async (method: string, path: string) => {
    const request = new Request(`https://auth.example${path}`, { method })
    const response = await origin(request, {}, createExecutionContext())
    return [response.status, await response.text()]
  }
}

const NOT_FOUND = [404, '{"error":"not_found"}']

it.each(['https://auth.example', 'https://auth.example/t/acme'])(
  'the server at %s has all of its origin',
  async (issuer) => {
    const send = originAt(issuer)
    const { pathname } = new URL(issuer)
    const base = pathname === '/' ? '' : pathname
    expect(await send('POST', `${base}/oauth/token`)).toEqual([200, 'the endpoint'])
    expect(await send('POST', `${base}/oauth/token?a=b`)).toEqual([200, 'the endpoint'])
    expect(await send('PUT', `${base}/oauth/token`)).toEqual([200, 'the app: PUT'])
    // Hono reads another spelling of a path.
    expect(await send('POST', `${base}/oauth/%74oken`)).toEqual([200, 'the app: POST'])
    expect(await send('GET', '/.well-known/keys')).toEqual([200, 'the document'])
    expect(await send('POST', `${base}/nothing`)).toEqual(NOT_FOUND)
    expect(await send('POST', '/t/other/oauth/token')).toEqual(NOT_FOUND)
  },
)
