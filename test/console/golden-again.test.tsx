import type { JSX } from 'hono/jsx/jsx-runtime'
import type { HtmlEscapedString } from 'hono/utils/html'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { EventsHealth } from '../../src/actions/events/describe-events.ts'
import { snippetsFor } from '../../src/console/clients/secrets/snippets.ts'
import { EventsCard, EventsResult } from '../../src/console/setup/events-card.tsx'
import { bannerIn, signInAs } from '../support/console.ts'
import { openBook } from '../support/golden/book.ts'
import { outlineOf } from '../support/golden/outline.ts'
import { ISSUER } from '../support/server.ts'
import { NOW, openScene } from './golden/scene.ts'
import { furnished } from './golden/things.ts'

const keptIn = (page: string) => /name="kept" value="([^"]+)"/.exec(page)?.[1] ?? ''

it('forms that were sent before, or come from a session that has ended', async () => {
  const { server, visitor, show, make, differences } = await openScene('again')
  const { administrator_id: id } = await make('/administrators', {
    email: 'ada@example.com',
    access: 'manage',
  })
  const ada = await signInAs(server, String(id))
  const role = await visitor.fill('/roles', { name: 'Gone' })
  const path = ((await role()).headers.get('location') ?? '').replace('/console', '')
  await server.adminOk('DELETE', path)
  await show('made-and-deleted-since', await role())
  const body = { email: 'eve@example.com', access: 'view' }
  const eve = await visitor.fill('/administrators', body)
  await visitor.post('/sign-out')
  const asked = await eve()
  const text = await asked.clone().text()
  await show('kept', asked)
  const headers = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }
  const send = (at: string, fields: Record<string, string>, cookie = '') =>
    server.send(`/console/sign-in${at}`, {
      method: 'POST',
      headers: { ...headers, Cookie: cookie },
      body: new URLSearchParams({ kept: keptIn(text), ...fields }).toString(),
    })
  await show('kept-through-a-wrong-token', await send('', { token: 'wrong' }))
  await show('still-nobody', await send('/form', {}))
  await show('of-somebody-else', await send('/form', {}, ada.cookie))
  await show('shown-again', await send('', { token: env.BOOTSTRAP_TOKEN ?? '' }))
  await show('nothing-of-ours', await send('/form', { kept: 'x.y' }, ada.cookie))
  server.clock.now += 3601
  const later = await signInAs(server, String(id))
  await show('too-late', await send('/form', {}, later.cookie))
  expect(await differences()).toBe('')
})

it('ways that lead back, and a secret in the address', async () => {
  const scene = await openScene('ways')
  const { server, visitor, show } = scene
  const { secretText } = await furnished(scene)
  const from = (referer: string) =>
    server.send('/console/nothing', { headers: { Cookie: visitor.cookie, Referer: referer } })
  await show('back', await from(`${ISSUER}/console/roles?cursor=1`))
  await show('not-back-to-itself', await from(`${ISSUER}/console/nothing`))
  await show('not-back-to-elsewhere', await from('https://elsewhere.example/console/roles'))
  await show('not-out-of-the-console', await from(`${ISSUER}/health`))
  const searched = await visitor.get(`/clients?q=${secretText}`)
  expect([searched.status, searched.headers.get('location')]).toEqual([303, '/console/find'])
  expect(bannerIn(await visitor.follow(searched))).toContain('That looks like a secret.')
  expect(await scene.differences()).toBe('')
})

const EVENTS = {
  webhook: { host: 'siem.example', format: 'plain' },
  begunAt: NOW - 7200,
  pending: 0,
  oldestAt: null,
  failingSince: null,
  retryAt: null,
  failures: [],
  setAside: [],
} as unknown as EventsHealth
const failed = { type: 'client.created', eventId: 'evt_1', detail: 'HTTP 500', at: NOW - 60 }
const accepted = { outcome: 'accepted' as const }
const refused = { outcome: 'refused' as const, detail: 'HTTP 400' }

it('the card of events, and what became of those that were sent', async () => {
  const book = openBook('console/events-card')
  const htmlOf = (node: JSX.Element) => outlineOf((node as HtmlEscapedString).toString())
  const card = (events: object, mayChange = true) =>
    htmlOf(
      <EventsCard
        {...{ base: '/console', formToken: 'token', now: NOW, mayChange }}
        events={{ ...EVENTS, ...events }}
      />,
    )
  await book.compare('nothing-waits', card({}))
  await book.compare('not-begun', card({ begunAt: null, webhook: { host: null } }, false))
  const waiting = { pending: 3, oldestAt: NOW - 60, retryAt: NOW + 60 }
  await book.compare('waiting', card({ ...waiting, failures: [failed] }))
  await book.compare('set-aside', card({ setAside: [failed, failed] }))
  const resent = (...all: (typeof accepted | typeof refused)[]) => ({
    resent: all.map((delivery) => ({ eventId: 'evt_1', delivery })),
  })
  const outcomes = [
    { test: accepted },
    { test: refused },
    resent(),
    resent(accepted),
    resent(accepted, accepted),
    resent(accepted, refused),
  ] as Parameters<typeof EventsResult>[0]['of'][]
  await book.compare('results', outcomes.map((of) => htmlOf(<EventsResult of={of} />)).join('\n'))
  expect(await book.close()).toBe('')
})

it('what there is to paste, on this machine and on the internet', async () => {
  const book = openBook('console/snippets')
  for (const issuer of ['https://auth.example', 'http://localhost:8787']) {
    const all = snippetsFor({ issuer, clientId: 'client_1', secretText: 'a secret' })
    const text = all.map(([name, snippet]) => `=== ${name}\n${snippet}`).join('\n')
    await book.compare(new URL(issuer).protocol.replace(':', ''), text)
  }
  expect(await book.close()).toBe('')
})
