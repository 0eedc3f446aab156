import type * as v from 'valibot'
import type { NewFederatedCredential } from '../actions/clients/create-federated-credential.ts'
import type { IssuerChange } from '../actions/federation/change-issuer.ts'
import type { NewIssuer } from '../actions/federation/create-issuer.ts'
import type { Diagnosed } from '../actions/federation/diagnose-federation.ts'
import type { Deps } from '../domain/deps.ts'
import { invalidField } from '../domain/errors.ts'
import type { IssuerKeys } from '../domain/federation.ts'
import { withoutUndefined } from './client-input.ts'
import type {
  diagnosisSchema,
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from './federation-schemas.ts'

type KeyDeps = Pick<Deps, 'parseKeySet' | 'outboundUrlProblem'>
type Patch = v.InferOutput<typeof issuerPatchSchema>

export async function toNewIssuer(
  deps: KeyDeps,
  input: v.InferOutput<typeof newIssuerSchema>,
): Promise<NewIssuer> {
  return { ...(await toIssuerChange(deps, input)), issuer: input.issuer, preset: input.preset }
}

export async function toIssuerChange(deps: KeyDeps, input: Patch): Promise<IssuerChange> {
  const { name, algorithms, audiences, max_lifetime: maxLifetime, check_jti: checkJti } = input
  const keys = await keysIn(deps, input)
  return withoutUndefined({ name, algorithms, audiences, maxLifetime, checkJti, keys })
}

async function keysIn(
  deps: KeyDeps,
  { jwks, jwks_uri: uri }: Patch,
): Promise<IssuerKeys | undefined> {
  if (jwks !== undefined && uri !== undefined) {
    throw invalidField('jwks', 'must not be sent with jwks_uri')
  }
  if (uri !== undefined) {
    const problem = deps.outboundUrlProblem(uri)
    if (problem !== null) throw invalidField('jwks_uri', problem)
    return { from: 'uri', uri }
  }
  if (jwks === undefined) return undefined
  const keys = await deps.parseKeySet(jwks)
  if (typeof keys === 'string') throw invalidField('jwks', keys)
  if (keys.length === 0) throw invalidField('jwks', 'must have a key that verifies signatures')
  return { from: 'upload', keys }
}

export function toNewRule(
  input: v.InferOutput<typeof newFederatedCredentialSchema>,
): NewFederatedCredential {
  const {
    issuer_id: issuerId,
    expires_on: expiresOn,
    token_lifetime: tokenLifetime,
    ...rest
  } = input
  return { ...rest, issuerId, expiresOn, tokenLifetime }
}

export function toDiagnosed(input: v.InferOutput<typeof diagnosisSchema>): Diagnosed {
  const { assertion, issuer, claims } = input
  if (assertion !== undefined && issuer === undefined && claims === undefined) return { assertion }
  if (assertion === undefined && issuer !== undefined && claims !== undefined) {
    return { issuer, claims }
  }
  throw invalidField('assertion', 'must be sent, or issuer and claims instead of it')
}
