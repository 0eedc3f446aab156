import { ConfidentialClientApplication, ProtocolMode } from '@azure/msal-node'
import type { Here } from '../support/place.ts'

/** As `ClientAssertionCredential` and `WorkloadIdentityCredential` of @azure/identity use it. */
export async function getToken({ issuer, client: { id } }: Here, token: string): Promise<string> {
  const machine = new ConfidentialClientApplication({
    auth: {
      clientId: id,
      clientAssertion: async () => token,
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
    },
    system: { protocolMode: ProtocolMode.OIDC },
  })
  const answer = await machine.acquireTokenByClientCredential({ scopes: ['invoices:read'] })
  return String(answer?.accessToken)
}
