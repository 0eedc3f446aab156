import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { formTokenIn, signIn } from '../support/console.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { providerWithGroups, visit } from '../support/group-sign-in.ts'
import { ISSUER } from '../support/server.ts'
import { DAY, dayAfter, NOW, openScene } from './golden/scene.ts'
import { AUDIENCE, clientsOf, furnished, READING } from './golden/things.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const hrefOf = (page: string, rel: string) =>
  (new RegExp(`href="/console([^"]+)" rel="${rel}"`).exec(page)?.[1] ?? '').replaceAll('&amp;', '&')

it('lists that are longer than a page', async () => {
  const { server, visitor, page, differences } = await openScene('long-lists')
  for (let n = 10; n < 62; n++) {
    server.clock.now += 1
    await server.client({}, { client_name: `Client ${n}` })
  }
  const second = hrefOf(await visitor.html('/clients?sort=name'), 'next')
  await page('last-clients', second)
  const first = hrefOf(await visitor.html(second), 'prev')
  expect(first).toBe('/clients?sort=name')
  const older = hrefOf(await visitor.html('/activity?action=client.created'), 'next')
  await page('older-events', older)
  expect(await differences()).toBe('')
})

it('what can be exported', async () => {
  const scene = await openScene('exports')
  const { visitor, server, keep, differences } = scene
  const { client } = await furnished(scene)
  const { suspended, soon } = await clientsOf(scene)
  await server.adminOk('DELETE', `/clients/${soon}`)
  for (const [name, path] of Object.entries({
    clients: `/clients/export.csv?client=${client}&client=${suspended}`,
    'events-csv': '/activity/export.csv',
    'events-jsonl': `/activity/export.jsonl?client_id=${suspended}&order=asc`,
    'no-events': '/activity/export.csv?actor=somebody',
  })) {
    const answer = await visitor.get(path)
    const headers = ['content-type', 'content-disposition'].map((one) => answer.headers.get(one))
    await keep(
      name,
      [
        ...headers,
        new TextDecoder('utf-8', { ignoreBOM: true, fatal: false }).decode(
          await answer.arrayBuffer(),
        ),
      ].join('\n'),
    )
  }
  expect(await differences()).toBe('')
})

it('clients that prove themselves by one kind of credential, and their copies', async () => {
  const { server, make, page, differences } = await openScene('one-kind')
  const bare = async (client_name: string, fields = {}) => {
    const made = await make('/clients', { client_name, secret: null, ...fields })
    return `/clients/${String(made['client_id'])}`
  }
  const key = await bare('By key', { require_dpop: true, assertion_audience: 'issuer' })
  await make(`${key}/keys`, { jwk: PUBLIC_JWK, expires_on: dayAfter(1) })
  const name = await bare('By certificate', { tls_client_certificate_bound_access_tokens: true })
  const made = await make(`${name}/certificates`, { san_uri: 'spiffe://example/a', label: 'Mesh' })
  const rule = await bare('By workload')
  await page('no-issuer-yet', `${rule}/workloads/new`)
  const { issuer_id } = await make('/issuers', { issuer: 'https://gitlab.com', preset: 'gitlab' })
  await make(`${rule}/federated-credentials`, { issuer_id, claims: { project_id: '20' } })
  for (const [kind, path] of Object.entries({ key, name, rule })) {
    await page(`by-${kind}`, path)
    await page(`by-${kind}-copied`, `${path}/duplicate`)
  }
  await page('certificate', `${name}/certificates/${made['certificate_id']}`)
  server.clock.now += 2 * DAY
  const later = await signIn(server)
  await page('key-expired', key, later)
  for (let secrets = 0; secrets < 5; secrets++)
    await make(`${rule}/secrets`, { label: `${secrets}` })
  await page('full', rule, later)
  await page('full-rotation', `${rule}/secrets/new`, later)
  expect(await differences()).toBe('')
})

it('a client that publishes its keys, and what asks about it', async () => {
  const { make, page, differences } = await openScene('published-keys')
  const jwks_uri = 'https://nightly.example/jwks.json'
  const made = await make('/clients', { client_name: 'Nightly', secret: null, jwks_uri })
  const at = `/clients/${String(made['client_id'])}`
  await page('details', at)
  await page('copied', `${at}/duplicate`)
  await page('deletion', `${at}/deletion`)
  await page('incident', `/incidents/new?client_id=${String(made['client_id'])}`)
  expect(await differences()).toBe('')
})

