import { type Asking, bodyOf, DEAD, type Manage, MAY_NOT } from './asking.ts'
import { applyTo, CHANGES, type ClientChange } from './client-changes.ts'
import {
  type Client,
  clientIn,
  grantOf,
  isLive,
  PERMISSIONS,
  scopeOf,
  type State,
  type Token,
} from './expected.ts'
import { issue } from './issue.ts'
import { loseOfMachine } from './losses.ts'
import { pick, placeOf, requireFacts, type Run, timeAt } from './run.ts'
import { admin, ask, ISSUER, must } from './world.ts'

/** A client that administers: it has a token for the server itself, for more or for less. */
export function byMachine(run: Run, step: Manage): Asking | null {
  const own = run.tokens.filter(({ audience }) => audience === ISSUER)
  const token = pick(own.reverse(), step.token)
  const target = token && targetOf(run, token, step.client)
  if (!token || !target) return null
  const place = placeOf(run, step.at)
  const now = timeAt(run, place)
  const changing = changeOf(target, step.change)
  return {
    credential: token,
    refused: (state) => refusedTo(state, token, now),
    due: { status: isForbidden(token, target, changing) ? MAY_NOT : 200, apply: changing.apply },
    target: target.id,
    isGone: (state) => !clientIn(state, target.id),
    send: (requestId, late) => {
      const headers = {
        Authorization: `Bearer ${token.text}`,
        'Content-Type': 'application/json',
        'cf-ray': requestId,
      }
      const { method, path, fields } = changing
      const body = bodyOf(JSON.stringify(fields), late)
      const url = `/admin/v1/clients/${target.id}${path}`
      return ask(run.world, place, url, { method, headers, body })
    },
    lose: () => loseOfMachine(run, token, step.loss?.how ?? 0),
  }
}

/** Any client, and rather another than its own. */
function targetOf({ state: { clients } }: Run, { clientId }: Token, n: number): Client | undefined {
  return pick([...clients.filter(({ id }) => id !== clientId), ...clients], n)
}

function refusedTo(state: State, token: Token, now: number): number | null {
  const scope = scopeOf(state, token, now)
  if (scope === null) return DEAD
  return scope.split(' ').includes(PERMISSIONS.manage.permission) ? null : MAY_NOT
}

/** No machine changes itself, nor who has power here; it may suspend any other. */
function isForbidden(
  { clientId }: Token,
  { id, permissions }: Client,
  { path }: Changing,
): boolean {
  const isPowerful = permissions.some((name) => PERMISSIONS[name].audience === ISSUER)
  return clientId === id || (isPowerful && path !== '/suspension')
}

type Changing = {
  method: string
  path: string
  fields: Record<string, unknown>
  apply: (state: State) => void
}

/** One that changes something as things are: it leaves an event. */
function changeOf({ id, suspended, rotates }: Client, n: number): Changing {
  const plain = (kind: ClientChange): Changing => {
    const { method, path } = CHANGES[kind]
    return { method, path: `/${path}`, fields: {}, apply: (state) => applyTo(state, id, kind) }
  }
  const mayRotate: Changing = {
    method: 'PATCH',
    path: '',
    fields: { allow_self_rotation: !rotates },
    apply: (state) => {
      const client = clientIn(state, id)
      if (client) client.rotates = !rotates
      state.events.push('client.updated')
    },
  }
  return (
    [suspended ? mayRotate : plain('suspend'), plain('revoke all'), mayRotate][n % 3] ?? mayRotate
  )
}

/** A client may manage again, or another one may, and has a token for it; where nothing fails. */
export async function admitMachine(run: Run): Promise<void> {
  const { world, state } = run
  const found = machineIn(run)
  if (!found) return
  const { client, one } = found
  if (client.suspended) {
    await must(admin(world, world.oracle, 'DELETE', `/clients/${client.id}/suspension`))
    applyTo(state, client.id, 'resume')
  }
  if (!isManager(client)) await giveManagement(run, client)
  requireFacts(run, 8, 'when a machine was let in again')
  await issue(run, world.oracle, { ...one, works: true }, null)
}

function isManager(client: Client): boolean {
  const grant = grantOf(client)
  return grant?.audience === ISSUER && grant.scopes.includes(PERMISSIONS.manage.permission)
}

/** One that can authenticate by the right clock; rather one that may manage. */
function machineIn({ world, state, credentials }: Run) {
  const all = [...state.clients].sort((a, b) => Number(isManager(b)) - Number(isManager(a)))
  for (const client of all) {
    const live = client.secrets.filter((secret) => isLive(secret, world.clock.now))
    const one = credentials.find(({ secretId }) => live.some(({ id }) => id === secretId))
    if (one) return { client, one }
  }
  return null
}

async function giveManagement({ world, state }: Run, client: Client): Promise<void> {
  const body = { roles: [], permissions: [PERMISSIONS.manage] }
  await must(admin(world, world.oracle, 'PUT', `/clients/${client.id}/access`, body))
  client.permissions = ['manage']
  client.role = null
  state.events.push('client.access_changed')
}
