import { inspectToken } from '../../actions/tokens/introspect-token.ts'
import { publishKeys } from '../../actions/keys/publish-keys.ts'
import type { Deps } from '../../domain/deps.ts'
import { introspectionBody } from './introspection-body.ts'
import type { IntrospectionResponse } from './response.ts'

/** Lets the guard ask a server in its own Worker: no HTTP, no credentials. */
export type LocalIntrospector = {
  /** The keys, and nothing else. */
  fetch: (input: string) => Promise<Response>
  introspect: (token: string) => Promise<IntrospectionResponse>
}

/** Ways to ask a server about tokens without HTTP. */
export type Introspecting<Env> = {
  /** Whether a token is active, for a service binding in the same account; needs no credentials. */
  introspect: (token: string, env: Env) => Promise<IntrospectionResponse>
  /** The guard's `fetcher` in the server's own Worker, which cannot call itself. */
  introspector: (env: Env) => LocalIntrospector
}

type IntrospectorDeps = Parameters<typeof inspectToken>[0] &
  Parameters<typeof publishKeys>[0] &
  Pick<Deps, 'issuer' | 'metrics'>

/** Calls `depsOf` for each question: if that fails, the question gets no answer. */
export function introspecting<Env>(depsOf: (env: Env) => IntrospectorDeps): Introspecting<Env> {
  const introspect = async (token: string, env: Env) => {
    const deps = depsOf(env)
    const began = deps.metrics?.clock() ?? 0
    const claims = await inspectToken(deps, token)
    deps.metrics?.write({
      kind: 'request',
      name: 'RPC introspect',
      outcome: claims ? 'active' : 'inactive',
      method: 'binding',
      ms: deps.metrics.clock() - began,
    })
    return introspectionBody(claims)
  }
  return {
    introspect,
    introspector: (env) => ({
      async fetch(input) {
        const deps = depsOf(env)
        if (input !== `${deps.issuer}/.well-known/jwks.json`) {
          return new Response(null, { status: 404 })
        }
        return Response.json({ keys: await publishKeys(deps) })
      },
      introspect: (token) => introspect(token, env),
    }),
  }
}
