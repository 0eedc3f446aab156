import { describe, expect, it } from 'vitest'
import { bannerIn, brokenLinksIn, eventsIn, signIn, signInAs } from '../support/console.ts'
import { API, type Json, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const GITHUB = { issuer: 'https://token.actions.githubusercontent.com', preset: 'github' }

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

type World = Awaited<ReturnType<typeof world>>

async function world() {
  const server = testServer({ now: NOW })
  await server.api()
  const { id } = await server.client({ [API]: 'invoices:read' }, { secret: null })
  const { issuer_id } = await server.adminOk('POST', '/issuers', GITHUB)
  return {
    server,
    issuerId: String(issuer_id),
    visitor: await signIn(server),
    path: `/clients/${id}`,
  }
}

const rulesOf = async ({ server, path }: World) =>
  (await server.adminOk('GET', `${path}/federated-credentials`))['data'] as Json[]

const addRule = ({ server, path, issuerId }: World, fields: Json = {}) =>
  server.adminOk('POST', `${path}/federated-credentials`, {
    issuer_id: issuerId,
    claims: { repository_id: '74' },
    ...fields,
  })

describe('adding a workload', () => {
  it('takes claims by their types, and says the conditions in words', async () => {
    const all = await world()
    const { visitor, path, issuerId } = all
    const done = await visitor.post(`${path}/workloads`, {
      issuer_id: issuerId,
      subject: ' repo:octo-org/octo-repo:environment:prod ',
      // As a browser sends the lines of a textarea.
      claims: [
        'repository_id = "74"',
        'environment=prod',
        '',
        'a = true',
        'b = "true"',
        'c = 7',
        '/d/e = x = y',
      ].join('\r\n'),
      label: 'Deployment',
      expires_on: '2027-01-31',
      remind: 'yes',
      token_lifetime: '600',
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/console${path}`])
    const page = await visitor.follow(done)
    expect(bannerIn(page)).toBe('Added federated credential Deployment.')
    const [rule] = await rulesOf(all)
    expect(rule).toMatchObject({
      issuer_id: issuerId,
      subject: 'repo:octo-org/octo-repo:environment:prod',
      claims: {
        repository_id: '74',
        environment: 'prod',
        a: true,
        b: 'true',
        c: 7,
        '/d/e': 'x = y',
      },
      label: 'Deployment',
      expires_at: '2027-01-31T23:59:59Z',
      remind: true,
      token_lifetime: 600,
    })
    expect(textOf(page)).toMatch(
      /DeploymentGitHub Actionssub = repo:octo-org\/octo-repo:environment:prodrepository_id = &quot;74&quot;environment = proda = trueb = &quot;true&quot;c = 7\/d\/e = x = y/,
    )
  })

  it('begins with an hour, without an end, and leaves out what is empty', async () => {
    const all = await world()
    const page = await all.visitor.html(`${all.path}/workloads/new`)
    expect(page).toMatch(/name="token_lifetime"[^>]* value="3600"/)
    expect(page).toMatch(/name="expires_on"[^>]* value="" min="2026-11-22" max="2028-11-22"/)
    expect(page).toContain(`GitHub Actions (${GITHUB.issuer})</option>`)
    const claims = 'repository_id = "74"'
    const fields = { issuer_id: all.issuerId, subject: '', claims, label: '', token_lifetime: '' }
    const done = await all.visitor.post(`${all.path}/workloads`, fields)
    const named = 'Added federated credential repository_id = &quot;74&quot;.'
    expect(bannerIn(await all.visitor.follow(done))).toBe(named)
    expect(await rulesOf(all)).toMatchObject([
      { subject: null, label: '', expires_at: null, token_lifetime: 3600, remind: false },
    ])
  })

  it.each([
    ['no =', 'repository_id', 'in line 1 there is no ='],
    ['a space in a name', '\na b = c', 'in line 2 the name has a space, or is missing'],
    ['no value', 'a =', 'in line 1 the value is missing'],
    ['a long number', 'a = 112010400000000710080', 'in line 1 the value is a number too long'],
    ['half a quote', 'a = "b', 'in line 1 the value is a number too long for one, or its quotes'],
    ['a name twice', 'a = 1\na = 2', 'in line 2 a is there again'],
    ['two problems', 'a\nb', 'in line 1 there is no =; in line 2 there is no ='],
  ])('keeps what was typed, and says what is wrong with %s', async (_, claims, problem) => {
    const all = await world()
    const fields = {
      issuer_id: all.issuerId,
      claims,
      label: 'bidi \u202e',
      expires_on: '2026-11-21',
      token_lifetime: 'long',
    }
    const again = await all.visitor.post(`${all.path}/workloads`, fields)
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain(`Claims <bdi>cannot be read: ${problem}`)
    expect(page).toContain('Label <bdi>must have no control or bidirectional characters')
    expect(page).toContain('Expiry date <bdi>must not be in the past (UTC)')
    expect(page).toMatch(/<input id="token_lifetime"[^>]* aria-invalid="true"[^>]* value="long"/)
    expect(page).toContain(`${claims.replaceAll('"', '&quot;')}</textarea>`)
    expect(page).toMatch(/<option value="iss_\w+" selected=""/)
    expect(brokenLinksIn(page)).toEqual([])
    expect(await rulesOf(all)).toEqual([])
  })

  it('says beside it why a rule is dangerous, or empty, or of an issuer that is gone', async () => {
    const all = await world()
    const send = async (fields: Record<string, string>) => {
      const answer = await all.visitor.post(`${all.path}/workloads`, fields)
      return [answer.status, await answer.text()] as const
    }
    const issuer = { issuer_id: all.issuerId }
    const [status, empty] = await send(issuer)
    expect([status, empty]).toEqual([400, expect.stringContaining('an empty rule would accept')])
    const [, renamed] = await send({ ...issuer, claims: 'repository = a/b' })
    expect(renamed).toMatch(/<textarea id="claims"[^>]* aria-invalid="true"/)
    expect(renamed).toContain('Claims <bdi>must pin repository_id or repository_owner_id')
    const [, lost] = await send({ ...issuer, claims: 'repository_id = "74"\nconstructor = b' })
    expect(lost).toContain('Claims <bdi>must not contain constructor')
    const [, gone] = await send({ issuer_id: 'iss_gone', claims: 'a = b' })
    expect(gone).toMatch(/<select id="issuer_id"[^>]* aria-invalid="true"/)
    await addRule(all)
    const [conflict, same] = await send({ ...issuer, claims: 'repository_id = "74"' })
    expect([conflict, same]).toEqual([
      409,
      expect.stringContaining('already has a rule with these conditions'),
    ])
  })

  it('leads to the issuers where none is trusted', async () => {
    const { server, visitor, path, issuerId } = await world()
    await server.adminOk('DELETE', `/issuers/${issuerId}`)
    const page = await visitor.html(`${path}/workloads/new`)
    expect(page).toContain('No issuer is trusted yet')
    expect(page).toContain('<a href="/console/issuers">')
    expect(page).not.toContain('<select')
  })

  it('is not offered where there are twenty, and refused for a client that is gone', async () => {
    const all = await world()
    for (let n = 0; n < 20; n++) await addRule(all, { claims: { repository_id: String(n) } })
    expect(await all.visitor.html(all.path)).not.toContain('Add workload')
    const fields = { issuer_id: all.issuerId, claims: 'repository_id = "74"' }
    const more = await all.visitor.post(`${all.path}/workloads`, fields)
    expect(await more.text()).toContain(
      'A client has at most 20 federated credentials: delete one.',
    )
    expect((await all.visitor.post('/clients/client_none/workloads', fields)).status).toBe(404)
  })
})

describe('a federated credential', () => {
  it('is a credential: its client is not told that it has none', async () => {
    const all = await world()
    const none = 'No credentials: this client can’t get tokens.'
    expect(await all.visitor.html(all.path)).toContain(none)
    const { credential_id: id } = await addRule(all)
    const page = await all.visitor.html(all.path)
    expect(page).toContain('<h2>Workload identity')
    expect(page).not.toContain(none)
    const asked = await all.visitor.html(`${all.path}/workloads/${id}/deletion`)
    expect(asked).toContain('It is the last credential that works')
    expect(await all.visitor.html(`${all.path}/preview`)).not.toContain('None of its credentials')
  })

  it('expires, and says so before: in the list, on its client and in its table', async () => {
    const all = await world()
    await addRule(all, { label: 'CI', expires_on: '2026-11-25' })
    const soon = textOf(await all.visitor.html(all.path))
    expect(soon).toContain('Federated credential CI expires in 3 days.')
    all.server.clock.now += 4 * 86_400
    const later = await signIn(all.server)
    const page = await later.html(all.path)
    expect(textOf(page)).toContain('Federated credential CI expired')
    expect(page).toMatch(/<bdi class="name">CI<\/bdi>[^]*?class="status bad"/)
    expect(await later.html('/clients')).toContain('title="Federated credential CI expired')
  })

  it('is deleted as it was seen', async () => {
    const all = await world()
    const { server, visitor, path } = all
    const { credential_id: id } = await addRule(all, { label: 'CI' })
    const deletion = `${path}/workloads/${id}/deletion`
    const page = await visitor.html(deletion)
    const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
    await server.adminOk('PATCH', path, { client_name: 'Renamed' })
    const stale = await visitor.post(deletion, { version, called: 'CI' })
    expect(stale.status).toBe(412)
    expect(await stale.text()).toContain('<bdi>Renamed</bdi></h1>')
    const again = await visitor.html(deletion)
    const newest = /name="version" value="(\d+)"/.exec(again)?.[1] ?? ''
    const done = await visitor.post(deletion, { version: newest, called: 'CI' })
    expect(bannerIn(await visitor.follow(done))).toBe('Deleted federated credential CI.')
    expect(await rulesOf(all)).toEqual([])
    const activity = eventsIn(await visitor.html(`${path}/activity`))
    expect(activity).toContain('Federated credential deleted by the bootstrap token')
  })

  it('is seen by who may only look, and neither added nor deleted', async () => {
    const all = await world()
    const { credential_id: id } = await addRule(all, { label: '<i>CI</i>' })
    const person = { email: 'viewer@example.com', access: 'view' }
    const { administrator_id } = await all.server.adminOk('POST', '/administrators', person)
    const viewer = await signInAs(all.server, String(administrator_id))
    const page = await viewer.html(all.path)
    expect(page).toContain('<bdi class="name">&lt;i&gt;CI&lt;/i&gt;</bdi>')
    expect(page).not.toContain('Add workload')
    expect((await viewer.get(`${all.path}/workloads/new`)).status).toBe(403)
    for (const path of ['workloads', `workloads/${id}/deletion`]) {
      expect((await viewer.post(`${all.path}/${path}`, { version: '1' })).status).toBe(403)
    }
  })
})
