import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BASE62 } from '../../src/domain/base62.ts'
import { ISSUER, testServer } from '../support/server.ts'
import { outlineOf } from '../support/golden/outline.ts'
import { openIdProvider } from '../support/provider.ts'
import { accessTeam, getWith } from '../support/assertions.ts'
import { NOW, openScene, viewerOf } from './golden/scene.ts'

let logged: string[]
beforeEach(() => {
  logged = []
  for (const level of ['error', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void logged.push(String(line)))
  }
})
afterEach(() => vi.restoreAllMocks())

/** Everything that an answer has, for the browser and for the reader. */
async function wholeOf(response: Response): Promise<string> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).sort()
  const text = await response.text()
  const isPage = response.headers.get('content-type')?.startsWith('text/html')
  return [response.status, ...headers, isPage ? outlineOf(text) : text].join('\n')
}

it('the frame of a page, the files that each page needs, and the headers of all', async () => {
  const { server, visitor, keep, differences } = await openScene('frame')
  const viewer = await viewerOf(server)
  await keep('page', await wholeOf(await visitor.get('/find')))
  await keep('page-of-a-viewer', await wholeOf(await viewer.get('/find')))
  await keep('not-allowed', await wholeOf(await viewer.get('/apis/new')))
  for (const path of ['style.css', 'console.js', 'icon.svg']) {
    const shown = (await wholeOf(await server.send(`/console/${path}`))).replaceAll(
      /(?<=[;{}])(?=\S)/g,
      '\n',
    )
    await keep(path.replace('.', '-'), shown)
  }
  const headers = { Cookie: 'none=1' }
  for (const path of ['clients', 'nothing', 'clients?q=a&tag=b', '']) {
    const answer = await server.send(`/console/${path}`, { headers, redirect: 'manual' })
    await keep(`without-a-session-${path.replaceAll(/\W/g, '-')}`, await wholeOf(answer))
  }
  await keep('signed-out', await wholeOf(await visitor.post('/sign-out')))
  expect(await differences()).toBe('')
})

/** Text that no compression makes much shorter, and that is the same each time. */
function noise(length: number): string {
  let seed = 1
  return Array.from({ length }, () => {
    seed = (seed * 16_807) % 2_147_483_647
    return BASE62.charAt(seed % 62)
  }).join('')
}

it('a form that is not from a page of the console', async () => {
  const { visitor, show, differences } = await openScene('strange-forms')
  await show('without-a-token', await visitor.post('/roles', { name: 'A' }, ''))
  await show('with-a-wrong-token', await visitor.post('/roles', { name: 'A' }, 'wrong'))
  const send = await visitor.fill('/roles', { name: 'A' })
  await show('without-a-session', await send('none=1'))
  const tooLong = await visitor.fill('/roles', { name: noise(63_000) })
  await show('too-long-to-be-kept', await tooLong('none=1'))
  const tooLarge = await visitor.fill('/roles', { name: noise(70_000) })
  await show('too-large', await tooLarge('none=1'))
  expect(await differences()).toBe('')
})

it('the page to sign in, by each way that can be configured', async () => {
  const { server, keep, show, differences } = await openScene('sign-in')
  const at = (vars: object, path = '/sign-in') =>
    testServer({ now: NOW, env: vars }).send(`/console${path}`, { redirect: 'manual' })
  const oidc = {
    OIDC_ISSUER: 'https://id.example',
    OIDC_CLIENT_ID: 'console',
    OIDC_CLIENT_SECRET: 'a secret',
  }
  await keep('by-token', await wholeOf(await server.send('/console/sign-in')))
  await show('by-provider', await at(oidc, '/sign-in?next=%2Fconsole%2Fapis'))
  await show('by-provider-alone', await at({ ...oidc, BOOTSTRAP_TOKEN: undefined }))
  await show(
    'by-half-a-provider',
    await at({ OIDC_ISSUER: oidc.OIDC_ISSUER, BOOTSTRAP_TOKEN: undefined }),
  )
  await show('by-nothing', await at({ BOOTSTRAP_TOKEN: undefined }))
  await show('by-access', await at({ ACCESS_TEAM_DOMAIN: 'example', ACCESS_AUD: 'a'.repeat(64) }))
  await show('by-half-of-access', await at({ ACCESS_TEAM_DOMAIN: 'example' }))
  const form = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }
  for (let tries = 1; tries <= 11; tries++) {
    const body = new URLSearchParams({ token: 'wrong', next: '/console/apis' }).toString()
    const answer = await server.send('/console/sign-in', { method: 'POST', headers: form, body })
    if (tries === 1 || tries === 11) await show(`wrong-token-${tries}`, answer)
  }
  const body = new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '', next: '/console/apis' })
  const init = {
    method: 'POST',
    headers: { ...form, Origin: 'https://elsewhere.example' },
    body: body.toString(),
  }
  await show('from-another-site', await server.send('/console/sign-in', init))
  expect(await differences()).toBe('')
})

it('what a person sees whom the OpenID provider or Access does not let in', async () => {
  const { show, keep, rename, differences } = await openScene('not-let-in')
  const { provider, signIn, finish, start } = await openIdProvider()
  rename(new URL(provider.issuer).host, 'ID-HOST')
  const lies: [string, Record<string, unknown>][] = [
    ['no-administrator', { email: 'eve@example.com' }],
    ['not-verified', { email_verified: false }],
    ['not-valid', { nonce: 'another' }],
  ]
  for (const [name, claims] of lies) {
    provider.claims = claims
    await show(name, await signIn('?next=%2Fconsole%2Froles'))
  }
  provider.claims = {}
  const { cookie, state } = await start()
  await show('denied', await finish(cookie, { state, error: 'access_denied' }))
  await show('too-late', await finish(cookie, { state, code: 'theirs' }))
  provider.down.add('/token')
  await show('down', await signIn())
  provider.down.clear()
  const other = await openIdProvider()
  rename(new URL(other.provider.issuer).host, 'OTHER-HOST')
  other.provider.metadata = { issuer: 'https://x.example' }
  await show('no-metadata', (await other.start()).response)
  await keep('log', `${logged.join('\n')}\n`)
  const team = await accessTeam()
  const eve = await team.assertion({ claims: { email: 'eve@example.com' } })
  await show('access-no-administrator', await getWith(team.server, '/sign-in', { assertion: eve }))
  const ada = await team.assertion()
  await show('access-administrator', await getWith(team.server, '/sign-in', { assertion: ada }))
  expect(await differences()).toBe('')
})
