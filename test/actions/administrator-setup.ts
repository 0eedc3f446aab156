import {
  deleteAdministrator,
  updateAdministrator,
} from '../../src/actions/administrators/change-administrator.ts'
import {
  type AdministratorDeps,
  type AdministratorFields,
  createAdministrator,
} from '../../src/actions/administrators/create-administrator.ts'
import type { AnchorChangeDeps } from '../../src/actions/audit/anchor-change.ts'
import type { OnceDeps } from '../../src/actions/changes/make-once.ts'
import { keyedHashes } from '../../src/crypto/keyed-hashes.ts'
import { randomText } from '../../src/crypto/random.ts'
import { auditSeals } from '../../src/crypto/seals.ts'
import type { Administrator } from '../../src/domain/administrator.ts'
import { type Principal, requireRight } from '../../src/domain/authority.ts'
import { Refusal } from '../../src/domain/errors.ts'
import { d1Administrators } from '../../src/storage/administrators/administrators.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1AuditEvents } from '../../src/storage/ledger/audit-events.ts'
import { d1IdempotencyRecords } from '../../src/storage/ledger/idempotency-records.ts'
import { d1Ledger } from '../../src/storage/ledger/ledger.ts'
import { rings } from '../crypto/rings.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'
import { readSignInBy } from '../../src/domain/sign-in.ts'
import { d1Members } from '../../src/storage/administrators/members.ts'
import type { Deps } from '../../src/domain/deps.ts'
import { memoryAnchors, noLists } from './memory.ts'
import { env } from 'cloudflare:workers'
import { beforeEach } from 'vitest'

export const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }

export const ADA = 'ada@example.com'

export const BOB = 'bob@example.com'

export type TestDeps = AdministratorDeps &
  OnceDeps &
  AnchorChangeDeps &
  Pick<Deps, 'members' | 'signInBy'>

export function depsWith(...configuredAdministrators: string[]): TestDeps {
  const db = openDatabase(env.DB)
  const { anchors, jobStates } = memoryAnchors()
  return {
    anchors,
    jobStates,
    statusLists: noLists,
    auditEvents: d1AuditEvents(db),
    defer: () => {},
    ledger: d1Ledger(db, ISSUER, async () => []),
    seals: auditSeals(rings.before),
    administrators: d1Administrators(db),
    members: d1Members(db),
    signInBy: readSignInBy((read) => read(), undefined, undefined),
    configuredAdministrators,
    idempotencyRecords: d1IdempotencyRecords(db),
    keyedHashes: keyedHashes(rings.before, 'idempotency'),
    now: () => NOW,
    random: randomText,
    gates: null,
    answerAfter: () => {},
    backOff: () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20)),
  }
}

export const by = (principal: Principal) => ({
  principal,
  requestId: 'request',
  confirmRight: async () => requireRight(await asOfNow(principal), 'person'),
})

/** The database's view of a principal, as the doors read it after the head of the log. */
export async function asOfNow(principal: Principal): Promise<Principal> {
  if (principal.type !== 'administrator') return principal
  const self = await deps.administrators.find(principal.id)
  if (!self) throw new Refusal('forbidden', 'not there any more')
  return { ...principal, access: self.access }
}

export const create = (email: string, access: Administrator['access'] = 'manage') =>
  createAdministrator(deps, by(BOOTSTRAP), { email, access })

export const update = (
  principal: Principal,
  { administratorId }: Administrator,
  fields: Partial<AdministratorFields>,
) => updateAdministrator(deps, { ...by(principal), administratorId }, fields)

export const demote = (principal: Principal, administrator: Administrator) =>
  update(principal, administrator, { access: 'view' })

export const remove = (principal: Principal, { administratorId }: Administrator) =>
  deleteAdministrator(deps, { ...by(principal), administratorId })

/** The deps of the current test, without a configured administrator. */
export let deps: TestDeps

export function configure(...addresses: string[]): void {
  deps = depsWith(...addresses)
}

beforeEach(() => configure())
