import { ConfidentialClientApplication, ProtocolMode } from '@azure/msal-node'
import type { Keyed } from '../support/keyed.ts'

/** It wants the thumbprint of a certificate, and sends it: the key is found without. */
const THUMBPRINT = 'a1'.repeat(32)

export async function client({ issuer, client: { id }, key }: Keyed) {
  const machine = new ConfidentialClientApplication({
    auth: {
      clientId: id,
      clientCertificate: { thumbprintSha256: THUMBPRINT, privateKey: key.pem },
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
    },
    system: { protocolMode: ProtocolMode.OIDC },
  })
  const wanted = { scopes: ['invoices:read'], skipCache: true }
  return async () => String((await machine.acquireTokenByClientCredential(wanted))?.accessToken)
}
