import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { d1SearchIndex } from '../../../src/storage/clients/search-index.ts'
import { observedDatabase } from '../../support/observed-server.ts'
import { type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

const file = (db: Database, limit: number) => d1SearchIndex(db).file(limit)

const count = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0
const due = () => count('portcullis_clients WHERE search_rules = 0')

async function namesFound(server: TestServer, q: string): Promise<string[]> {
  const { data } = await server.adminOk('GET', `/clients?q=${encodeURIComponent(q)}`)
  return data.map((client: Json) => client['client_name'])
}

/** Clients as a version of the server wrote them that knew nothing of words. */
async function oldClients(...names: string[]): Promise<void> {
  for (const name of names) {
    await env.DB.prepare(
      `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
       created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
       VALUES ('client_' || lower(hex(randomblob(11))), ?1, lower(?1), '', lower(?1) || char(10), ?2,
       'bootstrap', ?2, 1, 0, 0, 43200)`,
    )
      .bind(name, NOW)
      .run()
  }
}

describe('a database that was searched by a virtual table', () => {
  it('loses nothing, is searched at once, and is filed by the cron', async () => {
    await reset()
    const at = env.TEST_MIGRATIONS.findIndex(({ name }) => name.includes('search_words'))
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, at))
    await oldClients('Nightly billing', 'Payroll')
    expect(await count("portcullis_client_search WHERE portcullis_client_search MATCH 'bil'")).toBe(
      1,
    )
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    const server = testServer({ now: NOW })
    expect(await namesFound(server, 'illing')).toEqual(['Nightly billing'])
    expect(await due()).toBe(2)
    await server.cron()
    expect(await due()).toBe(0)
    expect(await namesFound(server, 'illing')).toEqual(['Nightly billing'])
    expect(await count("portcullis_search_words WHERE word = 'payroll'")).toBe(1)
    const virtual = "sqlite_master WHERE sql LIKE '%VIRTUAL%' OR name LIKE '%client_search%'"
    expect(await count(virtual)).toBe(0)
  })
})

describe('while clients are not filed', () => {
  it('a search finds them all the same, and those that are', async () => {
    const server = testServer({ now: NOW })
    await server.client({}, { client_name: 'Billing, filed' })
    await oldClients('Billing, not filed')
    expect((await namesFound(server, 'billing')).sort()).toEqual([
      'Billing, filed',
      'Billing, not filed',
    ])
  })

  it('of one that an older version renamed, the new name is found at once and the index later', async () => {
    const server = testServer({ now: NOW })
    await server.client({}, { client_name: 'First' })
    expect(await due()).toBe(0)
    await env.DB.prepare(
      "UPDATE portcullis_clients SET name = 'Second', search_text = 'second' || char(10)",
    ).run()
    expect(await due()).toBe(1)
    expect(await namesFound(server, 'second')).toEqual(['Second'])
    expect(await namesFound(server, 'first')).toEqual([])
    await server.cron()
    expect(await due()).toBe(0)
    expect(await namesFound(server, 'second')).toEqual(['Second'])
    expect(await namesFound(server, 'first')).toEqual([])
  })

  it('what changes other than the text leaves a client filed', async () => {
    const server = testServer({ now: NOW })
    const client = await server.client({}, { client_name: 'Billing' })
    await server.suspend(client)
    await server.adminOk('PATCH', `/clients/${client.id}`, { access_token_lifetime: 60 })
    expect(await due()).toBe(0)
    await server.adminOk('PATCH', `/clients/${client.id}`, { description: 'Sends invoices' })
    expect(await due()).toBe(0)
    expect(await namesFound(server, 'voice')).toEqual(['Billing'])
  })
})

