export type { ClientCertificate } from './certificate.ts'
export type { VerifiedToken } from './check-token.ts'
export type {
  AnyGuardOptions,
  ApiOptions,
  DenylistReader,
  DpopOptions,
  GuardOptions,
  IntrospectionAnswer,
  Introspector,
  IssuerOptions,
  SeveralIssuersOptions,
} from './options.ts'
export type { GuardOptionsOf } from './options-for.ts'
export { Refusal, type RefusalError } from './refusal.ts'
export { type GuardedVariables, requireToken } from './require-token.ts'
export { resourceMetadata, type ResourceMetadataOptions } from './resource-metadata.ts'
export { verifyRequest } from './verify-request.ts'
export { verifyToken } from './verify-token.ts'
