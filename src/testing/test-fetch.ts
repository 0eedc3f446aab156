import type { IntrospectionAnswer } from '../guard/options.ts'

type Endpoints = {
  issuer: string
  keys: () => Promise<object[]>
  introspect: (token: string) => Promise<IntrospectionAnswer>
  /** Null where there is none at the URL. */
  listAt: (url: string) => Promise<string | null>
}

/** The server's answers over HTTP to the requests that the guard makes. */
export function testFetch({ issuer, keys, introspect, listAt }: Endpoints) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    if (request.url === `${issuer}/.well-known/jwks.json`) {
      return Response.json({ keys: await keys() })
    }
    if (request.url === `${issuer}/oauth/introspect` && request.method === 'POST') {
      // Any will do; the API's own test should find out if it forgot to send them.
      if (!/^Basic ./.test(request.headers.get('authorization') ?? '')) {
        return Response.json({ error: 'invalid_client' }, { status: 401 })
      }
      const form = new TextDecoder().decode(await request.arrayBuffer())
      const token = new URLSearchParams(form).get('token') ?? ''
      return Response.json(await introspect(token))
    }
    const list = request.method === 'GET' ? await listAt(request.url) : null
    if (list !== null) {
      return new Response(list, { headers: { 'Content-Type': 'application/statuslist+jwt' } })
    }
    throw new TypeError(`The test issuer ${issuer} does not answer ${request.url}`)
  }
}
