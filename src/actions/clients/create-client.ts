import { refuseGiving } from '../../domain/authority.ts'
import type { Client } from '../../domain/client.ts'
import { type ClientDetails, DETAIL_DEFAULTS, detailsOf } from '../../domain/client-details.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField } from '../../domain/errors.ts'
import { isAllowed } from '../../domain/policy.ts'
import { profileProblem } from '../../domain/profile.ts'
import { bindsTokens } from '../../domain/token-binding.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import type { AdminRequest, CommitDeps, Decision } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'
import { placeOfKeys, type PublishedKeysDeps } from './published-keys.ts'
import { makeSecret, type NewSecretText, type SecretDeps, type SecretInput } from './make-secret.ts'
import { type AccessInput, resolveAccess } from '../access/resolve-access.ts'

export type NewClient = AccessInput &
  Partial<ClientDetails> & { name: string; secret?: SecretInput | null | undefined }

/** A client and the text of its secret, if it has one, which is shown this one time. */
export type RegisteredClient = { client: Client; secretText: string | null }

export type RegisterDeps = CommitDeps &
  OnceDeps &
  PublishedKeysDeps &
  Pick<Deps, 'clients' | 'roles' | 'apis' | 'verifiers' | 'issuer' | 'policy' | 'statusListBase'>

/** Creates a client with its first secret. */
export function createClient(
  deps: RegisterDeps,
  request: AdminRequest,
  input: NewClient,
): Promise<RegisteredClient> {
  return commitOnce(deps, request, (now) => decideRegistration(deps, request, input, now))
}

export async function decideRegistration(
  deps: RegisterDeps,
  request: AdminRequest,
  input: NewClient,
  now: Seconds,
): Promise<Decision<RegisteredClient>> {
  const clientId = newId('client', deps.random)
  const made = await firstSecret(deps, input, request.principal.id, now)
  return decideNewClient(deps, request, input, { clientId, made, generation: 0 }, now)
}

/** The identity of a new client. `made` has a text only if the answer is to show it. */
type Identity = {
  clientId: string
  made: (Pick<NewSecretText, 'secret'> & { text?: string }) | null
  generation: number
  /** Explains an identity that the client had elsewhere. */
  reason?: string
}

export async function decideNewClient(
  deps: RegisterDeps,
  { principal, requestId }: AdminRequest,
  input: NewClient,
  { clientId, made, generation, reason }: Identity,
  now: Seconds,
): Promise<Decision<RegisteredClient>> {
  const access = await resolveAccess(deps, input, { clientId, access: [] })
  refuseGiving(principal, access.access, deps.issuer)
  const keyless = { clientId, publicKeys: [], publishedKeys: null, federatedCredentials: [] }
  const wanted = { jwksUri: input.jwksUri, createdBy: principal.id }
  const client: Client = {
    ...blankClient(now),
    generation,
    ...detailsOf({ ...DETAIL_DEFAULTS, ...input }),
    ...access,
    ...keyless,
    ...(await placeOfKeys(deps, keyless, wanted, now)),
    createdBy: principal.id,
    boundSince: bindsTokens({ ...DETAIL_DEFAULTS, ...input }) ? now : null,
    secrets: made ? [made.secret] : [],
    certificates: [],
  }
  const problem = profileProblem(client, now)
  if (problem) throw invalidField('profile', problem)
  const actor = { type: principal.type, id: principal.id }
  const target = { type: 'client', id: clientId } as const
  return {
    result: { client, secretText: made?.text ?? null },
    events: [{ action: 'client.created', actor, clientId, target, reason, requestId }],
    writes: [{ kind: 'client', before: null, after: client }],
  }
}

/** Null for a client that is to prove itself by something else than a secret. */
async function firstSecret(
  deps: SecretDeps,
  { secret: input, profile = null }: NewClient,
  createdBy: string,
  now: Seconds,
): Promise<NewSecretText | null> {
  const getsNone = profile !== null || !isAllowed(deps.policy, 'secret')
  if (input === null || (input === undefined && getsNone)) return null
  return makeSecret(deps, input ?? {}, { field: 'secret.expires_on', createdBy }, now)
}

function blankClient(now: Seconds) {
  return {
    createdAt: now,
    updatedAt: now,
    version: 1,
    suspension: null,
    tokensValidFrom: null,
    denylistVersion: 0,
    lastTokenAt: null,
    lastUsedAt: null,
    propagation: 'complete' as const,
  }
}
