import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { mailbox } from '../doubles/mailbox.ts'
import { signIn, signInAs } from '../support/console.ts'
import { EVENTS_ENV, eventsReceiver } from '../support/events-receiver.ts'
import { DAY, openScene, viewerOf } from './golden/scene.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

it('administrators', async () => {
  const box = mailbox()
  const mail = { EMAIL: box.EMAIL, MAIL_FROM: 'gate@example.com' }
  const scene = await openScene('administrators', {
    env: { ADMINISTRATORS: 'ada@example.com', ...mail },
  })
  const { page, form, server } = scene
  const bob = await scene.make('/administrators', { email: 'bob@example.com', access: 'manage' })
  const viewer = await viewerOf(server)
  await page('all', '/administrators')
  await page('seen-by-a-viewer', '/administrators', viewer)
  const as = await signInAs(server, String(bob['administrator_id']))
  await page('seen-by-one-of-them', '/administrators', as)
  const { data } = await server.adminOk('GET', '/administrators')
  for (const { email, administrator_id: id } of data as Record<string, string>[]) {
    await page(`access-of-${email?.split('@')[0]}`, `/administrators/${id}`, as)
    await page(`removal-of-${email?.split('@')[0]}`, `/administrators/${id}/removal`, as)
  }
  const at = `/administrators/${bob['administrator_id']}`
  await form('added', '/administrators', { email: 'eve@example.com', access: 'view' })
  await form('refused', '/administrators', { email: '<b>no</b>', access: 'all' })
  await form('there-already', '/administrators', { email: 'bob@example.com', access: 'view' })
  await form('changed', at, { access: 'view', version: '1', called: 'bob@example.com' })
  await form('changed-meanwhile', at, { access: 'manage', version: '1' })
  await form('removed', `${at}/removal`, { version: '2', called: 'bob@example.com' })
  await form('test-mail', '/administrators/test-mail')
  const ada = await signInAs(server, String(data[0].administrator_id))
  for (const mode of ['accepts', 'refuses'] as const) {
    box.mode = mode
    await scene.show(`test-mail-${mode}`, await ada.post('/administrators/test-mail', {}))
  }
  expect(await scene.differences()).toBe('')
})

it('signing keys', async () => {
  const scene = await openScene('signing-keys')
  const { page, form, server } = scene
  await server.adminOk('POST', '/signing-keys', {})
  // Two keys of one second are in the order of their ids, which are random.
  await env.DB.prepare(
    `UPDATE portcullis_signing_keys SET created_at = created_at
       - CASE WHEN activates_at IS NULL THEN 0 WHEN activates_at > created_at THEN 60 ELSE 120 END`,
  ).run()
  server.clock.now += 3600
  await page('all', '/signing-keys')
  await page('rotation', '/signing-keys/rotation')
  await page('seen-by-a-viewer', '/signing-keys', await viewerOf(server))
  await form('rotated', '/signing-keys')
  server.clock.now += 600
  const { data } = await server.adminOk('GET', '/signing-keys')
  for (const [place, { kid, state }] of (data as Record<string, string>[]).entries()) {
    await page(`revocation-${place}-${state}`, `/signing-keys/${kid}/revocation`)
  }
  const at = `/signing-keys/${data[0].kid}/revocation`
  await form('revocation-not-confirmed', at, { confirm: 'yes' })
  await form('revoked', at, { confirm: 'revoke' })
  await page('unknown', '/signing-keys/unknown/revocation')
  expect(await scene.differences()).toBe('')
})

it('Setup, where all is well', async () => {
  const scene = await openScene('setup-in-order', {
    env: {
      ...EVENTS_ENV,
      ADMINISTRATORS: 'ada@example.com',
      EMAIL: mailbox().EMAIL,
      MAIL_FROM: 'gate@example.com',
      ACCESS_TEAM_DOMAIN: 'example',
      ACCESS_AUD: 'a'.repeat(64),
    },
  })
  const { server, page, show } = scene
  const receiver = eventsReceiver()
  await page('before-the-cron', '/setup')
  await server.cron()
  const { data } = await server.adminOk('GET', '/administrators')
  const ada = await signInAs(server, String(data[0].administrator_id))
  await page('all', '/setup', ada)
  await show('test-event', await ada.post('/setup/test-event', {}))
  receiver.answer = async () => 500
  await show('test-event-refused', await ada.post('/setup/test-event', {}))
  await server.api()
  server.clock.now += 60
  await server.cron()
  await page('events-waiting', '/setup', ada)
  await show('resent', await ada.post('/setup/resent-events', {}))
  expect(await scene.differences()).toBe('')
})

it('Setup, where much is wrong', async () => {
  const wrong = {
    CLOSED: '1',
    MAIL_FROM: 'nonsense',
    REMINDER_DAYS: 'soon',
    OIDC_ISSUER: 'https://id.example',
    EVENTS_WEBHOOK_URL: 'nowhere',
  }
  const scene = await openScene('setup-out-of-order', { env: wrong })
  const { server, page } = scene
  await server.api()
  await env.DB.prepare("UPDATE portcullis_audit_events SET actor_id = 'somebody'").run()
  await server.cron()
  server.clock.now += DAY
  await page('a-day-later', '/setup', await signIn(server))
  expect(await scene.differences()).toBe('')
})
