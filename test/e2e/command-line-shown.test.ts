import { describe, expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'

const line = scriptedCommandLine()

const CLIENT = {
  client_id: 'client_aaaaaaaaaaaaaaaaaaaaaa',
  client_name: 'Nightly',
  status: 'available',
  attention: [],
  suspended_at: null,
  propagation: 'complete',
  secrets: [],
  permissions: [],
  roles: [],
  access_token_lifetime: 43_200,
  last_token_at: null,
  created_at: '2026-11-25T03:12:45Z',
  created_by: 'bootstrap',
}
const ROLE = { role_id: 'role_aaaaaaaaaaaaaaaa', name: 'Reader', permissions: [] }

const ok = (body: unknown): ScriptedAnswer => ({ status: 200, body })
const page = (...data: unknown[]) => ok({ data, next_cursor: null })

function portcullis(...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

async function shown(...words: string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await portcullis(...words)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
    .trimEnd()
    .split('\n')
    .map((one) => one.split(/ {2,}/))
}

describe('clients show', () => {
  it('prints every setting that is not as with most clients', async () => {
    const jwks_uri = 'https://nightly.example/jwks.json'
    const settings = {
      description: 'Fetches invoices',
      tags: ['a', 'b'],
      contacts: ['ops@example.com'],
      access_token_lifetime: 900,
      allow_self_rotation: true,
      assertion_audience: 'issuer_or_token_endpoint',
      jwks_uri,
      profile: 'fapi2',
      require_dpop: true,
      dpop_required: true,
      tls_client_certificate_bound_access_tokens: true,
    }
    line.server.plan(ok({ ...CLIENT, ...settings }))
    expect((await shown('clients', 'show', CLIENT.client_id)).slice(4, -2)).toEqual([
      ['Description', 'Fetches invoices'],
      ['Tags', 'a b'],
      ['Contacts', 'ops@example.com'],
      ['Token lifetime', '900 seconds'],
      ['Self-rotation', 'allowed'],
      ['Assertion audience', 'issuer_or_token_endpoint'],
      ['JWKS URL', jwks_uri],
      ['Profile', 'fapi2'],
      ['DPoP proof', 'required'],
      ['Tokens', 'bound to its certificate'],
    ])
  })

  it('leaves out the others, and has the names of roles beside their ids', async () => {
    const roles = [ROLE.role_id, 'role_bbbbbbbbbbbbbbbb']
    line.server.plan(ok({ ...CLIENT, roles, dpop_required: true }), page(ROLE))
    expect(await shown('clients', 'show', CLIENT.client_id)).toEqual([
      ['Name', 'Nightly'],
      ['Client id', CLIENT.client_id],
      ['Status', 'Available'],
      ['Permissions', 'none of its own'],
      ['Roles', `Reader (${ROLE.role_id})`],
      ['', 'role_bbbbbbbbbbbbbbbb'],
      ['Token lifetime', '43200 seconds'],
      ['DPoP proof', 'required by this server'],
      ['Last token', 'never'],
      ['Created', expect.stringMatching(/^2026-11-25T03:12:45Z \(.* ago\) by bootstrap$/)],
    ])
  })
})

describe('incidents show', () => {
  const ada = { administrator_id: 'administrator_aaaaaaaaaaaaaaaa', email: 'ada@example.com' }
  const GONE: ScriptedAnswer = { status: 404, body: { title: 'There is no such client.' } }

  it.each<[string, object, ScriptedAnswer[], string]>([
    [
      'an administrator',
      { type: 'administrator', id: ada.administrator_id },
      [page(ada)],
      `${ada.email} (${ada.administrator_id})`,
    ],
    ['one that was removed', { type: 'administrator', id: 'x' }, [page(ada)], 'x'],
    [
      'a client',
      { type: 'client', id: CLIENT.client_id },
      [ok(CLIENT)],
      `Nightly (${CLIENT.client_id})`,
    ],
    ['a client that was deleted', { type: 'client', id: 'orders' }, [GONE], 'orders'],
    ['the bootstrap token', { type: 'bootstrap', id: 'bootstrap' }, [], 'bootstrap'],
  ])('says who responded: %s', async (_who, actor, answers, words) => {
    const at = '2026-11-25T03:12:45Z'
    const incident = { incident_id: 'incident_a', at, actor, reason: null, counted_from: at }
    line.server.plan(ok({ ...incident, clients: [] }), ...answers)
    expect(await shown('incidents', 'show', 'incident_a')).toContainEqual(['By', words])
  })
})

describe('what is said of a change', () => {
  it('counts one thing as one', async () => {
    const permissions = [{ permission: 'a' }]
    line.server.plan({ status: 201, body: { ...ROLE, permissions } })
    const role = await portcullis('roles', 'create', 'Reader')
    expect(role.stderr).toBe('Created the role Reader, with 1 permission.\n')
    const api = { api_id: 'api_aaaaaaaaaaaaaaaa', name: 'A', audience: 'a', permissions: [] }
    line.server.plan({ status: 201, body: api })
    expect((await portcullis('apis', 'create', 'a')).stderr).toContain('with 0 permissions.')
    line.server.plan(
      ok({ intact: true, complete: true, events: 1, next_cursor: null, accepted_up_to: null }),
    )
    expect((await portcullis('audit', 'verify')).stdout).toContain('1 event.')
  })

  it('of tags does not say that one was given where one was taken away', async () => {
    const result = { client_id: CLIENT.client_id, client_name: 'Nightly', ok: true, changed: true }
    line.server.plan(ok({ results: [result] }))
    const { stdout } = await portcullis('clients', 'tag', CLIENT.client_id, '--untag', 'a')
    expect(stdout).toBe(`Untagged: Nightly (${CLIENT.client_id})\n`)
  })
})

it('a trusted issuer is added with every setting that an edit of it takes', async () => {
  const issuer = { issuer_id: 'iss_aaaaaaaaaaaaaaaa', issuer: 'https://ci.example.com', name: 'CI' }
  line.server.plan({ status: 201, body: issuer })
  const words = ['--algorithm', 'ES256', '--max-lifetime', '1h', '--no-check-jti', '--name', 'CI']
  expect((await portcullis('issuers', 'add', issuer.issuer, ...words)).code).toBe(0)
  expect(JSON.parse(line.server.seen[0]?.body ?? '')).toEqual({
    issuer: issuer.issuer,
    name: 'CI',
    algorithms: ['ES256'],
    max_lifetime: 3600,
    check_jti: false,
  })
})
