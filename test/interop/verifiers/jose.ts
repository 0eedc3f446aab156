import { createRemoteJWKSet, jwtVerify } from 'jose'

export function verifier(issuer: string, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  return async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256'],
    })
    return payload
  }
}