describe('after an upgrade', () => {
  /** A client as a version filed it that told accents apart and knew no tags in the search. */
  async function filedByOlderRules(name: string, tags: string[] = []): Promise<void> {
    await oldClients(name)
    await env.DB.batch([
      env.DB.prepare(
        'UPDATE portcullis_clients SET search_text = ?1, search_rules = 1, tags = ?2 WHERE name = ?3',
      ).bind(name.toLowerCase(), JSON.stringify(tags), name),
      env.DB.prepare(
        `INSERT INTO portcullis_search_words (word, client)
         SELECT ?1, id FROM portcullis_clients WHERE name = ?2`,
      ).bind(name.toLowerCase(), name),
    ])
  }

  it('a search takes no account of accents at once, and finds tags, before the cron has filed anybody', async () => {
    await filedByOlderRules('Kraków "x" \\ Łódź', ['env:prod'])
    await filedByOlderRules('Plain', ['env:test'])
    const server = testServer({ now: NOW })
    const expectFound = async () => {
      expect(await namesFound(server, 'lodz KRAKOW')).toEqual(['Kraków "x" \\ Łódź'])
      expect(await namesFound(server, '"x" \\ kraków')).toEqual(['Kraków "x" \\ Łódź'])
      expect(await namesFound(server, 'env:prod')).toEqual(['Kraków "x" \\ Łódź'])
      expect(await namesFound(server, 'env: plain')).toEqual(['Plain'])
      expect(await namesFound(server, 'env:none')).toEqual([])
    }
    await expectFound()
    await server.cron()
    expect(await count('portcullis_clients WHERE search_rules = 2')).toBe(2)
    await expectFound()
  })

  it('nothing is left of how the older rules filed a client', async () => {
    await filedByOlderRules('Łódź')
    await testServer({ now: NOW }).cron()
    expect(await count("portcullis_search_words WHERE word = 'łódź'")).toBe(0)
    expect(await count("portcullis_search_words WHERE word = 'lodz'")).toBe(1)
  })

  it('the text of a client that an older version has changed is filed anew', async () => {
    const server = testServer({ now: NOW })
    const client = await server.client({}, { client_name: 'First', tags: ['env:prod'] })
    expect(await namesFound(server, 'env:prod')).toEqual(['First'])
    await env.DB.prepare('UPDATE portcullis_clients SET search_text = ?, search_rules = 1')
      .bind(`first\t\t${client.id.toLowerCase()}`)
      .run()
    expect(await namesFound(server, 'env:prod')).toEqual(['First'])
    await server.cron()
    expect(await namesFound(server, 'env:prod')).toEqual(['First'])
  })
})

describe('filing clients', () => {
  it('files so many at most, and says how many', async () => {
    const db = openDatabase(env.DB)
    await oldClients('One', 'Two', 'Three')
    expect(await file(db, 2)).toBe(2)
    expect(await file(db, 2)).toBe(1)
    expect(await file(db, 2)).toBe(0)
  })

  it('binds less than D1 takes, however long their texts are', async () => {
    await env.DB.prepare(
      `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
       created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
       SELECT 'client_' || value, '', '', ?, '', 0, '', 0, 1, 0, 0, 60 FROM json_each('[1,2,3,4,5,6,7,8,9,
         10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40]')`,
    )
      .bind(String.fromCodePoint(...Array.from({ length: 1100 }, (_, i) => 0x4e00 + i)))
      .run()
    const { database, seen } = observedDatabase()
    const filed = await file(openDatabase(database), 500)
    expect(filed).toBeGreaterThan(10)
    expect(filed).toBeLessThan(40)
    expect(seen.texts).toHaveLength(6)
    while ((await file(openDatabase(env.DB), 500)) > 0);
    expect(await due()).toBe(0)
  })

  it('leaves one that is renamed meanwhile to the next run, and keeps nothing of one that is deleted', async () => {
    await oldClients('Renamed', 'Vanished')
    const db = openDatabase(env.DB)
    const meanwhile: Database = {
      ...db,
      batch: async (statements) => {
        await env.DB.prepare(
          "UPDATE portcullis_clients SET name = 'Anew', version = 2 WHERE name = 'Renamed'",
        ).run()
        await env.DB.prepare("DELETE FROM portcullis_clients WHERE name = 'Vanished'").run()
        return db.batch(statements)
      },
    }
    await file(meanwhile, 500)
    expect([
      await count('portcullis_search_words'),
      await count('portcullis_search_parts'),
    ]).toEqual([0, 0])
    expect(await due()).toBe(1)
    expect(await file(db, 500)).toBe(1)
    const { results } = await env.DB.prepare('SELECT word FROM portcullis_search_words').all()
    expect(results).toContainEqual({ word: 'anew' })
    expect(results).not.toContainEqual({ word: 'renamed' })
  })
})
