import type { Admin } from './admin.ts'
import { ADMINISTRATORS } from './administrators/noun.ts'
import { EXIT, Failure } from './failure.ts'
import { findId } from './noun.ts'

/** Finds an administrator by address; anything else is the id of an actor. */
export async function findActorId(admin: Admin, named: string): Promise<string> {
  if (!named.includes('@')) return named
  try {
    return await findId(admin, ADMINISTRATORS, named)
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.exitCode !== EXIT.notFound) throw failure
    const hint = 'For one that was removed, give the id, which portcullis audit --json shows.'
    throw new Failure(EXIT.notFound, `${failure.message} ${hint}`)
  }
}
