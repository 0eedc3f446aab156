import express from 'express'
import { expressjwt, type GetVerificationKey, type Request } from 'express-jwt'
import { expressJwtSecret } from 'jwks-rsa'

export function app(issuer: string, audience: string) {
  const app = express()
  const secret = expressJwtSecret({
    jwksUri: `${issuer}/.well-known/jwks.json`,
    cache: true,
    rateLimit: true,
  }) as GetVerificationKey
  app.use(
    expressjwt({
      secret,
      issuer,
      audience,
      algorithms: ['ES256', 'RS256'],
      isRevoked: (_req, token) => token?.header.typ !== 'at+jwt',
    }),
  )
  app.get('/invoices', (req: Request, res) => {
    res.json({ for: req.auth?.['client_id'] })
  })
  return app
}
