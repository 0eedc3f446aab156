import { admin, API, must, type World } from './world.ts'

/** The one role, with which a history with gates begins. */
export async function makeRole(world: World): Promise<string> {
  const permissions = [{ audience: API, permission: 'invoices:read' }]
  const body = { name: 'model role', permissions }
  const made = await must(admin(world, world.oracle, 'POST', '/roles', body))
  return String(made['role_id'])
}
