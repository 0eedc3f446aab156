import type { Api, Role } from '../../../domain/api.ts'
import type { KnownNames } from '../../../domain/audit.ts'
import type { Client } from '../../../domain/client.ts'
import type { TrustedIssuer } from '../../../domain/federation.ts'
import type { Policy } from '../../../domain/policy.ts'
import type { TokenCount } from '../../../domain/token-counts.ts'
import type { TokenTerms } from '../../../domain/token-size.ts'
import type { Seconds } from '../../../domain/time.ts'

export type DetailsProps = {
  now: Seconds
  /** How long before its end a credential needs attention. */
  lead: Seconds
  policy: Policy
  base: string
  issuer: string
  terms: TokenTerms
  client: Client
  apis: Api[]
  roles: Role[]
  /** Those that its federated credentials name are among them. */
  issuers: TrustedIssuer[]
  /** The names of those who created it and its credentials. */
  names: KnownNames
  /** Its tokens of the last 30 days. */
  counts: TokenCount[]
  mayManage: boolean
}
