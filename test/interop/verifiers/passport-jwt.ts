import express from 'express'
import { passportJwtSecret } from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'

export function app(issuer: string, audience: string) {
  const app = express()
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({
        jwksUri: `${issuer}/.well-known/jwks.json`,
        cache: true,
      }),
      issuer,
      audience,
      algorithms: ['ES256', 'RS256'],
    },
    (payload, done) => done(null, { id: payload.client_id }),
  )
  app.use(passport.authenticate(strategy, { session: false }))
  app.get('/invoices', (req, res) => {
    res.json({ for: req.user })
  })
  return app
}
