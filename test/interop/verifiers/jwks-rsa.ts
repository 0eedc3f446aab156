import jwt from 'jsonwebtoken'
import { JwksClient } from 'jwks-rsa'

export function verifier(issuer: string, audience: string) {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json`, cache: true })
  return async (token: string) => {
    const { header } = jwt.decode(token, { complete: true }) ?? {}
    if (header?.typ !== 'at+jwt') throw new Error('It is not an access token')
    const key = await keys.getSigningKey(header.kid)
    return jwt.verify(token, key.getPublicKey(), {
      issuer,
      audience,
      algorithms: ['ES256', 'RS256'],
    })
  }
}
