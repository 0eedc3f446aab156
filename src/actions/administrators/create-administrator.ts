import {
  type Administrator,
  type AdministratorAccess,
  auditedChanges,
  readAddress,
} from '../../domain/administrator.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import { type AdminRequest, type CommitDeps, eventBy } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'

export type AdministratorFields = { email: string; access: AdministratorAccess }

export type AdministratorDeps = CommitDeps &
  Pick<Deps, 'administrators' | 'configuredAdministrators'>

/** Gives a person access to Portcullis itself. */
export function createAdministrator(
  deps: AdministratorDeps & OnceDeps,
  request: AdminRequest,
  input: AdministratorFields,
): Promise<Administrator> {
  return commitOnce(deps, request, async (now) => {
    const email = await freeAddress(deps, input.email)
    const after = newAdministrator(deps, { email, access: input.access }, now)
    const target = { type: 'administrator' as const, id: after.administratorId }
    const event = eventBy(request, 'administrator.created', target)
    return {
      result: after,
      events: [{ ...event, changes: auditedChanges(null, after) }],
      writes: [{ kind: 'administrator', before: null, after }, ...noteByHand(deps, [email])],
    }
  })
}

export function newAdministrator(
  deps: Pick<Deps, 'random'>,
  { email, access }: AdministratorFields,
  now: Seconds,
): Administrator {
  const administratorId = newId('administrator', deps.random)
  return { administratorId, email, access, createdAt: now, updatedAt: now, version: 1 }
}

/** The normalized address, which must be free. */
export async function freeAddress(
  deps: Pick<Deps, 'administrators'>,
  text: string,
): Promise<string> {
  const email = addressOf(text)
  if (await deps.administrators.findByEmail(email)) {
    throw new Refusal('conflict', 'There is already an administrator with this email address.')
  }
  return email
}

export function addressOf(text: string): string {
  const email = readAddress(text)
  if (email === null) {
    throw invalidField('email', 'must be an email address such as ada@example.com')
  }
  return email
}

/**
 * A configured address that is handled by hand is no longer let in automatically: a person who was
 * removed before their first sign-in, or given other access, does not come back as a manager.
 */
export function noteByHand(
  deps: Pick<Deps, 'configuredAdministrators'>,
  emails: string[],
): Write[] {
  const noted = emails.filter((email) => deps.configuredAdministrators.includes(email))
  return noted.length > 0 ? [{ kind: 'configured_administrators', emails: noted }] : []
}
