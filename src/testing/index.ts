export { testIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.ts'
export type { TestTokenOptions } from './test-token.ts'
