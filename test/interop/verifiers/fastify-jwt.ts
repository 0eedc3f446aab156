import jwt, { type TokenOrHeader } from '@fastify/jwt'
import fastify, { type FastifyRequest } from 'fastify'
import { JwksClient } from 'jwks-rsa'

export async function app(issuer: string, audience: string) {
  const app = fastify()
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json`, cache: true })
  await app.register(jwt, {
    // Else the key is chosen without the header, and its kid.
    decode: { complete: true },
    secret: async (_request: FastifyRequest, token: TokenOrHeader) => {
      const { kid } = 'header' in token ? token.header : token
      return (await keys.getSigningKey(kid)).getPublicKey()
    },
    verify: {
      algorithms: ['ES256', 'RS256'],
      allowedIss: issuer,
      allowedAud: audience,
      checkTyp: 'at+jwt',
    },
  })
  app.addHook('onRequest', (request) => request.jwtVerify())
  app.get('/invoices', (request) => ({ for: request.user }))
  return app
}
