import { ConfidentialClientApplication, ProtocolMode } from '@azure/msal-node'
import type { Here } from '../support/place.ts'

export async function getToken({ issuer, client }: Here): Promise<string> {
  const machine = new ConfidentialClientApplication({
    auth: {
      clientId: client.id,
      clientSecret: client.secret,
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
    },
    system: { protocolMode: ProtocolMode.OIDC },
  })
  const answer = await machine.acquireTokenByClientCredential({ scopes: ['invoices:read'] })
  return String(answer?.accessToken)
}
