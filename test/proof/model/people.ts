import { visitorBy } from '../visitor.ts'
import type { Person } from './expected.ts'
import { admin, KEY, must, type World } from './world.ts'

const EMAIL = 'eve@example.com'
const SESSION = 8 * 3600

/** Another administrator, who has just signed in; after so many restores of D1. */
export async function appoint(world: World, rewinds: number): Promise<Person> {
  const body = { email: EMAIL, access: 'manage' }
  const made = await must(admin(world, world.oracle, 'POST', '/administrators', body))
  return signIn(world, { id: String(made['administrator_id']), access: 'manage' }, rewinds)
}

export async function signIn(
  { sqlite, clock }: World,
  { id, access }: Pick<Person, 'id' | 'access'>,
  rewinds: number,
): Promise<Person> {
  const [at, until] = [clock.now, clock.now + SESSION]
  const { visitor, sql } = await visitorBy(KEY, { administratorId: id, email: EMAIL, at, until })
  sqlite.rows(sql)
  return { id, access, session: { visitor, until, rewinds } }
}
