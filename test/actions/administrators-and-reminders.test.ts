import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
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
import { letInConfiguredAdministrators } from '../../src/actions/administrators/let-in-configured-administrators.ts'
import { keyedHashes } from '../../src/crypto/keyed-hashes.ts'
import { randomText } from '../../src/crypto/random.ts'
import { auditSeals } from '../../src/crypto/seals.ts'
import type { Administrator } from '../../src/domain/administrator.ts'
import { type Principal, requireRight } from '../../src/domain/authority.ts'
import { Refusal } from '../../src/domain/errors.ts'
import { d1Administrators } from '../../src/storage/administrators/administrators.ts'
import { d1AuditEvents } from '../../src/storage/ledger/audit-events.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1IdempotencyRecords } from '../../src/storage/ledger/idempotency-records.ts'
import { d1Ledger } from '../../src/storage/ledger/ledger.ts'
import { d1Reminders } from '../../src/storage/reminders/reminders.ts'
import { rings } from '../crypto/rings.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'
import { memoryAnchors } from './memory.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

type TestDeps = AdministratorDeps & OnceDeps & AnchorChangeDeps

function depsWith(...configuredAdministrators: string[]): TestDeps {
  const db = openDatabase(env.DB)
  const { anchors, jobStates } = memoryAnchors()
  return {
    anchors,
    jobStates,
    auditEvents: d1AuditEvents(db),
    defer: () => {},
    ledger: d1Ledger(db, ISSUER, async () => []),
    seals: auditSeals(rings.before),
    administrators: d1Administrators(db),
    configuredAdministrators,
    idempotencyRecords: d1IdempotencyRecords(db),
    keyedHashes: keyedHashes(rings.before, 'idempotency'),
    now: () => NOW,
    random: randomText,
    backOff: () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20)),
  }
}

let deps: TestDeps
beforeEach(() => {
  deps = depsWith()
})

const by = (principal: Principal) => ({
  principal,
  requestId: 'request',
  confirmRight: async () => requireRight(await asOfNow(principal), 'person'),
})

/** What the database says of a principal, as the doors ask it behind the head of the log. */
async function asOfNow(principal: Principal): Promise<Principal> {
  if (principal.type !== 'administrator') return principal
  const self = await deps.administrators.find(principal.id)
  if (!self) throw new Refusal('forbidden', 'not there any more')
  return { ...principal, access: self.access }
}

const create = (email: string, access: Administrator['access'] = 'manage') =>
  createAdministrator(deps, by(BOOTSTRAP), { email, access })

const update = (
  principal: Principal,
  { administratorId }: Administrator,
  fields: Partial<AdministratorFields>,
) => updateAdministrator(deps, { ...by(principal), administratorId }, fields)

const demote = (principal: Principal, administrator: Administrator) =>
  update(principal, administrator, { access: 'view' })

const remove = (principal: Principal, { administratorId }: Administrator) =>
  deleteAdministrator(deps, { ...by(principal), administratorId })

/** Who has to catch up with reminders that were planned before, because of a change. */
async function leftToCatchUp(change: () => Promise<unknown>): Promise<unknown[]> {
  await env.DB.prepare('UPDATE portcullis_administrators SET catch_up_expiry = NULL').run()
  await change()
  return catchingUp()
}

async function catchingUp(): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    'SELECT email FROM portcullis_administrators WHERE catch_up_expiry IS NOT NULL',
  ).all()
  return results.map((row) => row['email'])
}

/** The secrets of which each is reminded. */
async function remindedOf(): Promise<Record<string, string[]>> {
  const { results } = await env.DB.prepare(
    `SELECT email, json_group_array(secret_id ORDER BY secret_id) AS ids FROM portcullis_reminders
     GROUP BY email`,
  ).all<{ email: string; ids: string }>()
  return Object.fromEntries(results.map(({ email, ids }) => [email, JSON.parse(ids) as string[]]))
}

describe('reminders', () => {
  const SECRETS = { ended: NOW, living: NOW + 1 }

  beforeEach(async () => {
    await env.DB.batch([
      env.DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description,
        search_text, created_at, created_by, updated_at, version, generation, denylist_version,
        access_token_lifetime) VALUES ('client', '', '', '', '', 0, '', 0, 1, 0, 0, 60)`),
      ...Object.entries(SECRETS).map(([id, expiresAt]) =>
        env.DB.prepare(`INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest,
          pepper_version, hint, created_at, expires_at, remind) VALUES (?1, 'client', ?1, '', '',
          '', 0, ?2, 1)`).bind(id, expiresAt),
      ),
    ])
  })

  it('are caught up with by whoever becomes a manager, and at a manager’s new address', async () => {
    const changes: [string, string, () => Promise<unknown>][] = [
      ['made', ADA, () => create(ADA)],
      [
        'let in',
        'configured@example.com',
        () => letInConfiguredAdministrators(depsWith('configured@example.com')),
      ],
      [
        'raised',
        BOB,
        async () => update(BOOTSTRAP, await create(BOB, 'view'), { access: 'manage' }),
      ],
      [
        'moved',
        'ada@example.org',
        async () =>
          update(BOOTSTRAP, (await deps.administrators.findByEmail(ADA)) as Administrator, {
            email: 'ada@example.org',
          }),
      ],
    ]
    for (const [name, email, change] of changes) {
      expect([name, await leftToCatchUp(change)]).toEqual([name, [email]])
    }
  })

  it('of many that end in one second are caught up with a portion at a time, each once', async () => {
    const reminders = d1Reminders(openDatabase(env.DB))
    const ends = [NOW + 2, NOW + 2, NOW + 2, NOW + 2, NOW + 3]
    await env.DB.batch(
      ends.flatMap((at, n) => [
        env.DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description,
          search_text, created_at, created_by, updated_at, version, generation, denylist_version,
          access_token_lifetime) VALUES (?1, '', '', '', '', 0, '', 0, 1, 0, 0, 60)`).bind(
          `more_${n}`,
        ),
        env.DB.prepare(`INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest,
          pepper_version, hint, created_at, expires_at, remind, reminders_planned)
          VALUES (?1, ?1, ?1, '', '', '', 0, ?2, 1, 1)`).bind(`more_${n}`, at),
      ]),
    )
    await create(ADA)
    await create(BOB)
    const portions: number[] = []
    for (let run = 0; run < 8; run++) {
      await reminders.plan(NOW, 0, 2)
      portions.push((await remindedOf())[ADA]?.length ?? 0)
    }
    expect(portions.slice(0, 4)).toEqual([2, 4, 5, 5])
    const all = ends.map((_, n) => `more_${n}`)
    expect(await remindedOf()).toEqual({ [ADA]: all, [BOB]: all })
    expect(await catchingUp()).toEqual([])
  })

  it('are left alone by everything else', async () => {
    const ada = await create(ADA)
    const changes: [string, () => Promise<unknown>][] = [
      ['a viewer is made', () => create(BOB, 'view')],
      [
        'a viewer moves',
        async () =>
          update(BOOTSTRAP, (await deps.administrators.findByEmail(BOB)) as Administrator, {
            email: 'bob@example.org',
          }),
      ],
      ['a manager stays as they are', () => update(BOOTSTRAP, ada, { email: ADA })],
      ['a manager is demoted', () => demote(BOOTSTRAP, ada)],
      ['one is removed', () => remove(BOOTSTRAP, ada)],
    ]
    for (const [name, change] of changes) {
      expect([name, await leftToCatchUp(change)]).toEqual([name, []])
    }
  })
})
