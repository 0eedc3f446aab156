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
const NAME = 'a name has 100 characters at most, none of them invisible, and no control characters'
const TEXT = 'has a description that is changed here: it has 1000 characters at most'
const X99 = 'x'.repeat(99)
const LONG = 'y'.repeat(1200)

/** A realm in which one client has a role of each of these names, with a permission of its own. */
function realmOf(roles: string[]): object {
  const realm = roles.map((name, i) => ({ name, composites: { client: { orders: [`p${i}`] } } }))
  return {
    clients: [
      {
        clientId: 'job',
        serviceAccountsEnabled: true,
        secret: SECRET,
        description: `a\r\n\tb${LONG}`,
      },
    ],
    users: [{ serviceAccountClientId: 'job', realmRoles: roles }],
    roles: {
      realm,
      client: { orders: [{ name: 'z'.repeat(101) }, { name: 'p0', description: LONG }] },
    },
  }
}

it('a role whose name is not possible here is not made: its clients get its permissions', async () => {
  const names = ['Desk', 'L'.repeat(120), 'two  spaces ', 'un\u200bseen', 'bell\u0007']
  const realm = realmOf(names)
  const planned = await bring('keycloak', realm, '--dry-run')
  expect([planned.code, planned.stdout]).toEqual([
    0,
    'API orders: to be made, with 5 permissions\n' +
      'Role Desk: to be made, with 1 permission\n' +
      'Client job (job): by secret, 1 role, 4 permissions\n',
  ])
  const lost = planned.stderr.split('\n').filter((line) => line.includes('given one by one'))
  expect(lost).toHaveLength(4)
  expect(lost[0]).toContain(`Note: ${names[1]}: cannot be the name of a role here, which has 100`)
  expect(planned.stderr).toContain(
    `Note: orders: "${'z'.repeat(101)}" has more than 100 characters`,
  )
  expect(planned.stderr).toContain(`Note: job: ${TEXT}`)
  expect(planned.stderr).toContain(`Note: p0: ${TEXT}`)
  const brought = await bring('keycloak', realm, '--yes')
  expect([brought.code, brought.stdout]).toEqual([0, expect.stringContaining('Imported: job')])
  const client = await worker.admin('GET', '/clients/job')
  expect(client).toMatchObject({
    scope: 'p0 p1 p2 p3 p4',
    roles: [expect.stringMatching(/^role_/)],
    description: `a\n b${LONG}`.slice(0, 1000),
  })
  expect(await worker.admin('GET', '/roles')).toMatchObject({ data: [{ name: 'Desk' }] })
})

it('an API that is in two files is made once', async () => {
  const one = exportOf('of-twice', 'Twice', { identifier: 'https://twice.example', name: 'Twice' })
  const { resource_servers: apis } = one as { resource_servers: object[] }
  const { code, stdout } = await bring('auth0', { ...one, resourceServers: apis }, '--yes')
  expect([code, stdout.match(/^API /gm)?.length]).toEqual([0, 1])
})

/** An application of Auth0 with one grant. */
function exportOf(id: string, name: string, api: { identifier: string; name: string }): object {
  const client = {
    client_id: id,
    name,
    description: LONG,
    client_secret: SECRET,
    grant_types: ['client_credentials'],
  }
  const scopes = [{ value: 'read', description: '\u202egnp.exe' }]
  return {
    clients: [client],
    client_grants: [{ client_id: id, audience: api.identifier, scope: ['read'] }],
    resource_servers: [{ ...api, scopes }],
  }
}

it.each([
  ['an emoji that does not fit', `${X99}\u{1f680}\u{1f680}`, `${X99}\u{1f680}`],
  ['half of an emoji', 'Rocket \ud83d', 'Rocket \ufffd'],
  [
    'a family that is cut apart',
    `${'x'.repeat(98)}\u{1f468}\u200d\u{1f469}`,
    `${'x'.repeat(98)}\u{1f468}`,
  ],
  ['an order of reading', 'Job \u202egnp.exe', 'Job \ufffdgnp.exe'],
])('a name with %s is changed, and the plan says to what', async (what, name, here) => {
  const id = `app-with-${what.replaceAll(' ', '-')}`
  const identifier = `https://${id}.example`
  const { code, stdout, stderr } = await bring(
    'auth0',
    exportOf(id, name, { identifier, name }),
    '--yes',
  )
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Imported: ${here} (${id})`)])
  for (const about of [id, identifier]) {
    expect(stderr).toContain(`Note: ${about}: is called "${here}" here: ${NAME}`)
  }
  expect(stderr).toContain(`Note: read: ${TEXT}`)
  expect(await worker.admin('GET', `/clients/${id}`)).toMatchObject({
    client_name: here,
    description: LONG.slice(0, 1000),
    scope: 'read',
  })
  const apis = await worker.admin('GET', `/apis?audience=${encodeURIComponent(identifier)}`)
  expect(apis).toMatchObject({ data: [{ name: here }] })
})

it('a long audience without a name is called by its beginning, and one that is none is left out', async () => {
  const long = `https://long.example/${'p'.repeat(200)}`
  const unnamed = exportOf('of-long', '', { identifier: long, name: '\u200b' })
  expect(await bring('auth0', unnamed, '--yes')).toMatchObject({ code: 0 })
  const apis = await worker.admin('GET', `/apis?audience=${encodeURIComponent(long)}`)
  expect(apis).toMatchObject({ data: [{ name: long.slice(0, 100) }] })
  expect(await worker.admin('GET', '/clients/of-long')).toMatchObject({ client_name: 'of-long' })
  const wrong = exportOf('of-wrong', 'Wrong', { identifier: 'urn:a^b', name: 'Wrong' })
  const { code, stderr } = await bring('auth0', wrong, '--yes')
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('Note: urn:a^b: cannot be an audience'),
  ])
})
