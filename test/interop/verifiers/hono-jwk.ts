import { Hono } from 'hono'
import { jwk } from 'hono/jwk'
import type { JwtVariables } from 'hono/jwt'

export function app(issuer: string, audience: string) {
  const app = new Hono<{ Variables: JwtVariables }>()
  app.use(
    jwk({
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      alg: ['ES256', 'RS256'],
      // Without `typ`, jwk() refuses every access token that says its type.
      verification: { iss: issuer, aud: audience, typ: 'at+jwt' },
    }),
  )
  app.get('/invoices', (c) => c.json({ for: c.get('jwtPayload')['client_id'] }))
  return app
}
