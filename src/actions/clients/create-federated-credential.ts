import { type Client, changed } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import {
  type ClaimValue,
  isExact,
  FEDERATED_CREDENTIALS_MAX,
  FEDERATED_TOKEN_LIFETIME,
  type FederatedCredential,
  type RuleTerms,
  sealedRule,
  type TrustedIssuer,
} from '../../domain/federation.ts'
import { PRESET_FACTS } from '../../domain/federation-presets.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import type { ChangeClientDeps, ClientEvent, ClientRequest } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { lastingFrom, madeOf, type NewCredential } from './new-credential.ts'

export type NewFederatedCredential = NewCredential & {
  issuerId: string
  subject?: string | undefined
  claims?: Record<string, ClaimValue> | undefined
  /** Seconds. */
  tokenLifetime?: Seconds | undefined
}

export type CreatedFederatedCredential = { client: Client; credential: FederatedCredential }

type CreateDeps = ChangeClientDeps & Pick<Deps, 'verifiers' | 'issuers' | 'policy'>

/** Lets a workload of a trusted issuer get tokens for the client, without any secret. */
export async function createFederatedCredential(
  deps: CreateDeps,
  request: ClientRequest,
  input: NewFederatedCredential,
): Promise<CreatedFederatedCredential> {
  const { client, product } = await changeClientMaking(deps, request, async (before, now) => {
    requireAllowed(deps.policy, 'federated_credential')
    const issuer = await deps.issuers.find(input.issuerId)
    if (!issuer) throw invalidField('issuer_id', 'is not a registered issuer')
    const terms = termsOf(input)
    refuseUnfit(before.federatedCredentials, terms, issuer)
    const made = await credentialOf(
      deps,
      before,
      terms,
      { ...input, createdBy: request.principal.id },
      now,
    )
    return {
      after: changed(before, now, { federatedCredentials: [...before.federatedCredentials, made] }),
      events: [createdEvent(made)],
      product: made,
    }
  })
  return { client, credential: product }
}

function termsOf({ issuerId, subject, claims, tokenLifetime }: NewFederatedCredential): RuleTerms {
  return {
    issuerId,
    subject: subject ?? null,
    claims: claims ?? {},
    tokenLifetime: tokenLifetime ?? FEDERATED_TOKEN_LIFETIME,
  }
}

const INEXACT = 'must be a number of at most 15 digits: write a longer one as text'

function refuseUnfit(
  known: FederatedCredential[],
  terms: RuleTerms,
  { preset }: TrustedIssuer,
): void {
  if (terms.subject === null && Object.keys(terms.claims).length === 0) {
    throw invalidField(
      'subject',
      'must be sent if there are no claims: an empty rule would accept every token of the issuer',
    )
  }
  for (const [name, value] of Object.entries(terms.claims)) {
    if (!isExact(value)) throw invalidField(`claims.${name}`, INEXACT)
  }
  const problem = PRESET_FACTS[preset].ruleProblem(terms)
  if (problem !== null) throw invalidField(terms.subject === null ? 'claims' : 'subject', problem)
  if (known.some((one) => conditionsOf(one) === conditionsOf(terms))) {
    throw new Refusal('conflict', 'The client already has a rule with these conditions.')
  }
  if (known.length >= FEDERATED_CREDENTIALS_MAX) {
    throw new Refusal(
      'conflict',
      `A client has at most ${FEDERATED_CREDENTIALS_MAX} federated credentials: delete one.`,
    )
  }
}

/** In one order, however the claims were written. */
function conditionsOf({ issuerId, subject, claims }: RuleTerms): string {
  const all = Object.entries(claims).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([issuerId, subject, all])
}

async function credentialOf(
  deps: Pick<Deps, 'random' | 'verifiers'>,
  { clientId }: Client,
  terms: RuleTerms,
  input: NewFederatedCredential & { createdBy: string },
  now: Seconds,
): Promise<FederatedCredential> {
  const credentialId = newId('fed', deps.random)
  return {
    ...terms,
    credentialId,
    verifier: await deps.verifiers.make(credentialId, sealedRule(clientId, credentialId, terms)),
    ...lastingFrom(input, input.createdBy, now),
  }
}

function createdEvent(rule: FederatedCredential): ClientEvent {
  const { credentialId, issuerId, subject, claims } = rule
  return {
    action: 'federated_credential.created',
    target: { type: 'federated_credential', id: credentialId },
    changes: madeOf({ issuer_id: issuerId, subject, claims }, rule),
  }
}
