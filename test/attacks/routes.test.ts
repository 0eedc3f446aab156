import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { CONSOLE_ROUTES } from '../../src/console/routes.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { EVENTS_ENV, eventsReceiver } from '../support/events-receiver.ts'
import { routesOfTheApp } from '../support/routes.ts'
import { ISSUER, type TestServer, testServer } from '../support/server.ts'
import { type Callers, type Credential, makeCallers } from './callers.ts'
import { fill, isNamedIn, partsOf, withVersion } from './route-requests.ts'
import { everythingStored } from './storage.ts'
import { makeThings, NEEDLE, type Things } from './things.ts'
import { answersOf, type Caller, CALLERS, ENTRIES, type Entry } from './who-may.ts'

/** For thousands of requests on a machine that has more to do. */
const PATIENCE = 180_000

/** One request to a route, as a caller would send it who knows these things. */
function request(route: string, entry: Entry, who: Credential, things: Things): Request {
  const { url, method, headers, text } = partsOf(route, entry, who, things)
  return new Request(url, { method, headers, redirect: 'manual', ...(text && { body: text }) })
}

async function send(server: TestServer, sent: Request) {
  const response = await server.send(sent.url.slice(ISSUER.length), sent)
  const { status, headers } = response
  const text = await response.text()
  return { status, headers, all: JSON.stringify([status, [...headers]]) + text, text }
}

/** The outcome, in the words of the table. */
function outcome(answer: { status: number; headers: Headers; text: string }): string {
  const { status, headers, text } = answer
  const isLedThere = (headers.get('location') ?? '').startsWith('/console/sign-in')
  // The form of a session that has ended waits there, encrypted.
  const isAsked = status === 401 && text.includes('name="kept"')
  if ((isLedThere || isAsked) && !headers.has('set-cookie')) return 'in'
  return status < 400 ? 'ok' : String(status)
}

async function world() {
  eventsReceiver()
  const server = testServer({
    statusLists: true,
    failureLimits: { perClient: 1e6, perAddress: 1e6 },
    env: { EMAIL: mailbox().EMAIL, MAIL_FROM: 'portcullis@example.com', ...EVENTS_ENV },
  })
  // The first status list, in which clients get their places.
  await server.cron()
  const callers = await makeCallers(server)
  const token = callers.reader.headers['Authorization']?.slice(7) ?? ''
  const things = await makeThings(server, token)
  // The first checkpoint of the audit log.
  await server.cron()
  return { server, callers, token, things }
}

const isChange = (route: string) => !route.startsWith('GET')

it('is in the table, each route of the app, and no other', async () => {
  const methods = (await routesOfTheApp()).filter((route) => !route.startsWith('ALL '))
  expect(Object.keys(ENTRIES).sort()).toEqual(methods.sort())
  const tables = [
    ...ADMIN_ROUTES.map(({ method, path }) => `${method} /admin/v1${path}`),
    ...CONSOLE_ROUTES.map(({ method, path }) => `${method} /console${path}`),
  ]
  for (const route of tables) expect(ENTRIES).toHaveProperty([route])
})

/**
 * Sends requests that must be refused twice, about existing things and about missing ones: the
 * answers must not tell which.
 */
async function refusals(
  { server, callers, things }: Awaited<ReturnType<typeof world>>,
  route: string,
  entry: Entry,
) {
  const none = Object.fromEntries(
    Object.keys(things).map((name) => [name, name.endsWith('id') ? 'none' : (things[name] ?? '')]),
  )
  const tally: string[] = []
  for (const [caller, expected] of answersOf(entry)) {
    if (expected === 'ok') continue
    const who = callers[caller]
    const real = await send(server, request(route, entry, who, things))
    expect([route, caller, outcome(real)]).toEqual([route, caller, expected])
    expect(real.text, `${route} ${caller}`).not.toContain(NEEDLE)
    const other = await send(server, request(route, entry, who, none))
    expect(neutral(real.all, things), `${route} ${caller}`).toBe(neutral(other.all, things))
    tally.push(caller)
  }
  return tally
}

/** Without what the caller itself sent, encrypted or not. */
function neutral(sent: string, things: Things): string {
  const text = sent.replaceAll(/name="(kept|form_token)" value="[\w.-]+"/g, '')
  const ids = Object.entries(things).filter(([name]) => name.endsWith('id'))
  return ids.reduce((rest, [, id]) => rest.replaceAll(id, 'none'), text)
}

it(
  'INV-15: refuses whom the table refuses, with no row changed and nothing said of what is there',
  async () => {
    const all = await world()
    let refused = 0
    const before = await everythingStored()
    for (const [route, entry] of Object.entries(ENTRIES)) {
      refused += (await refusals(all, route, entry)).length
      expect(await everythingStored(), route).toEqual(before)
    }
    const said = Object.values(ENTRIES).flatMap(answersOf)
    expect(refused).toBe(said.filter(([, answer]) => answer !== 'ok').length)
    expect(refused).toBeGreaterThan(800)
  },
  PATIENCE,
)

/** Makes anew whatever the route and its body name: it may be changed, or deleted. */
async function freshFor(server: TestServer, token: string, route: string, entry: Entry) {
  const isAsked = (name: string) => isNamedIn(route, entry, name)
  return withVersion(server, route, await makeThings(server, token, isAsked))
}

async function expectAllowed(
  { server, callers, token }: { server: TestServer; callers: Callers; token: string },
  route: string,
  entry: Entry,
  things: Things | null,
) {
  for (const [caller, expected] of answersOf(entry)) {
    if (expected !== 'ok') continue
    const fresh = things ?? (await freshFor(server, token, route, entry))
    const answer = await send(server, request(route, entry, callers[caller], fresh))
    expect([route, caller, outcome(answer), answer.text]).toEqual([
      route,
      caller,
      'ok',
      answer.text,
    ])
  }
}

it(
  'lets whom the table lets, on every route',
  async () => {
    const all = await world()
    // Last, because they end sessions: the callers' own, then all.
    const last = ['POST /console/sign-out', 'POST /admin/v1/audit-events/verification']
    const place = ([route]: [string, Entry]) => last.indexOf(route)
    const entries = Object.entries(ENTRIES).sort((a, b) => place(a) - place(b))
    for (const [route, entry] of entries) {
      await expectAllowed(all, route, entry, isChange(route) ? null : all.things)
    }
  },
  PATIENCE,
)

it('answers another method by what there is, and nobody changes anything by it', async () => {
  const { server, callers, things } = await world()
  const anyMethod = (await routesOfTheApp()).filter((route) => route.startsWith('ALL '))
  const before = await everythingStored()
  for (const route of anyMethod) {
    const path = fill(route.slice(4).replace('*', 'nothing-here').replace(':slash{$}', ''), things)
    for (const caller of CALLERS) {
      for (const method of ['PROPFIND', 'OPTIONS']) {
        const init = { method, headers: callers[caller].headers, redirect: 'manual' as const }
        const answer = await send(server, new Request(ISSUER + path, init))
        expect([route, method, caller, outcome(answer)]).toEqual([
          route,
          method,
          caller,
          anotherMethod(path, caller),
        ])
        expect(answer.text).not.toContain(NEEDLE)
      }
    }
  }
  expect(await everythingStored()).toEqual(before)
})

function anotherMethod(path: string, caller: Caller): string {
  if (path === '/admin/v1/nothing-here') return '404'
  if (path === '/oauth/authorize') return '400'
  if (path !== '/console/nothing-here') return '405'
  return ['viewer', 'ruler', 'breakglass'].includes(caller) ? '404' : 'in'
}
