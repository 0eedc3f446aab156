import {
  BOOTSTRAP,
  ADA,
  BOB,
  depsWith,
  create,
  update,
  demote,
  remove,
  deps,
} from './administrator-setup.ts'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { letInConfiguredAdministrators } from '../../src/actions/administrators/let-in-configured-administrators.ts'
import type { Administrator } from '../../src/domain/administrator.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { d1Reminders } from '../../src/storage/reminders/reminders.ts'
import { NOW } from '../domain/arbitraries.ts'

/** The administrators whom a change leaves to catch up with reminders planned before. */
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
    const reminders = d1Reminders(openDatabase(env.DB), { days: [1], recipients: [] })
    await env.DB.prepare(
      'UPDATE portcullis_secrets SET remind = 0, reminders_planned = 0, expires_at = 1',
    ).run()
    const ends = [NOW + 2, NOW + 2, NOW + 2, NOW + 2, NOW + 3]
    await env.DB.batch(
      ends.flatMap((at, n) => [
        env.DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description,
          search_text, created_at, created_by, updated_at, version, generation, denylist_version,
          access_token_lifetime) VALUES (?1, '', '', '', '', 0, '', 0, 1, 0, 0, 60)`).bind(
          `more_${n}`,
        ),
        env.DB.prepare(`INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest,
          pepper_version, hint, created_at, expires_at, remind, reminders_planned, reminder_days)
          VALUES (?1, ?1, ?1, '', '', '', 0, ?2, 1, 1, 1)`).bind(`more_${n}`, at),
      ]),
    )
    await create(ADA)
    await create(BOB)
    const portions: number[] = []
    for (let run = 0; run < 8; run++) {
      await reminders.plan(NOW, 2)
      portions.push((await remindedOf())[ADA]?.length ?? 0)
    }
    expect(portions.slice(0, 4)).toEqual([2, 4, 5, 5])
    const all = ends.map((_, n) => `more_${n}`)
    expect(await remindedOf()).toEqual({ [ADA]: all, [BOB]: all })
    expect(await catchingUp()).toEqual([])
  })

  it('that wait for their reader are judged at once when that reader moves, is demoted or is removed', async () => {
    const found = async () => (await deps.administrators.findByEmail(ADA)) as Administrator
    const changes: [string, () => Promise<unknown>, due: number[]][] = [
      ['raised', async () => update(BOOTSTRAP, await found(), { access: 'manage' }), [1, 5]],
      ['moved', async () => update(BOOTSTRAP, await found(), { email: BOB }), [0, 5]],
      ['demoted', async () => demote(BOOTSTRAP, await create(ADA)), [0, 5]],
      ['removed', async () => remove(BOOTSTRAP, await found()), [0, 5]],
    ]
    await create(ADA, 'view')
    for (const [name, change, due] of changes) {
      await env.DB.batch([
        env.DB.prepare('DELETE FROM portcullis_reminders'),
        env.DB.prepare(`INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at,
          sending_at) VALUES ('waits', ?1, 9e9, ?2 + 1, NULL), ('leaves', ?1, 9e9, ?2 + 5, ?2)`).bind(
          ADA,
          NOW,
        ),
      ])
      await change()
      const { results } = await env.DB.prepare(
        'SELECT due_at - ?1 AS due FROM portcullis_reminders ORDER BY secret_id DESC',
      )
        .bind(NOW)
        .all()
      expect([name, results.map((row) => row['due'])]).toEqual([name, due])
    }
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
