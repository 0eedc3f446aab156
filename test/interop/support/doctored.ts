import { type SecureDoor, secureDoor } from './secure-door.ts'
import { listener, served } from './served.ts'

export type Document = 'oauth-authorization-server' | 'openid-configuration'
type Metadata = Record<string, unknown>

/**
 * An issuer whose metadata is that of another, changed, in both documents or in one, of which it has no other.
 * Its endpoints are the other's: who reads the document gets a token.
 */
export async function doctored(
  issuer: string,
  change: (metadata: Metadata) => Metadata,
  only?: Document,
): Promise<SecureDoor> {
  const door = await secureDoor()
  const answer = async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (only && !pathname.endsWith(only)) return new Response('none', { status: 404 })
    const found = await fetch(issuer + pathname)
    return Response.json({ ...change((await found.json()) as Metadata), issuer: door.url })
  }
  door.to(await served(listener(answer)))
  return door
}
