import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'

export function app(issuer: string, audience: string) {
  const app = express()
  // `strict` looks at the type, and for what else RFC 9068 demands.
  app.use(auth({ issuerBaseURL: issuer, audience, strict: true }))
  app.use(requiredScopes('invoices:read'))
  app.get('/invoices', (_req, res) => {
    res.json({ invoices: [] }) // The claims are at req.auth.payload.
  })
  return app
}
