import { JwtVerifier } from 'aws-jwt-verify'

export function verifier(issuer: string, audience: string) {
  const verifier = JwtVerifier.create({
    issuer,
    audience,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    customJwtCheck({ header }) {
      if (header.typ !== 'at+jwt') throw new Error('It is not an access token')
    },
  })
  return (token: string) => verifier.verify(token)
}
