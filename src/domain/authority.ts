import type { Client } from './client.ts'
import { Refusal } from './errors.ts'
import type { OwnPermission, Permission } from './permission.ts'

/** An administering caller. The credential alone decides which it is. */
export type Principal =
  | { type: 'bootstrap'; id: 'bootstrap' }
  | { type: 'administrator'; id: string; access: 'view' | 'manage' }
  | { type: 'client'; id: string; permissions: OwnPermission[] }

/** The right that a call requires; a token never grants `person`. */
export type Right = 'clients:read' | 'clients:manage' | 'audit:read' | 'person'

export function requireRight(principal: Principal, right: Right): void {
  if (hasRight(principal, right)) return
  const code = right === 'person' ? 'forbidden' : 'insufficient_scope'
  // No person has a scope, so the name of one would not help.
  if (principal.type === 'administrator') throw new Refusal(code, 'This needs manage access.')
  if (right === 'person') refuseMachine()
  throw new Refusal('insufficient_scope', `This needs ${right}.`, { scope: right })
}

export function hasRight(principal: Principal, right: Right): boolean {
  if (principal.type === 'bootstrap') return true
  if (principal.type === 'administrator') {
    return principal.access === 'manage' || right === 'clients:read' || right === 'audit:read'
  }
  if (right === 'person') return false
  if (right === 'clients:read' && principal.permissions.includes('clients:manage')) return true
  return principal.permissions.includes(right)
}

/**
 * A client's token must not change its own client, nor one with rights here: that would be
 * privilege escalation.
 */
export function refuseChangeOfClient(principal: Principal, client: Client, issuer: string): void {
  refuseChangeOfItself(principal, client)
  if (principal.type === 'client' && hasOwn(client.access, issuer)) refuseMachine()
}

/** Stopping another client gains no power: a machine may suspend any client but itself. */
export function refuseSuspensionOfItself(principal: Principal, client: Client): void {
  refuseChangeOfItself(principal, client)
}

/** A machine must not grant permissions on Portcullis itself. */
export function refuseGiving(
  principal: Principal,
  permissions: Permission[],
  issuer: string,
): void {
  if (principal.type === 'client' && hasOwn(permissions, issuer)) refuseMachine()
}

/** Changing a role or an API changes what every holder of it may do. */
export function refuseChangeOfHeld(
  principal: Principal,
  held: { byItself: boolean; byPowerful: boolean },
): void {
  if (principal.type === 'client' && (held.byItself || held.byPowerful)) refuseMachine()
}

function refuseChangeOfItself(principal: Principal, client: Client): void {
  if (principal.type !== 'client' || principal.id !== client.clientId) return
  throw new Refusal('forbidden', 'A client cannot change itself through this API.')
}

function refuseMachine(): never {
  throw new Refusal(
    'forbidden',
    'This needs a person with manage access, or the bootstrap token: no client can change who administers this server.',
  )
}

function hasOwn(permissions: Permission[], issuer: string): boolean {
  return permissions.some((p) => p.audience === issuer)
}
