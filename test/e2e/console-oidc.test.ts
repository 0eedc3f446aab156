import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browser } from '../support/node/cookie-jar.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { CLIENT_ID, CLIENT_SECRET, runIdentityProvider } from '../support/node/identity-provider.ts'

type IdentityProvider = Awaited<ReturnType<typeof runIdentityProvider>>
type Browser = ReturnType<typeof browser>

let provider: IdentityProvider
let worker: RunningWorker

beforeAll(async () => {
  provider = await runIdentityProvider()
  worker = await runWorker({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT_ID,
    OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ADMINISTRATORS: 'ada@example.com',
    OIDC_ACCESS_CLAIM: 'groups',
    OIDC_MANAGE_VALUES: 'portcullis',
    OIDC_VIEW_VALUES: 'auditors',
  })
})

afterAll(async () => {
  await worker.close()
  await provider.close()
})

const SIGN_IN_COOKIE = '__Host-portcullis-sign-in'
const isCallback = (url: string) => url.includes('/oidc/callback')

/** From the console to the provider and through its login and consent: where it sends the browser back. */
async function throughTheProvider(person: Browser, login: string): Promise<string> {
  const start = `${worker.issuer}/console/sign-in/oidc?next=/console/clients`
  let at = await person.follow(start, undefined, isCallback)
  for (let pages = 0; pages < 3 && !isCallback(at.url); pages++) {
    const prompt = /name="prompt" value="(\w+)"/.exec(await at.response.text())?.[1] ?? ''
    const fields = { prompt, ...(prompt === 'login' ? { login, password: 'any' } : {}) }
    at = await person.follow(at.url, fields, isCallback)
  }
  expect(isCallback(at.url)).toBe(true)
  return at.url
}

async function signIn(person: Browser, login: string) {
  return person.follow(await throughTheProvider(person, login))
}

/** Whether the console knows them. */
async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.open(`${worker.issuer}/console/clients`)).status === 200
}

it('says so when the provider is down, and goes on when it is back', async () => {
  const person = browser()
  provider.stop()
  const { response } = await person.follow(`${worker.issuer}/console/sign-in/oidc`)
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('can’t be reached')
  provider.serve(worker.issuer, true)
  // It is asked again five seconds after it did not answer, however many come.
  await new Promise((resolve) => setTimeout(resolve, 5500))
  await signIn(person, 'ada')
  expect(await isSignedIn(person)).toBe(true)
})

it('many sign in at once', async () => {
  const people = Array.from({ length: 12 }, () => browser())
  const answers = await Promise.all(people.map(async (person) => signIn(person, 'ada')))
  expect(answers.map(({ response }) => response.status)).toEqual(people.map(() => 200))
})

