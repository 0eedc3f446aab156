import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'

export function app(issuer: string, audience: string) {
  const app = express()
  // `strict` looks at the type. The algorithm is RS256 where none is said.
  app.use(
    auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: 'ES256', strict: true }),
    requiredScopes('invoices:read'),
  )
  app.get('/invoices', (_req, res) => {
    res.json({ invoices: [] }) // The claims are at req.auth.payload.
  })
  return app
}
