import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { type FaultyServer, faultyServer } from '../support/node/faulty-server.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

let worker: RunningWorker
let server: FaultyServer
let built: ReturnType<typeof builtCommandLine>

beforeAll(async () => {
  built = builtCommandLine()
  worker = await runWorker()
  server = await faultyServer(worker.issuer)
})
afterAll(async () => {
  await server.close()
  await worker.close()
  rmSync(built.folder, { recursive: true })
})

/** Through the faults of the server. */
function bring(realm: object, ...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: server.url, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  const all = [process.execPath, built.bin, 'import', 'keycloak', '-', '--yes', ...words]
  return run(all, { env, input: JSON.stringify(realm) })
}

type Named = { name: string; description?: string }

/** A realm of one client, with one role of these roles of one API. */
function realmOf(api: string, permissions: Named[], role: Named): object {
  const id = `job-of-${api}`
  const client = { clientId: id, serviceAccountsEnabled: true, secret: 'a-secret-of-16-or-more' }
  const composites = { client: { [api]: permissions.map(({ name }) => name) } }
  return {
    clients: [client],
    users: [{ serviceAccountClientId: id, realmRoles: [role.name] }],
    roles: { client: { [api]: permissions }, realm: [{ ...role, composites }] },
  }
}

const sent = (method: string, path: string) =>
  server.seen.filter((one) => one.method === method && one.path === `/admin/v1${path}`)

it('nothing is made twice by an import whose answers are lost', async () => {
  const lost = ['lose the answer', 'pass'] as const
  server.plan('pass', 'pass', ...lost, ...lost, ...lost)
  const { code, stdout, stderr } = await bring(realmOf('lost', [{ name: 'a' }], { name: 'Loser' }))
  expect([code, stderr.match(/Trying again/g)?.length]).toEqual([0, 3])
  expect(stdout).toContain('job-of-lost')
  for (const path of ['/apis', '/roles']) {
    const keys = sent('POST', path).map(({ headers }) => headers['idempotency-key'])
    expect([path, keys]).toEqual([path, [expect.stringMatching(/^[\w-]{36}$/), keys[0]]])
  }
  const { data } = await worker.admin('GET', '/roles')
  expect((data as Named[]).filter(({ name }) => name === 'Loser')).toHaveLength(1)
  expect(await worker.admin('GET', '/clients/job-of-lost')).toMatchObject({ scope: 'a' })
})

it('a permission that an API gets by an import whose answer is lost is no change of somebody else', async () => {
  const role = { name: 'Grower' }
  expect((await bring(realmOf('grown', [{ name: 'a' }], role))).code).toBe(0)
  server.plan('pass', 'pass', 'pass', 'lose the answer')
  const more = [{ name: 'a' }, { name: 'b', description: 'B' }]
  const { code, stdout } = await bring(realmOf('grown', more, { name: 'Grower of b' }))
  expect([code, stdout]).toEqual([0, expect.stringContaining('API grown: is there, and gets 1')])
  const patches = server.seen.filter(({ method }) => method === 'PATCH')
  expect(patches).toHaveLength(2)
})

it('an import that ends in doubt says so, and goes on when it is given again', async () => {
  const realm = realmOf('doubt', [{ name: 'a' }], { name: 'Doubter' })
  server.plan('pass', 'pass', 'pass', 'lose the answer', 'break', 'break')
  const ended = await bring(realm)
  expect(ended).toMatchObject({ code: 5 })
  expect(ended.stderr).toContain('It may have been created anyway. Run the command again: ')
  server.plan()
  const again = await bring(realm)
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Role Doubter: is there')])
})

it('a refusal in the midst of an import says of what it is', async () => {
  const errors = [{ field: 'name', detail: 'must be another' }]
  const refusal = { status: 400, body: { detail: 'A field is not valid.', errors } }
  const realm = realmOf('refused', [{ name: 'a' }], { name: 'Refused' })
  server.plan('pass', 'pass', refusal)
  const api = await bring(realm)
  expect([api.code, api.stderr]).toEqual([
    1,
    expect.stringContaining(': API refused: 400: A field'),
  ])
  server.plan('pass', 'pass', 'pass', refusal)
  const role = await bring(realm)
  expect([role.code, role.stderr]).toEqual([1, expect.stringContaining(': Role Refused: 400: A f')])
})
