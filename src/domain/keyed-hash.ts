import { type CertificateMaterial, sealedCertificate } from './certificate.ts'
import type { StoredKind } from './credential.ts'
import { type RuleTerms, sealedRule } from './federation.ts'
import { sealedJwksUri } from './jwks-uri.ts'
import { type KeyMaterial, sealedMaterial } from './public-key.ts'
import type { Verifier } from './secret.ts'

/** A credential whose keyed hash can be made again of what is stored: any but a secret. */
export type HashedCredential = {
  /** Where it comes in the order of rows. */
  position: number
  kind: Exclude<StoredKind, 'secret'>
  clientId: string
  credentialId: string
  material: string
  verifier: Verifier
}

/** A hash to replace, and the one to put there. */
export type NewHash = { id: string; before: Verifier; after: Verifier }

export interface HashedRows {
  /** Those hashed with a version of PEPPER, after a position. */
  credentials(pepperVersion: string, after: number, most: number): Promise<HashedCredential[]>
  /** Leaves alone what has another hash by now. */
  replace(credentials: NewHash[], issuers: NewHash[]): Promise<void>
}

/** The text that is hashed; null for a row that this server cannot have written. */
export function hashedText(of: HashedCredential): string | null {
  try {
    return textOf(of)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

function textOf({ kind, clientId, credentialId, material }: HashedCredential): string {
  switch (kind) {
    case 'public_key':
      return sealedMaterial(clientId, credentialId, JSON.parse(material) as KeyMaterial)
    case 'jwks_uri':
      return sealedJwksUri(clientId, credentialId, material)
    case 'federated_credential':
      return sealedRule(clientId, credentialId, JSON.parse(material) as RuleTerms)
    case 'certificate':
      return sealedCertificate(clientId, credentialId, JSON.parse(material) as CertificateMaterial)
  }
}
