import express, { type Request as ExpressRequest } from 'express'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { requireToken, tokenOf } from 'portcullis/express'

const {
  ISSUER = 'http://localhost:8787/auth',
  AUDIENCE = 'https://billing.example.com',
  CLIENT_ID,
  CLIENT_SECRET,
  PORT = '3000',
} = process.env

const app = express()

const options = {
  issuer: ISSUER,
  audience: AUDIENCE,
  scope: 'invoices:read',
  // A client with `tokens:introspect` on this audience: each token is asked about each time.
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
}

// `tokenOf` gives the claims typed; in JavaScript they are at `req.token`, too.
app.get('/invoices', requireToken(options), (req, res) => {
  res.json({ invoices: [], for: tokenOf(req).client_id })
})

const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`))

/**
 * With any JWT library: the signature, type, issuer, audience and time. What it cannot see is what
 * happened since the token was issued: a suspension, a revocation, access that was taken away. Such a
 * token passes here until it expires.
 */
app.get('/signed', async (req, res) => {
  try {
    const { payload } = await jwtVerify(bearerOf(req), keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256'],
    })
    const scopes = String(payload['scope']).split(' ')
    if (scopes.includes('invoices:read')) res.json({ invoices: [], for: payload['client_id'] })
    else res.status(403).set('WWW-Authenticate', 'Bearer error="insufficient_scope"').end()
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    res.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').end()
  }
})

function bearerOf(req: ExpressRequest): string {
  return /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? ''
}

app.listen(Number(PORT), () => console.log(`The invoices are on http://localhost:${PORT}`))
