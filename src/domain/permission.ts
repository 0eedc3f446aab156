/** One scope value of one API. */
export type Permission = { audience: string; permission: string }

/**
 * The permissions of a client, and those it lacks although the name is the same: `namesakes` are
 * permissions of its APIs that share a name with one it holds elsewhere. Without them, a token for
 * two APIs would carry a right from one to the other (RFC 9068 §5).
 */
export type Access = { permissions: Permission[]; namesakes: Permission[] }

/** Permissions of Portcullis itself, an API whose audience is the issuer. */
export const OWN_PERMISSIONS = {
  'clients:read': 'Read clients, APIs, roles and signing keys',
  'clients:manage': 'Change clients, APIs and roles',
  'tokens:introspect': 'Introspect any token',
  'audit:read': 'Read the audit events',
} as const

export type OwnPermission = keyof typeof OWN_PERMISSIONS

/**
 * Every API has it. Only Portcullis reads it, from the database, so as a scope it means nothing
 * elsewhere.
 */
export const INTROSPECT = 'tokens:introspect'

/** RFC 6749 §3.3: a scope-token. */
export const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export function samePermission(a: Permission, b: Permission): boolean {
  return a.audience === b.audience && a.permission === b.permission
}

export function uniquePermissions(permissions: Permission[]): Permission[] {
  const seen = new Map(permissions.map((p) => [`${p.permission} ${p.audience}`, p]))
  return [...seen.values()]
}

/** The permissions in canonical order. */
export function inOrder(permissions: Permission[]): Permission[] {
  const key = (p: Permission) => `${p.audience} ${p.permission}`
  return [...permissions].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The names alone, sorted and without duplicates: the value of a `scope` field. */
export function scopeOf(permissions: Permission[]): string {
  return [...new Set(permissions.map((p) => p.permission))].sort().join(' ')
}

/**
 * Whether the client holds scope value `name` on these audiences: on at least one, and on each that
 * has a permission of that name.
 */
export function holds(access: Access, audiences: string[], name: string): boolean {
  const named = (p: Permission) => p.permission === name && audiences.includes(p.audience)
  return access.permissions.some(named) && (name === INTROSPECT || !access.namesakes.some(named))
}
