export type { DenylistReader, GuardOptions, IntrospectionAnswer, Introspector } from './options.ts'
export { type GuardedVariables, type GuardOptionsOf, requireToken } from './require-token.ts'
export { resourceMetadata } from './responses.ts'
export { type VerifiedToken, verifyRequest } from './verify-request.ts'
