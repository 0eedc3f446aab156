import type { Deps } from '../../domain/deps.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import {
  type FederationAlgorithm,
  type IssuerKeys,
  ISSUERS_MAX,
  type IssuerTrust,
  type Preset,
  sealedIssuer,
  type TrustedIssuer,
} from '../../domain/federation.ts'
import { issuerProblem, PRESET_FACTS } from '../../domain/federation-presets.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import { type AdminRequest, type CommitDeps, eventBy } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'

export type NewIssuer = {
  issuer: string
  name?: string | undefined
  preset?: Preset | undefined
  keys?: IssuerKeys | undefined
  algorithms?: FederationAlgorithm[] | undefined
  audiences?: string[] | undefined
  maxLifetime?: Seconds | undefined
  checkJti?: boolean | undefined
}

export type IssuerDeps = CommitDeps & OnceDeps & Pick<Deps, 'issuers' | 'issuer' | 'verifiers'>

/** Believes an issuer from now on: rules of clients may name it. What is left out, its preset says. */
export function createIssuer(
  deps: IssuerDeps,
  request: AdminRequest,
  input: NewIssuer,
): Promise<TrustedIssuer> {
  return commitOnce(deps, request, async (now) => {
    const trust = trustOf(input)
    await refuseUnfit(deps, trust)
    const issuer = await sealedAs(deps, newId('iss', deps.random), trust, {
      name: input.name ?? PRESET_FACTS[trust.preset].title,
      createdAt: now,
      createdBy: request.principal.id,
      updatedAt: now,
      version: 1,
    })
    return {
      result: issuer,
      events: [eventBy(request, 'issuer.created', { type: 'issuer', id: issuer.issuerId })],
      writes: [{ kind: 'issuer', before: null, after: issuer }],
    }
  })
}

type Around = Pick<TrustedIssuer, 'name' | 'createdAt' | 'createdBy' | 'updatedAt' | 'version'>

/** The issuer with the hash that proves that this deployment stored it. */
export async function sealedAs(
  { verifiers }: Pick<Deps, 'verifiers'>,
  issuerId: string,
  trust: IssuerTrust,
  around: Around,
): Promise<TrustedIssuer> {
  const verifier = await verifiers.make(issuerId, sealedIssuer(issuerId, trust))
  return { ...trust, ...around, issuerId, verifier }
}

function trustOf(input: NewIssuer): IssuerTrust {
  const preset = input.preset ?? 'custom'
  const facts = PRESET_FACTS[preset]
  return {
    issuer: input.issuer,
    preset,
    keys: input.keys ?? { from: 'discovery' },
    algorithms: input.algorithms ?? facts.algorithms,
    audiences: input.audiences ?? [],
    maxLifetime: input.maxLifetime ?? facts.maxLifetime,
    checkJti: input.checkJti ?? facts.checkJti,
  }
}

/** @throws Refusal where the issuer must not be believed as it is given */
export async function refuseUnfit(
  deps: IssuerDeps,
  trust: IssuerTrust,
  itself?: string,
): Promise<void> {
  const problem = issuerProblem(trust)
  if (problem !== null) throw invalidField('issuer', problem)
  if (trust.issuer === deps.issuer) throw invalidField('issuer', 'is this server itself')
  if (trust.audiences.length === 0 && PRESET_FACTS[trust.preset].needsAudience) {
    throw invalidField(
      'audiences',
      'must be named: tokens of this platform cannot have this server as their audience',
    )
  }
  if (trust.preset === 'spiffe' && trust.keys.from === 'discovery') {
    throw invalidField(
      'jwks_uri',
      'must be the bundle endpoint of the trust domain, or upload its keys as jwks',
    )
  }
  const others = (await deps.issuers.list()).filter(({ issuerId }) => issuerId !== itself)
  if (others.some(({ issuer }) => issuer === trust.issuer)) {
    throw new Refusal('conflict', 'This issuer is already registered.')
  }
  if (others.length >= ISSUERS_MAX) {
    throw new Refusal('conflict', `There are at most ${ISSUERS_MAX} issuers: delete one.`)
  }
}
