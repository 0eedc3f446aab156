import { applyTo, CHANGES } from './client-changes.ts'
import { type Client, clientIn, isLive, PERMISSIONS, type Token } from './expected.ts'
import type { Run } from './run.ts'
import { admin, form, must } from './world.ts'

/** How a machine loses its right; who suspends is who does so most. */
export const LOSSES = [
  'suspend',
  'revoke all',
  'access',
  'revoke token',
  'suspend',
  'delete',
  'revoke key',
] as const

/** In one of the ways there are, where nothing fails. */
export async function loseOfMachine(run: Run, token: Token, how: number): Promise<void> {
  const client = clientIn(run.state, token.clientId)
  if (!client) return
  const kind = LOSSES[how % LOSSES.length] ?? 'suspend'
  if (kind === 'access') return loseAccess(run, client)
  if (kind === 'revoke token') return loseToken(run, client, token)
  if (kind === 'revoke key') return loseKey(run, token)
  const { method, path } = CHANGES[kind]
  const url = `/clients/${client.id}${path && `/${path}`}`
  await must(admin(run.world, run.world.oracle, method, url))
  applyTo(run.state, client.id, kind)
}

async function loseAccess({ world, state }: Run, client: Client): Promise<void> {
  const kept = client.permissions.filter((name) => name !== 'manage')
  const body = { roles: [], permissions: kept.map((name) => PERMISSIONS[name]) }
  await must(admin(world, world.oracle, 'PUT', `/clients/${client.id}/access`, body))
  if (kept.length === client.permissions.length && client.role === null) return
  client.permissions = kept
  client.role = null
  state.events.push('client.access_changed')
}

/** By the client itself, where it can still authenticate. */
async function loseToken({ world, state }: Run, client: Client, token: Token): Promise<void> {
  const now = world.clock.now
  const by = client.secrets.find((secret) => secret.text !== null && isLive(secret, now))
  const isOver = now >= token.exp || state.revoked.includes(token.jti)
  const isOfDeadKey = [...state.revokedKeys, ...state.lostKeys].includes(token.kid)
  if (!by || client.suspended || isOver || isOfDeadKey) return
  const credentials = { id: client.id, secret: by.text ?? '' }
  await must(form(world, world.oracle, '/oauth/revoke', { token: token.text }, credentials))
  state.revoked.push(token.jti)
  state.events.push('token.revoked')
}

/** And with it every token of that key. */
async function loseKey({ world, state }: Run, { kid }: Token): Promise<void> {
  if ([...state.revokedKeys, ...state.lostKeys].includes(kid)) return
  await must(admin(world, world.oracle, 'DELETE', `/signing-keys/${kid}`))
  state.revokedKeys.push(kid)
  state.events.push('signing_key.revoked')
}
