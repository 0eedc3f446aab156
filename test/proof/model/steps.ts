import type { Mode as MailMode } from '../../doubles/mailbox.ts'
import { applyTo, CHANGES } from './client-changes.ts'
import { assert, type Assert, assertAgain, type AssertAgain } from './assertions.ts'
import { again, type Again, create, type Create, newSecret, type NewSecret } from './creation.ts'
import {
  type Client,
  clientIn,
  isLive,
  PERMISSIONS,
  type PermissionName,
  type State,
  type Token,
  visible,
} from './expected.ts'
import type { Mode, OneFault, Site } from './faults.ts'
import { change, pick, placeOf, require, type Run, timeAt } from './run.ts'
import type { Manage } from './asking.ts'
import { type Garble, garble } from './garble.ts'
import { type Drill, drill } from './restore-drill.ts'
import { issue } from './issue.ts'
import { type Rewind, rewind } from './rewind.ts'
import { manage } from './rights.ts'
import { deleteKey, type DeleteKey, newKey, type NewKey } from './public-keys.ts'
import { type ChangeRole, changeRole, type HoldRole, holdRole } from './role.ts'
import { rotate, type Rotate } from './rotation.ts'
import { admin, cron, form, type Json, locationOf } from './world.ts'

// The possible events, one function each; numbers choose among what there is.

export type Step =
  | Create
  | NewSecret
  | Again
  | Rotate
  | NewKey
  | DeleteKey
  | Assert
  | AssertAgain
  | Manage
  | {
      kind: 'suspend' | 'resume' | 'delete' | 'revoke all'
      at: number
      client: number
      fault: OneFault | null
    }
  | {
      kind: 'access'
      at: number
      client: number
      access: PermissionName[]
      apply: boolean
      fault: OneFault | null
    }
  | { kind: 'may rotate'; at: number; client: number; may: boolean; fault: OneFault | null }
  | { kind: 'delete secret'; at: number; client: number; secret: number; fault: OneFault | null }
  | { kind: 'token'; at: number; credential: number; mistyped: boolean; fault: OneFault | null }
  | { kind: 'revoke token'; at: number; token: number; fault: OneFault | null }
  | { kind: 'revoke key'; at: number; token: number; fault: OneFault | null }
  | { kind: 'cron'; at: number; times: number; fault: OneFault | null }
  | { kind: 'time'; seconds: number }
  | { kind: 'until'; credential: number; off: number }
  | { kind: 'outage'; site: Site; mode: Mode }
  | { kind: 'heal' }
  | { kind: 'isolate'; at: number }
  | { kind: 'clock'; at: number; skew: number }
  | { kind: 'mail'; mode: MailMode }
  | { kind: 'snapshot' }
  | ChangeRole
  | HoldRole
  | { kind: 'object'; client: number }
  | Rewind
  | Drill
  | Garble

