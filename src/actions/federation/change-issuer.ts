import { differences } from '../../domain/audit.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { IssuerTrust, TrustedIssuer } from '../../domain/federation.ts'
import { type AdminRequest, eventBy, noChange } from '../changes/commit-change.ts'
import { commitOnce } from '../changes/make-once.ts'
import { requireVersion } from '../changes/require-version.ts'
import { type IssuerDeps, refuseUnfit, sealedAs } from './create-issuer.ts'

export type IssuerRequest = AdminRequest & {
  issuerId: string
  expectedVersions?: number[] | undefined
}

/** All but the identifier and the preset: another issuer is another one. */
export type IssuerChange = Partial<Omit<IssuerTrust, 'issuer' | 'preset'> & { name: string }>

const FIELDS = {
  name: 'name',
  keys: 'keys',
  algorithms: 'algorithms',
  audiences: 'audiences',
  maxLifetime: 'max_lifetime',
  checkJti: 'check_jti',
}

/** @throws Refusal `not_found` */
export async function findIssuer(
  deps: Pick<Deps, 'issuers'>,
  issuerId: string,
): Promise<TrustedIssuer> {
  const issuer = await deps.issuers.find(issuerId)
  if (!issuer) throw new Refusal('not_found', 'There is no such issuer.')
  return issuer
}

/** Changes how an issuer's tokens are judged: holds for the next token. */
export function updateIssuer(
  deps: IssuerDeps,
  request: IssuerRequest,
  change: IssuerChange,
): Promise<TrustedIssuer> {
  return commitOnce(deps, request, async (now) => {
    const before = await findIssuer(deps, request.issuerId)
    requireVersion(before.version, request.expectedVersions)
    const { createdAt, createdBy, issuerId, version } = before
    const trust = { ...before, ...change }
    await refuseUnfit(deps, trust, issuerId)
    const around = { name: trust.name, createdAt, createdBy, updatedAt: now, version: version + 1 }
    const after = await sealedAs(deps, issuerId, trust, around)
    const changes = differences(before, after, FIELDS)
    const target = { type: 'issuer' as const, id: issuerId }
    if (Object.keys(changes).length === 0)
      return noChange(before, [{ kind: 'issuer', before, after: before }], target)
    return {
      result: after,
      events: [{ ...eventBy(request, 'issuer.updated', target), changes }],
      writes: [{ kind: 'issuer', before, after }],
    }
  })
}

/** Believes an issuer no more. Rules that name it would wait for it to come back: none may. */
export function deleteIssuer(deps: IssuerDeps, request: IssuerRequest): Promise<void> {
  return commitOnce(deps, request, async () => {
    const before = await findIssuer(deps, request.issuerId)
    requireVersion(before.version, request.expectedVersions)
    const rules = await deps.issuers.rules(before.issuerId)
    if (rules > 0) {
      const inWords =
        rules === 1
          ? '1 federated credential of a client names this issuer: delete it first.'
          : `${rules} federated credentials of clients name this issuer: delete them first.`
      throw new Refusal('conflict', inWords)
    }
    return {
      result: undefined,
      events: [eventBy(request, 'issuer.deleted', { type: 'issuer', id: before.issuerId })],
      writes: [{ kind: 'issuer', before, after: null }],
    }
  })
}
