import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  allowInsecureRequests,
  ClientSecretBasic,
  clientCredentialsGrant,
  discovery,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, inTerminal, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures/imports')
const AUTH0 = ['clients', 'client-grants', 'resource-servers'].map((name) =>
  file(`auth0-${name}.json`),
)

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(async () => {
  built = builtCommandLine()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-import-'))
  worker = await runWorker()
})
afterAll(async () => {
  await worker.close()
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

function file(name: string): string {
  return join(FIXTURES, name)
}

const env = () => ({
  HOME: folder,
  PORTCULLIS_URL: worker.issuer,
  PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN,
})

/** Everything that it prints is looked through for what is secret in the exports. */
async function bring(words: string[], input = ''): Promise<Ended> {
  const ended = await run([process.execPath, built.bin, 'import', ...words], { env: env(), input })
  for (const secret of SECRETS) expect(ended.stdout + ended.stderr).not.toContain(secret)
  return ended
}

const SECRETS = [
  'MG_TNT2ver-SylNat-_VeMmd-4m0Waba0jr1troztBniSChEw0glxEmgEi2Kw40H',
  'kW40H-MG_TNT2ver-SylNat-_VeMmd-4m0Waba0jr1troztBniSChEw0glxEmgEi2',
  'global-secret',
  'jd8vKq0Zs7LmW3xT9bYc2NfRg5HpUe1A',
  'YH2NJzrh+AsFL10LOzu1IQJuIsLdWbelRlVHSrEdMvM',
  'agent-secret-of-16',
  'o6hx.Wog',
]

/** A token for the client as it is configured today, but for where the server is. */
async function tokenOf(id: string, secret: string, by?: ReturnType<typeof ClientSecretBasic>) {
  const found = await discovery(new URL(worker.issuer), id, secret, by, {
    algorithm: 'oauth2',
    execute: [allowInsecureRequests],
  })
  return clientCredentialsGrant(found)
}

const show = async (id: string) => worker.admin('GET', `/clients/${id}`)

describe('from Auth0', () => {
  it('says what it would do, and does nothing, with --dry-run', async () => {
    const { code, stdout, stderr } = await bring(['auth0', ...AUTH0, '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toBe(
      'API https://api.acme.example/: to be made, with 2 permissions\n' +
        'Client Nightly orders (AaiyAPdpYdesoKnqjj8HJqRn4T5titww): by secret, 0 roles, 2 permissions\n' +
        'Client Back office (bAcK0fficeX8HJqRn4T5titwwYdesoKn): by secret, 0 roles, 1 permission\n',
    )
    expect(stderr.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(
        /^NOT imported: Partner by key \(.*\): it authenticates by a private key/,
      ),
      'NOT imported: Shop (sHoPX8HJqRn4T5titwwYdesoKn00000): it has no grant client_credentials',
      expect.stringMatching(/^Note: AaiyAP.*: its tokens last 43200 seconds here, and not 86400/),
      expect.stringMatching(/^Note: bAcK0.*: its tokens last 43200 seconds here, and not 86400/),
      'Note: bAcK0fficeX8HJqRn4T5titwwYdesoKn: keeps only client_credentials, and not authorization_code, refresh_token',
    ])
    const clients = await worker.admin('GET', '/clients')
    expect(clients['data']).toEqual([])
  })

  it('asks first, and then each client gets tokens with what it has, by a standard library', async () => {
    expect((await bring(['auth0', ...AUTH0])).code).toBe(2)
    const words = [process.execPath, built.bin, 'import', 'auth0', ...AUTH0, '--secret-days', '30']
    const no = await run(inTerminal(words), { env: env(), input: 'no\n' })
    expect([no.code, no.stdout]).toEqual([1, expect.stringContaining('Nothing was imported.')])
    const { code, stdout } = await run(inTerminal(words), { env: env(), input: 'yes\n' })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Import 2 clients? Type yes: ')])
    const id = 'AaiyAPdpYdesoKnqjj8HJqRn4T5titww'
    const secret = SECRETS[0] ?? ''
    for (const by of [undefined, ClientSecretBasic(secret)]) {
      expect(await tokenOf(id, secret, by)).toMatchObject({ scope: 'read:orders write:orders' })
    }
    const client = await show(id)
    expect(client).toMatchObject({
      client_name: 'Nightly orders',
      description: 'Exports the orders of the day',
    })
    const [{ expires_at: expires }] = client['secrets'] as [{ expires_at: string }]
    const days = (Date.parse(expires) - Date.now()) / 86_400_000
    expect([days > 29.9, days < 31.1]).toEqual([true, true])
  })

  it('may run again: what is there stays as it is', async () => {
    const { code, stdout } = await bring(['auth0', ...AUTH0, '--yes', '--json'])
    const { apis, clients } = JSON.parse(stdout) as Record<string, { outcome: string }[]>
    expect(code).toBe(0)
    expect(apis).toEqual([{ audience: 'https://api.acme.example/', exists: true, adds: [] }])
    expect(clients?.map(({ outcome }) => outcome)).toEqual(['exists', 'exists'])
  })

  it('gives nobody power over this server, whatever the export says', async () => {
    const id = 'power00000000001'
    const text = JSON.stringify({
      clients: [
        {
          client_id: id,
          name: 'Power',
          client_secret: 'a-secret-that-is-long-enough',
          grant_types: ['client_credentials'],
        },
      ],
      client_grants: [{ client_id: id, audience: worker.issuer, scope: ['clients:manage'] }],
    })
    const { code, stderr } = await bring(['auth0', '-', '--yes'], text)
    expect([code, stderr]).toEqual([0, expect.stringContaining('is this server itself')])
    expect(await show(id)).toMatchObject({ scope: '', permissions: [] })
  })
})

describe('from Keycloak', () => {
  it('brings service accounts with their roles, scopes, lifetime and secret', async () => {
    const { code, stdout, stderr } = await bring(['keycloak', file('keycloak-realm.json'), '--yes'])
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Role Order desk: to be made, with 2'),
    ])
    expect(stdout).toContain('Imported: nightly-orders (nightly-orders)\n')
    for (const line of [
      'NOT imported: reports: it authenticates by client-jwt',
      'NOT imported: masked: its secret is masked',
      'Note: nightly-orders: has the realm role "batch"',
      'Note: nightly-orders: administers Keycloak (view-users)',
      String.raw`Note: orders-api: "order\archive" is not a scope value`,
    ]) {
      expect(stderr).toContain(line)
    }
    const token = await tokenOf('nightly-orders', 'jd8vKq0Zs7LmW3xT9bYc2NfRg5HpUe1A')
    expect(token).toMatchObject({
      scope: 'invoices:read orders:read orders:write',
      expires_in: 1800,
    })
    expect(await show('nightly-orders')).toMatchObject({
      roles: [expect.stringMatching(/^role_/)],
      permissions: [{ audience: 'https://billing.acme.example', permission: 'invoices:read' }],
    })
  })

  it('gives permissions one by one where a role of that name gives something else', async () => {
    const realm = readFileSync(file('keycloak-realm.json'), 'utf8')
      .replaceAll('nightly-orders', 'other-orders')
      .replace('["orders:read", "orders:write"]', '["orders:read"]')
    const copy = join(folder, 'realm.json')
    writeFileSync(copy, realm)
    const { code, stderr } = await bring(['keycloak', copy, '--yes'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('Note: Order desk: is a role here')])
    const client = await show('other-orders')
    expect(client).toMatchObject({ roles: [], scope: 'invoices:read orders:read' })
  })
})