it('a secret of which the page that showed it was lost', async () => {
  const scene = await openScene('lost-secret')
  const { server, visitor, page, form, make, differences } = scene
  const made = await make('/clients', { client_name: 'Lost', permissions: [] })
  const at = `/clients/${String(made['client_id'])}`
  await make(`${at}/secrets`, {})
  const send = await visitor.fill(`${at}/secrets`, {
    expires_on: dayAfter(9),
    retire_others_in: '3600',
    version: '2',
  })
  await send()
  const to = ((await send()).headers.get('location') ?? '').replace('/console', '')
  await page('not-used', to)
  await form('replaced', `${to}/replacement`)
  await page('no-longer-works', to)
  const unused = (await make(`${at}/secrets`, { label: 'Later' })) as Record<string, string>
  const client = {
    id: String(made['client_id']),
    secret: String(unused['client_secret']),
    body: {},
  }
  await server.tokenRequest(client)
  server.clock.now += 3600
  await page('used', `${at}/secrets/${unused['secret_id']}`)
  await page('unknown', `${at}/secrets/secret_unknown`)
  expect(await differences()).toBe('')
})

it('the audience of an API that clients use, and lines that cannot be read', async () => {
  const scene = await openScene('audience')
  const { form, make, server } = scene
  const { api } = await furnished(scene)
  await make('/clients', { client_name: 'Direct', permissions: READING })
  const permissions = 'invoices:read | Invoices | Read invoices\n\n reports:read | | All | of them '
  const changed = {
    audience: 'https://bills.example.com',
    name: 'Bills',
    permissions,
    version: '1',
  }
  await form('asked', `/apis/${api}`, changed)
  const twice = 'a\n\nb\na\n'
  await form('repeated-line', `/apis/${api}`, {
    ...changed,
    audience: AUDIENCE,
    permissions: twice,
  })
  const unreadable = ['a b | x', ...Array.from({ length: 6 }, (_, n) => `no permission ${n}`)]
  await form('wrong-lines', `/apis/${api}`, { ...changed, permissions: unreadable.join('\n') })
  await form('confirmed', `/apis/${api}`, { ...changed, confirm_audience_in_use: 'yes' })
  const { permissions: kept } = await server.adminOk('GET', `/apis/${api}`)
  expect([await scene.differences(), kept]).toEqual([
    '',
    [
      { permission: 'invoices:read', group: 'Invoices', description: 'Read invoices' },
      { permission: 'reports:read', description: 'All | of them' },
    ],
  ])
})

it('a deployment with rules for credentials', async () => {
  const before = await openScene('rules-before')
  const { client } = await furnished(before)
  const rules = {
    secretDaysMax: 30,
    secretDaysDefault: 7,
    allowedCredentials: ['certificate'] as const,
  }
  const { page, form, differences } = await openScene('rules', { ...rules, requireDpop: true })
  const at = `/clients/${client}`
  await page('client', at)
  for (const what of ['secrets', 'keys', 'certificates', 'workloads']) {
    await page(`new-${what}`, `${at}/${what}/new`)
  }
  await page('client-new', '/clients/new')
  await page('client-copied', `${at}/duplicate`)
  const lost = { client_name: 'A', credential: 'secret', expires_on: dayAfter(31) }
  await form('client-refused', '/clients', lost)
  await form('client-made', '/clients', { ...lost, credential: 'workload' })
  expect(await differences()).toBe('')
})

it('people whom a group lets in', async () => {
  const { enter, server, provider, eve } = await providerWithGroups()
  const { show, rename, differences } = await openScene('groups')
  rename(new URL(provider.issuer).host, 'ID-HOST')
  server.clock.now = NOW
  const cookie = await enter()
  await enter(['portcullis-viewers'], { sub: 'mia', email: 'mia@example.com' })
  const { data } = await server.adminOk('GET', '/administrators')
  const mia = data.find(({ email }: { email: string }) => email === 'mia@example.com')
  const own = String((await eve())['administrator_id'])
  const pages = {
    list: '/administrators',
    self: `/administrators/${own}`,
    block: `/administrators/${mia.administrator_id}/block`,
    'block-self': `/administrators/${own}/block`,
  }
  for (const [name, path] of Object.entries(pages))
    await show(name, await visit(server, cookie, path))
  const form_token = formTokenIn(await (await visit(server, cookie)).text())
  const block = async (blocked: string, version: string) => {
    const body = new URLSearchParams({ form_token, blocked, version, called: 'mia@example.com' })
    const headers = {
      Cookie: cookie,
      Origin: ISSUER,
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    const path = `/console/administrators/${mia.administrator_id}/block`
    const init = { method: 'POST', headers, body: body.toString(), redirect: 'manual' as const }
    const answer = await server.send(path, init)
    const flash = (answer.headers.get('set-cookie') ?? '').split(';')[0]
    return visit(server, `${cookie}; ${flash}`, '/administrators')
  }
  await show('blocked', await block('yes', '1'))
  await show('ask-to-unblock', await visit(server, cookie, pages.block))
  await show('unblocked', await block('no', '2'))
  expect(await differences()).toBe('')
})
