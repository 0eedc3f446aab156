import { spellingsOf } from './audience.ts'
import { Refusal } from './errors.ts'
import { type Access, holds, type Permission, SCOPE_TOKEN } from './permission.ts'

/** The audiences and scopes that a token is issued for. */
export type Grant = { audiences: string[]; scopes: string[] }

export type GrantRequest = {
  /** The `scope` parameter; undefined if it was not sent. */
  scope?: string | undefined
  /** The `resource` parameters (RFC 8707 §2), in the order sent. */
  resources: string[]
}

/**
 * Decides `aud` and `scope` of a token (RFC 6749 §3.3, RFC 8707 §2, RFC 9068 §3).
 *
 * `issuer`, the audience of Portcullis itself, is only ever granted alone, so that a scope of
 * another API can never be read as a right here.
 */
export function decideGrant(access: Access, request: GrantRequest, issuer: string): Grant {
  const audiences = askedAudiences(access, request.resources, issuer)
  const wanted = request.scope === undefined ? null : parseScope(request.scope)
  const grant = audiences
    ? grantOnResources(access, audiences, wanted)
    : grantByDefault(access, wanted, issuer)
  refuseNamesakes(access, grant)
  return grant
}

function askedAudiences(access: Access, resources: string[], issuer: string): string[] | null {
  if (resources.length === 0) return null
  const audiences = [...new Set(resources.map((resource) => registered(access, resource)))]
  if (audiences.length > 1 && audiences.includes(issuer)) {
    throw new Refusal(
      'invalid_target',
      "The issuer's own audience cannot be combined with another.",
    )
  }
  return audiences
}

/** The audience as it was registered, which is how the token carries it. */
function registered(access: Access, resource: string): string {
  const audience = spellingsOf(resource).find((spelling) =>
    access.permissions.some((p) => p.audience === spelling),
  )
  if (audience !== undefined) return audience
  throw new Refusal('invalid_target', 'The client has no permission on an API that it asked for.')
}

/** RFC 6749 §3.3: `scope-token *( SP scope-token )`. */
export function parseScope(scope: string): string[] {
  const tokens = scope.split(' ')
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    throw new Refusal('invalid_scope', 'The scope must be scope values separated by single spaces.')
  }
  return [...new Set(tokens)]
}

function grantOnResources(access: Access, audiences: string[], wanted: string[] | null): Grant {
  const here = access.permissions.filter((p) => audiences.includes(p.audience))
  refuseMissing(here, wanted)
  return { audiences, scopes: wanted ?? namesOf(here) }
}

/**
 * Without a `resource`: the APIs to which the scopes belong. Portcullis itself counts only if it is
 * the only one.
 */
function grantByDefault(access: Access, wanted: string[] | null, issuer: string): Grant {
  if (access.permissions.length === 0) {
    throw new Refusal('invalid_scope', 'The client has no permission.')
  }
  refuseMissing(access.permissions, wanted)
  const isOwn = (p: Permission) => p.audience === issuer
  const others = access.permissions.filter((p) => !isOwn(p))
  const candidates = [others, access.permissions.filter(isOwn)]
  const pool = candidates.find((c) => c.length > 0 && (wanted ?? []).every((s) => hasName(c, s)))
  if (!pool) {
    throw new Refusal(
      'invalid_scope',
      "The issuer's own scopes cannot be mixed with another API's.",
    )
  }
  const granted = pool.filter((p) => wanted === null || wanted.includes(p.permission))
  const audiences = [...new Set(granted.map((p) => p.audience))].sort()
  return { audiences, scopes: wanted ?? namesOf(granted) }
}

function refuseMissing(permissions: Permission[], wanted: string[] | null): void {
  if (wanted?.some((scope) => !hasName(permissions, scope))) {
    throw new Refusal('invalid_scope', 'The client lacks a scope that it asked for.')
  }
}

/** RFC 9068 §3: a scope with different meanings on the token's audiences is refused. */
function refuseNamesakes(access: Access, grant: Grant): void {
  const unclear = grant.scopes.find((scope) => !holds(access, grant.audiences, scope))
  if (unclear === undefined) return
  throw new Refusal(
    'invalid_scope',
    `Scope ${unclear} is held on one of these APIs but not on another: ask for one resource.`,
  )
}

function hasName(permissions: Permission[], scope: string): boolean {
  return permissions.some((p) => p.permission === scope)
}

function namesOf(permissions: Permission[]): string[] {
  return [...new Set(permissions.map((p) => p.permission))].sort()
}
