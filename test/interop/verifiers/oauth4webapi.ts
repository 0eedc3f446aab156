import * as oauth from 'oauth4webapi'

export async function verifier(issuer: string, audience: string) {
  const url = new URL(issuer)
  const found = await oauth.discoveryRequest(url, { algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(url, found)
  return (request: Request) => oauth.validateJwtAccessToken(server, request, audience)
}
