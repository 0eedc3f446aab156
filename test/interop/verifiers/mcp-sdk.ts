import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'

type Introspection = {
  active: boolean
  client_id: string
  scope: string
  exp: number
  aud: string | string[]
}

/** Asks of each token: a suspended client is out at its next request. */
export function bearerAuth(issuer: string, audience: string, api: { id: string; secret: string }) {
  const headers = { Authorization: `Basic ${btoa(`${api.id}:${api.secret}`)}` }

  async function verifyAccessToken(token: string) {
    const body = new URLSearchParams({ token })
    const answer = await fetch(`${issuer}/oauth/introspect`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`The introspection answered ${answer.status}`)
    const claims = (await answer.json()) as Introspection
    if (!claims.active || ![claims.aud].flat().includes(audience)) {
      throw new InvalidTokenError('The token is not active here')
    }
    return {
      token,
      clientId: claims.client_id,
      scopes: claims.scope.split(' '),
      expiresAt: claims.exp,
      resource: new URL(audience),
    }
  }

  return requireBearerAuth({
    verifier: { verifyAccessToken },
    requiredScopes: ['invoices:read'],
    expectedResource: new URL(audience),
    resourceMetadataUrl: new URL('/.well-known/oauth-protected-resource/mcp', audience).href,
  })
}
