import type { Api, Role } from '../../../domain/api.ts'
import type { Client } from '../../../domain/client.ts'
import type { TrustedIssuer } from '../../../domain/federation.ts'
import type { TokenCount } from '../../../domain/token-counts.ts'
import type { TokenTerms } from '../../../domain/token-size.ts'
import type { SecretTerms } from '../dialogs/secret-changes.tsx'

export type DetailsProps = SecretTerms & {
  base: string
  issuer: string
  terms: TokenTerms
  client: Client
  apis: Api[]
  roles: Role[]
  /** Those that its federated credentials name are among them. */
  issuers: TrustedIssuer[]
  /** Its tokens of the last 30 days. */
  counts: TokenCount[]
  mayManage: boolean
}
