import { afterEach, expect, it } from 'vitest'
import type { TestHarness } from 'wrangler'
import { BOOTSTRAP_TOKEN, KEYS, makeTables, startWorkers } from '../support/node/harness.ts'

const ISSUER = 'https://auth.example'
const AUDIENCE = 'audience-of-the-access-application'

let harness: TestHarness
afterEach(() => harness.close())

/** The Worker as wrangler simulates it behind Cloudflare Access, with this application and person. */
async function behindAccess(aud: string, email: string) {
  const config = {
    name: 'portcullis',
    main: 'src/worker.ts',
    compatibility_date: '2026-10-20',
    d1_databases: [{ binding: 'DB', database_name: 'portcullis', migrations_dir: 'migrations' }],
    kv_namespaces: [{ binding: 'DENYLIST' }],
    access: { dev: { aud, identity: { email } } },
  }
  const secrets = {
    ISSUER,
    BOOTSTRAP_TOKEN,
    ADMINISTRATORS: 'ada@example.com',
    ...KEYS,
    ACCESS_TEAM_DOMAIN: 'team.cloudflareaccess.com',
    ACCESS_AUD: AUDIENCE,
  }
  const started = await startWorkers([{ config, secrets }])
  const { url } = started
  harness = started.harness
  await makeTables(harness)
  return (path: string) => fetch(new URL(path, url), { redirect: 'manual' })
}

it('an administrator behind Cloudflare Access is signed in by the platform', async () => {
  const get = await behindAccess(AUDIENCE, 'Ada@example.com')
  const response = await get('/console/clients')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('<bdi>ada@example.com</bdi>')
})

it.each([
  ['of another application', 'another-audience', 'ada@example.com'],
  ['who is no administrator', AUDIENCE, 'eve@example.com'],
])('somebody %s is not', async (_who, aud, email) => {
  const get = await behindAccess(aud, email)
  const response = await get('/console/clients')
  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toContain('/console/sign-in')
})
