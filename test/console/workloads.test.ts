import { afterEach, expect, it, vi } from 'vitest'
import { env } from 'cloudflare:workers'
import { formTokenIn, signIn } from '../support/console.ts'
import { ISSUER, testServer } from '../support/server.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'
import { clientFor, federated, workloadToken } from '../support/workloads.ts'

const GITHUB = WORKLOADS['GitHub Actions'] as Workload
const KUBERNETES = WORKLOADS['Kubernetes'] as Workload

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

afterEach(() => {
  vi.restoreAllMocks()
})

async function world(workload = GITHUB) {
  const server = testServer({ now: 1_800_000_000 })
  await server.api()
  const one = await federated(server, workload)
  const visitor = await signIn(server)
  const send = (token: string, clientId = '') =>
    visitor.post('/workloads', { token, client_id: clientId })
  const explain = async (token: string, clientId = '') => (await send(token, clientId)).text()
  const token = (given = {}) => workloadToken(workload, one.signer, server.clock.now, given)
  return { ...one, server, visitor, send, explain, token }
}

it('says of a good token whom it gets tokens for, and shows and keeps it nowhere', async () => {
  const { id, credentialId, explain, token } = await world()
  const good = await token()
  const page = await explain(` ${good}\r\n`, id)
  expect(textOf(page)).toContain('✓ This token is trusted')
  expect(page).toContain(`href="/console/clients/${id}"`)
  expect(textOf(page)).toContain('Signature ✓ OK By its key platform-1')
  expect(textOf(page)).toContain(`${credentialId} of ${id} ✓ Matches`)
  expect(textOf(page)).toContain('repository_id &quot;74&quot; &quot;74&quot; ✓ OK')
  expect(page).not.toContain('●')
  expect(page).toContain(`value="${id}"`)
  for (const part of [good, ...good.split('.')]) expect(page).not.toContain(part)
  const used = await env.DB.prepare('SELECT count(*) AS n FROM portcullis_used_assertions').first()
  expect(used).toEqual({ n: 0 })
})

it('says of each check and each condition what is wrong', async () => {
  const { id, explain, token } = await world()
  const claims = { aud: 'https://github.com/octo-org', environment: 'Prod', repository_id: 74 }
  const text = textOf(await explain(await token({ claims }), id))
  expect(text).toContain('● This token is refused')
  expect(text).toContain(
    'Audience ● Failed aud is &quot;https://github.com/octo-org&quot;; it must',
  )
  expect(text).toContain(
    'environment prod Prod ● Failed They differ only in case, and case matters.',
  )
  expect(text).toContain(
    'repository_id &quot;74&quot; 74 ● Failed The claim is a number, the rule demands a string.',
  )
  expect(text).toContain('● Doesn’t match')
})

it('says why a dangerous event is refused, of markup nothing but text, and of a list the whole', async () => {
  const { id, explain, token } = await world()
  const claims = { event_name: 'pull_request_target', environment: ['<img src=x>'] }
  const page = await explain(await token({ claims }), id)
  expect(textOf(page)).toContain('only a rule that names event_name accepts it')
  expect(page).toContain('[&quot;&lt;img src=x&gt;&quot;]')
  expect(page).not.toContain('<img src=x')
})

it.each([
  ['what is no token', 'nothing', 'Form ● Failed It is not a signed JWT'],
  ['a token of an issuer that is not trusted', '', 'Issuer ● Failed No trusted issuer'],
])('explains %s', async (_, text, found) => {
  const { explain, signer } = await world()
  const stranger = { ...GITHUB, issuer: 'https://ci.example.com' }
  const page = await explain(text || (await workloadToken(stranger, signer, 1_800_000_000)))
  expect(textOf(page)).toContain(found)
  expect(page).not.toContain('Federated credentials</h2>')
})

it('finds the rules of any client for the subject, and says where none or several match', async () => {
  const { server, id, issuerId, explain, token } = await world(KUBERNETES)
  expect(textOf(await explain(await token()))).toContain('This token is trusted')
  const other = await clientFor(server, issuerId, KUBERNETES.rule)
  const several = textOf(await explain(await token()))
  expect(several).toContain('● This token is refused')
  expect(several).toContain('This token matches federated credentials of several clients')
  expect(several).toContain(`of ${other.id} ✓ Matches`)
  expect(textOf(await explain(await token(), id))).toContain('This token is trusted')
  const strange = await token({ claims: { sub: 'system:serviceaccount:payments:other' } })
  expect(textOf(await explain(strange))).toContain('None is for exactly this subject.')
  const { issuer_id } = await server.adminOk('POST', '/issuers', {
    issuer: GITHUB.issuer,
    preset: 'github',
  })
  const third = await clientFor(server, String(issuer_id), GITHUB.rule)
  const none = textOf(await explain(await token(), third.id))
  expect(none).toContain('This client has none for this issuer.')
})

it('says of an expired rule that it is', async () => {
  const { server, issuerId, token } = await world(KUBERNETES)
  const rule = { ...KUBERNETES.rule, expires_on: '2027-01-16' }
  const { id } = await clientFor(server, issuerId, rule)
  server.clock.now += 2 * 86_400
  const visitor = await signIn(server)
  const fields = { token: await token(), client_id: id }
  const page = await (await visitor.post('/workloads', fields)).text()
  expect(textOf(page)).toContain('● Expired')
})

it('asks for a token, and for a client that exists, and keeps the client alone', async () => {
  const { send, token, id, visitor } = await world()
  expect(await visitor.html(`/workloads?client_id=${id}`)).toContain(`value="${id}"`)
  const nothing = await send('  ', id)
  const page = await nothing.text()
  expect([nothing.status, page]).toEqual([
    400,
    expect.stringContaining('Token <bdi>must be pasted first'),
  ])
  expect(page).toContain(`value="${id}"`)
  const good = await token()
  const unknown = await send(good, 'client_none')
  const again = await unknown.text()
  expect(unknown.status).toBe(400)
  expect(again).toContain('Client ID <bdi>is not the ID of an API client')
  expect(again).not.toContain(good)
  const long = await send('a'.repeat(12_001))
  expect([long.status, await long.text()]).toEqual([
    400,
    expect.stringContaining('Token <bdi>must have at most 12000 characters'),
  ])
})

it('is not kept while its person signs in again', async () => {
  const { server, visitor, token, id } = await world()
  const good = await token()
  const send = await visitor.fill('/workloads', { token: good, client_id: id })
  await visitor.post('/sign-out')
  const asked = await (await send()).text()
  const kept = /name="kept" value="([\w.-]+)"/.exec(asked)?.[1] ?? ''
  const shown = await server.send('/console/sign-in', {
    method: 'POST',
    headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '', kept }).toString(),
  })
  const page = await shown.text()
  expect(formTokenIn(page)).not.toBe('')
  expect(page).toContain('must be pasted again: you were signed out, and no token is kept')
  expect(page).toContain(`value="${id}"`)
  expect(page).not.toContain(good)
})

it('logs nothing of the token', async () => {
  const { explain, token } = await world()
  const lines: unknown[] = []
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void lines.push(...args))
  }
  const good = await token()
  await explain(good)
  expect(JSON.stringify(lines)).not.toContain(good.split('.')[1])
})

it('is linked from the issuers, from a client and from where credentials are found', async () => {
  const { visitor, id } = await world()
  for (const path of ['/issuers', '/find']) {
    expect(await visitor.html(path)).toContain('href="/console/workloads"')
  }
  const link = `href="/console/workloads?client_id=${id}"`
  expect(await visitor.html(`/clients/${id}`)).toContain(link)
})