export async function take(run: Run, step: Step): Promise<void> {
  const { world } = run
  switch (step.kind) {
    case 'create':
      return create(run, step)
    case 'suspend':
    case 'resume':
    case 'delete':
    case 'revoke all':
      return changeClient(run, step)
    case 'access':
      return changeAccess(run, step)
    case 'new secret':
      return newSecret(run, step)
    case 'again':
      return again(run, step)
    case 'rotate':
      return rotate(run, step)
    case 'new key':
      return newKey(run, step)
    case 'delete key':
      return deleteKey(run, step)
    case 'assert':
      return assert(run, step)
    case 'assert again':
      return assertAgain(run, step)
    case 'manage':
      return manage(run, step)
    case 'may rotate':
      return allowRotation(run, step)
    case 'delete secret':
      return deleteSecret(run, step)
    case 'token':
      return askForToken(run, step)
    case 'revoke token':
      return revokeToken(run, step)
    case 'revoke key':
      return revokeKey(run, step)
    case 'cron':
      return runCron(run, step)
    case 'time':
      world.clock.now += step.seconds
      return undefined
    case 'until':
      return waitUntilTheEnd(run, step)
    case 'outage':
      world.faults.outages.set(step.site, step.mode)
      if (step.site === 'mail') run.mailFailed = true
      return undefined
    case 'heal':
      return world.faults.heal()
    case 'isolate':
      world.at[step.at] = locationOf(run.make, world, step.at)
      return undefined
    case 'clock':
      placeOf(run, step.at).skew = step.skew
      return undefined
    case 'mail':
      world.mail.mode = step.mode
      if (step.mode !== 'accepts') run.mailFailed = true
      return undefined
    case 'snapshot':
      run.snapshots.push({ of: world.sqlite.snapshot(), state: structuredClone(run.state) })
      return undefined
    case 'role':
      return changeRole(run, step)
    case 'hold role':
      return holdRole(run, step)
    case 'object':
      return beginAnew(run, step)
    case 'rewind':
      return rewind(run, step)
    case 'drill':
      return drill(run, step)
    case 'garble':
      return garble(run, step)
  }
}

type Of<K extends Step['kind']> = Extract<Step, { kind: K }>

async function changeClient(run: Run, step: Of<keyof typeof CHANGES>): Promise<void> {
  const client = pick(everyClientId(run), step.client)
  if (client === undefined) return
  const { method, path, status } = CHANGES[step.kind]
  const ask = () =>
    admin(run.world, placeOf(run, step.at), method, `/clients/${client}${path && `/${path}`}`)
  const next = (_answer: Json, state: State) => applyTo(state, client, step.kind)
  const due = clientIn(run.state, client) ? status : 404
  await change(run, step.fault, ask, { status: due, next, tells: [client] })
}

/** The object of a client's gate, or of the observer's, forgets. */
async function beginAnew(run: Run, { client }: Of<'object'>): Promise<void> {
  const id = pick([...everyClientId(run), run.observer.id], client)
  if (id !== undefined) run.world.gates?.objects.restart(id)
}

/** Those that are gone too, in the order in which they came. */
function everyClientId({ state, credentials }: Run): string[] {
  const ids = [...credentials.map((c) => c.clientId), ...state.clients.map(({ id }) => id)]
  return [...new Set(ids)]
}

async function changeAccess(
  run: Run,
  { at, client, access, apply, fault }: Of<'access'>,
): Promise<void> {
  const one = pick(run.state.clients, client)
  if (!one) return
  const body = {
    roles: one.role ? [run.roleId] : [],
    permissions: access.map((name) => PERMISSIONS[name]),
    apply_to_issued_tokens: apply,
  }
  const next = (_answer: Json, state: State) => {
    const after = clientIn(state, one.id) as Client
    const isSame = [...after.permissions].sort().join() === [...access].sort().join()
    if (isSame && !apply) return
    after.permissions = access
    if (apply) after.generation += 1
    state.events.push('client.access_changed')
  }
  const ask = () => admin(run.world, placeOf(run, at), 'PUT', `/clients/${one.id}/access`, body)
  await change(run, fault, ask, { status: 200, next, tells: [one.id] })
}

async function allowRotation(
  run: Run,
  { at, client, may, fault }: Of<'may rotate'>,
): Promise<void> {
  const one = pick(run.state.clients, client)
  if (!one) return
  const next = (_answer: Json, state: State) => {
    const after = clientIn(state, one.id) as Client
    if (after.rotates === may) return
    after.rotates = may
    state.events.push('client.updated')
  }
  const body = { allow_self_rotation: may }
  const ask = () => admin(run.world, placeOf(run, at), 'PATCH', `/clients/${one.id}`, body)
  await change(run, fault, ask, { status: 200, next, tells: [one.id] })
}

