import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { MIGRATIONS } from '../../src/storage/migrations.ts'
import { signIn } from '../support/console.ts'
import { watchedDatabase } from '../support/counting.ts'
import { type Json, testServer } from '../support/server.ts'

const NAMES = MIGRATIONS.map(([name]) => name)
const OF_ROTATION = NAMES.indexOf('0006_self_rotation')

/** A server whose code is newer than its database. */
async function serverAfter(migrations: number) {
  await reset()
  await migrate(migrations)
  return testServer()
}

const migrate = (migrations: number) =>
  applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, migrations))

const linesOf = (log: MockInstance) =>
  log.mock.calls.map(([line]) => JSON.parse(String(line)) as Json)

let logged: MockInstance
beforeEach(() => {
  logged = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const healthOf = async (server: ReturnType<typeof testServer>) => {
  const response = await server.send('/health')
  return { status: response.status, body: await response.json<Json>() }
}

describe('health', () => {
  it.each(NAMES.map((_, applied) => applied))(
    'names each migration that is missing where %i are applied',
    async (applied) => {
      const server = await serverAfter(applied)
      const lacking = {
        status: 'unavailable',
        failing: ['migrations'],
        missing_migrations: NAMES.slice(applied),
      }
      expect(await healthOf(server)).toEqual({ status: 503, body: lacking })
      await migrate(NAMES.length)
      expect(await healthOf(server)).toEqual({ status: 200, body: { status: 'ok' } })
    },
  )

  it('needs no table of whoever applied them', async () => {
    const server = testServer()
    await env.DB.prepare('DROP TABLE IF EXISTS d1_migrations').run()
    expect((await healthOf(server)).status).toBe(200)
  })

  it('reads the whole schema once in a while, and finds a restore to before a migration', async () => {
    const statements: string[] = []
    const DB = watchedDatabase(env.DB, (text) => void statements.push(text))
    const server = testServer({ env: { DB } })
    const readings = () => statements.filter((text) => text.includes('sqlite_master')).length
    for (let i = 0; i < 3; i++) await server.send('/health')
    expect(readings()).toBe(1)
    await env.DB.prepare('DROP TABLE portcullis_token_counts').run()
    server.clock.now += 10 * MINUTE
    expect((await healthOf(server)).body['missing_migrations']).toEqual(['0003_token_counts'])
    expect(readings()).toBe(2)
  })

  it('costs the token path nothing', async () => {
    const statements: string[] = []
    const DB = watchedDatabase(env.DB, (text) => void statements.push(text))
    const server = testServer({ env: { DB } })
    await server.api()
    await server.token(await server.client({ 'https://api.example.com': 'invoices:read' }))
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.filter((text) => text.includes('sqlite_master'))).toEqual([])
  })
})

it('is said on a page of the console too', async () => {
  const visitor = await signIn(testServer())
  const server = await serverAfter(OF_ROTATION)
  const response = await server.send('/console/clients', { headers: { Cookie: visitor.cookie } })
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('lacks a migration that this version needs: /health')
})

describe('a change without the migration that it needs', () => {
  it.each([0, OF_ROTATION])(
    'says and logs it where %i are applied, and that health names it',
    async (applied) => {
      const server = await serverAfter(applied)
      const response = await server.admin('POST', '/clients', { client_name: 'Nightly' })
      expect(response.status).toBe(503)
      const problem = await response.json<Json>()
      expect(problem['detail']).toContain(
        'lacks a migration that this version needs: /health names',
      )
      const lines = linesOf(logged)
      expect(lines.length).toBeGreaterThan(0)
      for (const line of lines) {
        expect(line['unavailable']).toBe('migrations')
        expect(line['detail']).toMatch(/^a migration is missing: .+\(\/health names it\)$/)
      }
    },
  )

  it('is a token that is not issued, by the same line of the log', async () => {
    const client = await testServer().client()
    const server = await serverAfter(0)
    await expect(server.token(client)).rejects.toThrow('token: 503')
    expect(linesOf(logged)).toMatchObject([{ unavailable: 'migrations' }])
  })
})

it('is a line of the Setup page, with the command that applies them', async () => {
  expect(await (await signIn(testServer())).html('/setup')).toContain('All migrations are applied.')
  await env.DB.prepare('DROP TABLE portcullis_token_counts').run()
  const page = await (await signIn(testServer())).html('/setup')
  expect(page).toContain('needs: 0003_token_counts.')
  expect(page).toContain('npx wrangler d1 migrations apply DB --remote')
  expect(page).not.toContain('<b>Cron</b>')
})