describe.each([
  ['in the ID token', true],
  ['at the userinfo endpoint', false],
])('where the address is %s', (_where, inIdToken) => {
  beforeAll(() => provider.serve(worker.issuer, inIdToken))

  it('the whole sign-in ends on the list of clients', async () => {
    const person = browser()
    const { url, response } = await signIn(person, 'ada')
    expect(url).toBe(`${worker.issuer}/console/clients`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('ada@example.com')
    expect(person.cookieOf(worker.issuer, SIGN_IN_COOKIE)).toBeUndefined()
  })

  it('a group lets a person in, who is shown as such, until it is taken away', async () => {
    provider.regroup('ina', ['staff', 'portcullis'])
    const person = browser()
    const { response } = await signIn(person, 'ina')
    expect(response.status).toBe(200)
    const list = await person.open(`${worker.issuer}/console/administrators`)
    expect(await list.text()).toMatch(/ina@example\.com.*Manage, by group/s)
    const create = `${worker.issuer}/console/clients/new`
    expect((await person.open(create)).status).toBe(200)
    provider.regroup('ina', ['auditors'])
    await signIn(person, 'ina')
    expect((await person.open(create)).status).toBe(403)
    provider.regroup('ina', ['staff'])
    const late = browser()
    expect((await signIn(late, 'ina')).response.status).toBe(403)
    expect(await isSignedIn(late)).toBe(false)
  })

  it.each([
    ['whose address is not verified', 'mallory', 'didn’t confirm your email address'],
    ['who is no administrator', 'eve', 'eve@example.com is not an administrator'],
  ])('nobody gets in %s', async (_who, login, words) => {
    const person = browser()
    const { response } = await signIn(person, login)
    expect(response.status).toBe(403)
    const text = await response.text()
    expect(text).toContain(words)
    expect(text).toContain('/console/sign-in/oidc?other')
    expect(await isSignedIn(person)).toBe(false)
  })
})

describe('what is brought back', () => {
  it('is good once: the second time there is nothing under way', async () => {
    const person = browser()
    const callback = await throughTheProvider(person, 'ada')
    expect((await person.open(callback)).status).toBe(303)
    expect((await person.open(callback)).status).toBe(400)
    expect(await isSignedIn(person)).toBe(true)
  })

  it('is good once for who kept the cookie too: the provider refuses the code', async () => {
    const person = browser()
    const callback = await throughTheProvider(person, 'ada')
    const kept = person.cookieOf(worker.issuer, SIGN_IN_COOKIE) ?? ''
    expect((await person.open(callback)).status).toBe(303)
    const thief = browser()
    await thief.open(`${worker.issuer}/console/sign-in`)
    thief.setCookie(worker.issuer, SIGN_IN_COOKIE, kept)
    expect((await thief.open(callback)).status).toBe(401)
    expect(await isSignedIn(thief)).toBe(false)
  })

  it('is no good for another browser, nor for another sign-in of the same', async () => {
    const callback = await throughTheProvider(browser(), 'ada')
    const victim = browser()
    expect((await victim.open(callback)).status).toBe(400)
    await victim.open(`${worker.issuer}/console/sign-in/oidc`)
    expect((await victim.open(callback)).status).toBe(400)
    expect(await isSignedIn(victim)).toBe(false)
  })

  it('is no good with a code of another sign-in: its PKCE verifier is another', async () => {
    const thief = browser()
    const stolen = new URL(await throughTheProvider(browser(), 'ada')).searchParams.get('code')
    const own = new URL(await throughTheProvider(thief, 'eve'))
    own.searchParams.set('code', stolen ?? '')
    expect((await thief.open(own.href)).status).toBe(401)
    expect(await isSignedIn(thief)).toBe(false)
  })
})

describe('an ID token is refused', () => {
  it.each([
    ['with another nonce', () => ({ nonce: 'another' })],
    ['of another client', (nonce: string) => ({ nonce, aud: 'another-client' })],
    ['of another provider', (nonce: string) => ({ nonce, iss: 'https://accounts.example' })],
    ['that has expired', (nonce: string, now: number) => ({ nonce, exp: now - 120 })],
  ])('%s', async (_what, claims) => {
    const person = browser()
    const callback = await throughTheProvider(person, 'ada')
    const kept = person.cookieOf(worker.issuer, SIGN_IN_COOKIE) ?? ''
    const nonce = nonceIn(kept)
    provider.lie((now) => claims(nonce, now))
    const refused = await person.open(callback)
    provider.lie((_now) => ({ nonce }))
    person.setCookie(worker.issuer, SIGN_IN_COOKIE, kept)
    const taken = await person.open(callback)
    provider.lie(null)
    // The same lie without its flaw gets in: it is the flaw that is refused.
    expect([refused.status, taken.status]).toEqual([401, 303])
  })
})

function nonceIn(cookie: string): string {
  const payload = Buffer.from(cookie.split('.')[0] ?? '', 'base64url').toString()
  return (JSON.parse(payload) as { nonce: string }).nonce
}

it('says so when the provider goes down in between', async () => {
  const person = browser()
  const callback = await throughTheProvider(person, 'ada')
  provider.stop()
  const response = await person.open(callback)
  provider.serve(worker.issuer, true)
  expect(response.status).toBe(503)
  expect(await isSignedIn(person)).toBe(false)
})

it('who is removed is out with the next request, and cannot come back', async () => {
  const person = browser()
  const bob = { email: 'bob@example.com', access: 'view' }
  const made = await worker.admin('POST', '/administrators', bob)
  await signIn(person, 'bob')
  expect(await isSignedIn(person)).toBe(true)
  await worker.admin('DELETE', `/administrators/${String(made['administrator_id'])}`)
  expect(await isSignedIn(person)).toBe(false)
  expect((await signIn(person, 'bob')).response.status).toBe(403)
})
