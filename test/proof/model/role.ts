import { type Client, clientIn, PERMISSIONS, type PermissionName, type State } from './expected.ts'
import type { OneFault } from './faults.ts'
import { change, pick, placeOf, type Run } from './run.ts'
import { admin, type Json } from './world.ts'

// One role, which clients hold or not: where there are gates, a change of it concerns more than can be told.

export type ChangeRole = {
  kind: 'role'
  at: number
  access: PermissionName[]
  fault: OneFault | null
}

export type HoldRole = {
  kind: 'hold role'
  at: number
  client: number
  holds: boolean
  fault: OneFault | null
}

export async function changeRole(run: Run, { at, access, fault }: ChangeRole): Promise<void> {
  if (run.roleId === null) return
  const permissions = access.map((name) => PERMISSIONS[name])
  const next = (_answer: Json, state: State) => {
    if (isSame(state.role, access)) return
    state.role = access
    for (const client of state.clients) if (client.role) client.role = access
    state.events.push('role.updated')
  }
  const ask = () =>
    admin(run.world, placeOf(run, at), 'PATCH', `/roles/${run.roleId}`, { permissions })
  await change(run, fault, ask, { status: 200, next, tells: 'everybody' })
}

export async function holdRole(run: Run, { at, client, holds, fault }: HoldRole): Promise<void> {
  const one = pick(run.state.clients, client)
  if (!one || run.roleId === null) return
  const next = (_answer: Json, state: State) => {
    const after = clientIn(state, one.id) as Client
    if ((after.role !== null) === holds) return
    after.role = holds ? state.role : null
    state.events.push('client.access_changed')
  }
  const permissions = one.permissions.map((name) => PERMISSIONS[name])
  const body = { roles: holds ? [run.roleId] : [], permissions }
  const ask = () => admin(run.world, placeOf(run, at), 'PUT', `/clients/${one.id}/access`, body)
  await change(run, fault, ask, { status: 200, next, tells: [one.id] })
}

function isSame(a: PermissionName[] | null, b: PermissionName[]): boolean {
  return [...(a ?? [])].sort().join() === [...b].sort().join()
}
