import type { Admin } from '../admin.ts'
import type { ApiBody } from '../api-types.ts'
import { APIS } from '../apis/noun.ts'
import { readAll } from '../noun.ts'
import { ROLES } from '../roles/noun.ts'
import { noteOnce } from './notes.ts'
import { isSameAccess, type Plan, type PlannedApi, type PlannedPermission } from './plan.ts'

/** An API to make, or to add permissions to, or neither where it has them all. */
export type ApiStep = PlannedApi & { existing: ApiBody | null; missing: PlannedPermission[] }
/** `roleId`: null for a role that is to be made. */
export type RoleStep = Plan['roles'][number] & { roleId: string | null }
export type Steps = Omit<Plan, 'apis' | 'roles'> & { apis: ApiStep[]; roles: RoleStep[] }

/** Leaves of a plan what is still to be done on this server: an interrupted import goes on. */
export async function compare(admin: Admin, planned: Plan): Promise<Steps> {
  const apis = await readAll(admin, APIS)
  const roles = await readAll(admin, ROLES)
  const plan = withoutPower(planned, admin.issuer)
  const taken = plan.roles.filter((role) =>
    roles.some(
      ({ name, permissions }) => name === role.name && !isSameAccess(permissions, role.permissions),
    ),
  )
  for (const { name } of taken) {
    const detail = 'is a role here that gives something else: its permissions are given one by one'
    noteOnce(plan, { about: name, detail })
  }
  return {
    ...plan,
    apis: plan.apis.map((api) => stepOf(api, apis)),
    roles: plan.roles
      .filter((role) => !taken.includes(role))
      .map((role) => ({
        ...role,
        roleId: roles.find((r) => r.name === role.name)?.role_id ?? null,
      })),
    clients: plan.clients.map((client) => ({
      ...client,
      roles: client.roles.filter((name) => !taken.some((role) => role.name === name)),
      permissions: [
        ...client.permissions,
        ...taken.filter(({ name }) => client.roles.includes(name)).flatMap((r) => r.permissions),
      ],
    })),
  }
}

/** The author of an export must not have a say in who administers this server. */
function withoutPower(plan: Plan, issuer: string): Plan {
  const isOther = ({ audience }: { audience: string }) => audience !== issuer
  if (plan.apis.every(isOther)) return plan
  noteOnce(plan, {
    about: issuer,
    detail: 'is this server itself: no import gives permissions on it, and they are left out',
  })
  const roles = plan.roles.map((r) => ({ ...r, permissions: r.permissions.filter(isOther) }))
  const kept = roles.filter(({ permissions }) => permissions.length > 0)
  return {
    ...plan,
    apis: plan.apis.filter(isOther),
    roles: kept,
    clients: plan.clients.map((client) => ({
      ...client,
      roles: client.roles.filter((name) => kept.some((role) => role.name === name)),
      permissions: client.permissions.filter(isOther),
    })),
  }
}

function stepOf(api: PlannedApi, existing: ApiBody[]): ApiStep {
  const found = existing.find(({ audience }) => audience === api.audience) ?? null
  const has = new Set(found?.permissions.map(({ permission }) => permission))
  const missing = api.permissions.filter(({ permission }) => !has.has(permission))
  return { ...api, existing: found, missing }
}
