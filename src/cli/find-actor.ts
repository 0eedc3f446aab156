import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { readPages } from './pages.ts'

type AdministratorBody = { administrator_id: string; email: string }

/** Finds an administrator by address; anything else is the id of an actor. */
export async function findActorId(admin: Admin, named: string): Promise<string> {
  if (!named.includes('@')) return named
  const paging = { limit: undefined, all: true, progress: false }
  const { items } = await readPages<AdministratorBody>(
    admin,
    '/administrators',
    {},
    paging,
    'administrators',
  )
  const found = items.find(({ email }) => email === named.trim().toLowerCase())
  if (found) return found.administrator_id
  const hint = 'For one that was removed, give the id, which portcullis audit --json shows.'
  throw new Failure(EXIT.notFound, `No administrator has the address "${named}". ${hint}`)
}