async function deleteSecret(
  run: Run,
  { at, client, secret, fault }: Of<'delete secret'>,
): Promise<void> {
  const one = pick(run.state.clients, client)
  // By any clock.
  const later = run.world.clock.now + 300
  const gone =
    one &&
    pick(
      one.secrets.filter(({ end, createdAt }) => end > later && createdAt < later),
      secret,
    )
  if (!one || !gone) return
  const place = placeOf(run, at)
  const next = (_answer: Json, state: State) => {
    const after = clientIn(state, one.id) as Client
    after.secrets = visible(after.secrets, timeAt(run, place)).filter(({ id }) => id !== gone.id)
    state.events.push('secret.deleted')
  }
  const ask = () => admin(run.world, place, 'DELETE', `/clients/${one.id}/secrets/${gone.id}`)
  await change(run, fault, ask, { status: 204, next, tells: [one.id] })
}

async function askForToken(
  run: Run,
  { at, credential, mistyped, fault }: Of<'token'>,
): Promise<void> {
  const one = pick(run.credentials, credential)
  if (!one) return
  const last = one.text.endsWith('0') ? '1' : '0'
  const secret = mistyped ? one.text.slice(0, -1) + last : one.text
  await issue(run, placeOf(run, at), { ...one, text: secret, works: !mistyped }, fault)
}

/** To the second in which a secret ends, or one beside it. */
async function waitUntilTheEnd(run: Run, { credential, off }: Of<'until'>): Promise<void> {
  const one = pick(run.credentials, credential)
  const client = one && clientIn(run.state, one.clientId)
  const end = client?.secrets.find(({ id }) => id === one?.secretId)?.end ?? 0
  run.world.clock.now = Math.max(run.world.clock.now, end + off)
}

async function revokeToken(run: Run, { at, token, fault }: Of<'revoke token'>): Promise<void> {
  const one = pick(run.tokens, token)
  const client = one && clientIn(run.state, one.clientId)
  const place = placeOf(run, at)
  const now = timeAt(run, place)
  const by = client?.secrets.find((s) => s.text !== null && isLive(s, now))
  if (!one || !client || !by || client.suspended) return
  const isDone =
    now >= one.exp || run.state.revoked.includes(one.jti) || isOfDeadKey(run.state, one)
  const next = (_answer: Json, state: State) => {
    if (isDone) return
    state.revoked.push(one.jti)
    state.events.push('token.revoked')
  }
  const credentials = { id: client.id, secret: by.text ?? '' }
  const ask = () => form(run.world, place, '/oauth/revoke', { token: one.text }, credentials)
  await change(run, fault, ask, { status: 200, next, tells: [client.id] })
}

function isOfDeadKey(state: State, { kid }: Token): boolean {
  return state.lostKeys.includes(kid)
}

async function revokeKey(run: Run, { at, token, fault }: Of<'revoke key'>): Promise<void> {
  const one = pick(run.tokens, token)
  if (!one || run.state.lostKeys.includes(one.kid)) return
  const isDone = run.state.revokedKeys.includes(one.kid)
  const next = (_answer: Json, state: State) => {
    if (isDone) return
    state.revokedKeys.push(one.kid)
    state.events.push('signing_key.revoked')
  }
  const ask = () => admin(run.world, placeOf(run, at), 'DELETE', `/signing-keys/${one.kid}`)
  await change(run, fault, ask, { status: 204, next, tells: 'everybody' })
}

async function runCron(run: Run, { at, times, fault }: Of<'cron'>): Promise<void> {
  const { faults, mail } = run.world
  if (fault?.site === 'mail') run.mailFailed = true
  const mayFail = fault !== null || faults.any || mail.mode !== 'accepts'
  // KV takes one write of a key in a second.
  run.world.clock.now += 1
  faults.next(fault)
  const places = Array.from({ length: times }, (_, n) => placeOf(run, at + n))
  const went = await Promise.all(places.map(cron))
  faults.next(null)
  require(13, mayFail || times > 1 || went.every(Boolean), () =>
    'the cron failed where nothing did')
}
