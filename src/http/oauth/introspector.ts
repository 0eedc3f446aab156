import { inspectToken } from '../../actions/introspect-token.ts'
import { publishKeys } from '../../actions/publish-keys.ts'
import type { Deps } from '../../domain/ports.ts'
import { type IntrospectionBody, introspectionBody } from './introspection-body.ts'

/** What the guard asks of a server in its own Worker: no HTTP, no credentials. */
export type LocalIntrospector = {
  /** The keys, and nothing else. */
  fetch: (input: string) => Promise<Response>
  introspect: (token: string) => Promise<IntrospectionBody>
}

type IntrospectorDeps = Parameters<typeof inspectToken>[0] & Parameters<typeof publishKeys>[0]

/** `deps` are had with each question: what fails there is an answer that does not come. */
export function localIntrospector(
  deps: () => IntrospectorDeps & Pick<Deps, 'issuer'>,
): LocalIntrospector {
  return {
    async fetch(input) {
      const { issuer, ...rest } = deps()
      if (input !== `${issuer}/.well-known/jwks.json`) return new Response(null, { status: 404 })
      return Response.json({ keys: await publishKeys(rest) })
    },
    async introspect(token) {
      return introspectionBody(await inspectToken(deps(), token))
    },
  }
}
