import type { TrustedIssuer } from '../../../src/domain/federation.ts'
import { NOW } from '../../domain/arbitraries.ts'

/** An issuer that is believed. */
export const anIssuer = (fields: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuerId: 'iss_ci',
  name: 'CI',
  issuer: 'https://ci.example',
  preset: 'custom',
  keys: { from: 'discovery' },
  algorithms: ['RS256'],
  audiences: [],
  maxLifetime: 900,
  checkJti: false,
  verifier: { keyId: 'iss_ci', hash: 'x' } as never,
  createdAt: NOW - 60,
  createdBy: 'administrator_1',
  updatedAt: NOW - 60,
  version: 3,
  ...fields,
})
