import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>

beforeAll(async () => {
  built = builtCommandLine()
  worker = await runWorker()
})
afterAll(async () => {
  await worker.close()
  rmSync(built.folder, { recursive: true })
})

function bring(kind: string, given: object, ...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  const all = [process.execPath, built.bin, 'import', kind, '-', ...words]
  return run(all, { env, input: JSON.stringify(given) })
}

const SECRET = 'a-secret-of-16-or-more'

type Role = { name: string; composites?: object }

/** A realm with an API and one client, which has each of its roles. */
function realmOf(api: string, clientId: string, roles: Role[], held = roles): object {
  return {
    clients: [{ clientId, serviceAccountsEnabled: true, secret: SECRET }],
    users: [{ serviceAccountClientId: clientId, realmRoles: held.map(({ name }) => name) }],
    roles: { client: { [api]: [{ name: `${api}:write` }] }, realm: roles },
  }
}

const composed = (name: string, client: object): Role => ({ name, composites: { client } })

it('a role of two realms gives the clients of each what it gives there', async () => {
  const operator = (api: string) => [composed('Operator', { [api]: [`${api}:write`] })]
  const realms = [
    realmOf('a', 'of-a', operator('a')),
    realmOf('b', 'of-b', operator('b')),
    realmOf('a', 'also-of-a', operator('a')),
  ]
  const { code, stderr } = await bring('keycloak', realms, '--yes')
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('Operator: is a role of another realm'),
  ])
  const clients = await Promise.all(
    ['of-a', 'of-b', 'also-of-a'].map((id) => worker.admin('GET', `/clients/${id}`)),
  )
  expect(clients.map(({ scope }) => scope)).toEqual(['a:write', 'b:write', 'a:write'])
})

const ADMIN = composed('Admin', { billing: ['billing:write'] })
const NAMESAKES: [string, Role[]][] = [
  ['is composed of nothing', [{ name: 'Admin' }]],
  ['is composed of roles of Keycloak', [composed('Admin', { account: ['view-profile'] })]],
  ['the export does not have', []],
]

it.each(NAMESAKES)('a role that %s gives nothing by a name of another realm', async (what, own) => {
  const id = `job-${what.replaceAll(' ', '-')}`
  const other = realmOf('other', id, own, [{ name: 'Admin' }])
  for (const realms of [
    [realmOf('billing', 'clerk', [ADMIN]), other],
    [other, realmOf('billing', 'clerk', [ADMIN])],
  ]) {
    const { code, stderr } = await bring('keycloak', realms, '--yes')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`Note: ${id}: has the realm role "Admin", which belongs to no API`),
    ])
  }
  expect(await worker.admin('GET', `/clients/${id}`)).toMatchObject({ scope: '', roles: [] })
  expect(await worker.admin('GET', '/clients/clerk')).toMatchObject({ scope: 'billing:write' })
})

const AGAIN = 'another client with this client_id comes first in the export'

it('a client of two realms is that of the first, and the plan says so', async () => {
  const realms = ['c', 'd'].map((api) =>
    realmOf(api, 'twin', [composed(`Writer of ${api}`, { [api]: [`${api}:write`] })]),
  )
  for (const words of [['--dry-run'], ['--yes']]) {
    const { code, stdout, stderr } = await bring('keycloak', realms, ...words)
    expect([code, stdout.match(/^Client /gm)?.length]).toEqual([0, 1])
    expect(stderr).toContain(`NOT imported: twin: ${AGAIN}`)
  }
  expect(await worker.admin('GET', '/clients/twin')).toMatchObject({ scope: 'c:write' })
})

it('a client that is in two files and differs is that of the first, from any server', async () => {
  const of = (client_secret: string) => ({
    client_id: 'double',
    name: 'Double',
    client_name: 'Double',
    client_secret,
    grant_types: ['client_credentials'],
  })
  const clients = [of(SECRET), of('another-secret-of-16'), of(SECRET)]
  for (const kind of ['auth0', 'hydra']) {
    const given = kind === 'auth0' ? { clients } : clients
    const { code, stdout, stderr } = await bring(kind, given, '--dry-run')
    expect([code, stdout.match(/^Client /gm)?.length]).toEqual([0, 1])
    expect(stderr).toContain(`NOT imported: double: ${AGAIN}`)
  }
  const same = await bring('hydra', [of(SECRET), of(SECRET)], '--dry-run')
  expect(same).toMatchObject({ code: 0, stderr: '' })
})