describe('from Ory Hydra', () => {
  const words = ['hydra', file('hydra-clients.json'), '--secrets', file('hydra-secrets.csv')]

  it('brings clients by their secrets, or by the hashes of them', async () => {
    const all = [...words, '--audience', 'api', '--yes', '--json']
    const { code, stdout } = await bring(all)
    expect(code).toBe(0)
    const { clients, skipped, notes } = JSON.parse(stdout) as Record<string, { about: string }[]>
    expect(clients).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }])
    expect(skipped).toEqual([
      { about: 'by-bcrypt', detail: expect.stringContaining('its secret is a bcrypt hash') },
      { about: 'no-secret-given', detail: 'no secret was given for it: see --secrets' },
    ])
    expect(notes?.map(({ about }) => about)).toEqual(['e2e-agent'])
    const hashed = ['0938dd90-cf43-4d3d-85aa-966788fb6a36', 'hydra-client-secret-1'] as const
    for (const _ of ['by the hash', 'by the keyed hash of this server']) {
      const token = await tokenOf(...hashed)
      expect(token).toMatchObject({ scope: 'orders:read orders:write', expires_in: 5400 })
    }
    expect(await tokenOf('e2e-agent', 'agent-secret-of-16')).toMatchObject({ scope: 'api:read' })
  })

  it('says what is wrong with a file, and sends nothing', async () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"client_secret": "agent-secret-of-16')
    const csv = join(folder, 'broken.csv')
    writeFileSync(csv, 'e2e-agent agent-secret-of-16')
    for (const [given, message] of [
      [['hydra', broken, '--yes'], `${broken} is not JSON.`],
      [
        ['hydra', words[1] ?? '', '--secrets', csv, '--yes'],
        `${csv}: line 1 is not id,client_secret.`,
      ],
      [
        ['auth0', ...AUTH0, '--secret-days', 'x', '--yes'],
        '--secret-days "x" is not a number of days.',
      ],
    ] as const) {
      const { code, stderr } = await bring([...given])
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
    const empty = join(folder, 'empty.json')
    writeFileSync(empty, '[]')
    expect((await bring(['keycloak', empty, '--yes'])).code).toBe(4)
  })
})
