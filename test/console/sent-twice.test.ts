import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { CONSOLE_ROUTES } from '../../src/console/routes.ts'
import { interruptedAt } from '../attacks/lost-rights.ts'
import { bannerIn } from '../support/console.ts'
import { testServer } from '../support/server.ts'
import { filledIn } from './filled-in.ts'

const SECRET = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/

/**
 * The answer of a form that is sent once or three times: a page with this flash message, a secret
 * that is shown once and explained afterwards, or no change at all.
 */
const TOLD: Record<string, RegExp | 'a secret' | 'nothing of its own'> = {
  'POST /clients': 'a secret',
  'POST /clients/:client_id/details': /^Saved New\.$/,
  'POST /clients/:client_id/access': /^Saved the API access of needle-9f2c\.$/,
  'POST /clients/:client_id/suspension': /^Suspended needle-9f2c\. /,
  'POST /clients/:client_id/resumption': /^Resumed needle-9f2c\. /,
  'POST /clients/:client_id/token-revocation': /^Revoked all tokens issued to needle-9f2c until /,
  'POST /clients/:client_id/deletion': /^Deleted needle-9f2c\. /,
  'POST /clients/:client_id/secrets': 'a secret',
  'POST /clients/:client_id/secrets/:secret_id/replacement': 'a secret',
  'POST /clients/:client_id/secrets/:secret_id/deletion': /^Deleted secret needle-9f2c\.$/,
  'POST /clients/:client_id/secrets/:secret_id/extension':
    /^Extended secret needle-9f2c\. This secret works until /,
  'POST /clients/:client_id/keys': /^Added public key needle-9f2c\.$/,
  'POST /clients/:client_id/keys/:key_id/deletion': /^Deleted public key needle-9f2c\.$/,
  'POST /clients/:client_id/certificates': /^Added certificate needle-9f2c\.$/,
  'POST /clients/:client_id/certificates/:certificate_id/deletion':
    /^Deleted certificate needle-9f2c\.$/,
  'POST /clients/:client_id/workloads': /^Added federated credential needle-9f2c\.$/,
  'POST /clients/:client_id/workloads/:credential_id/deletion':
    /^Deleted federated credential needle-9f2c\.$/,
  // Their answer is a page with a result for each client: client-bulk.test.ts sends them twice.
  'POST /clients/bulk/resumption': 'nothing of its own',
  'POST /clients/bulk/suspension': 'nothing of its own',
  'POST /clients/bulk/token-revocation': 'nothing of its own',
  'POST /clients/bulk/tags': 'nothing of its own',
  'POST /clients/bulk/tag-removal': 'nothing of its own',
  'POST /clients/bulk/deletion': 'nothing of its own',
  'POST /find': 'nothing of its own',
  'POST /incidents': /^Done\. Copy the link/,
  'POST /issuers': /^Now trusted: New\.$/,
  'POST /issuers/:issuer_id/deletion': /^No longer trusted: needle-9f2c\.$/,
  'POST /workloads': 'nothing of its own',
  'POST /apis': /^Added New\.$/,
  'POST /apis/:api_id': /^Saved New\.$/,
  'POST /apis/:api_id/deletion': /^Deleted needle-9f2c\.$/,
  'POST /roles': /^Created New\.$/,
  'POST /roles/:role_id': /^Saved New\.$/,
  'POST /roles/:role_id/deletion': /^Deleted needle-9f2c\.$/,
  'POST /administrators': /^Added new-\d+@example\.com\.$/,
  // Another mail does no harm.
  'POST /administrators/test-mail': 'nothing of its own',
  'POST /setup/test-event': 'nothing of its own',
  'POST /setup/resent-events': 'nothing of its own',
  'POST /administrators/:administrator_id':
    /^Changed the access of needle-9f2c-\d+@example\.com\.$/,
  'POST /administrators/:administrator_id/removal': /^Removed needle-9f2c\.$/,
  'POST /administrators/:member_id/block': /^Blocked needle-9f2c\.$/,
  'POST /signing-keys': /^Signing key \S+ signs (now|from .* UTC), and another is published\.$/,
  'POST /signing-keys/:kid/revocation': /^Revoked signing key \S+, and all tokens it signed\.$/,
}

const EVENTS: Record<string, number> = {
  'POST /signing-keys': 2,
  'POST /signing-keys/:kid/revocation': 3,
  // The suspension has an event, and so has the incident.
  'POST /incidents': 2,
}

it('INV-21: no form is without a row here', () => {
  const forms = CONSOLE_ROUTES.filter(({ method }) => method === 'POST')
  expect(Object.keys(TOLD).sort()).toEqual(forms.map(({ path }) => `POST ${path}`).sort())
})

/** The number of events in the audit log. */
async function changes(): Promise<number> {
  const count = env.DB.prepare('SELECT count(*) AS n FROM portcullis_audit_events')
  return (await count.first<{ n: number }>())?.n ?? 0
}

const rowsOf = (told: (one: (typeof TOLD)[string]) => boolean) =>
  Object.entries(TOLD).filter(([, one]) => told(one))

describe('INV-21: a form that is sent twice at once, and again later', () => {
  it.each(rowsOf((told) => told instanceof RegExp))(
    '%s is carried out once, and each answer tells what the first one did',
    async (route, told) => {
      const server = testServer()
      const { visitor, send } = await filledIn(server, route)
      const before = await changes()
      const both = await Promise.all([send(), send()])
      const made = (await changes()) - before
      server.clock.now += 1
      const all = [...both, await send()]
      expect(all.map(({ status }) => status)).toEqual([303, 303, 303])
      expect(new Set(all.map(({ headers }) => headers.get('location'))).size).toBe(1)
      for (const one of all) expect(bannerIn(await visitor.follow(one))).toMatch(told)
      // A rotation writes an event for each key.
      expect(made).toBe(EVENTS[route] ?? 1)
      expect((await changes()) - before).toBe(made)
    },
  )

  const looksForIt = (text: string) => /^SELECT.*portcullis_idempotency_records/s.test(text)
  const looks = rowsOf((told) => told !== 'nothing of its own').flatMap(([route, told]) =>
    [1, 2].map((look) => [route, look, told] as const),
  )

  it.each(looks)(
    '%s is told what the first one did, which came behind look %i of the second',
    async (route, look, told) => {
      const server = testServer()
      const { visitor, send } = await filledIn(server, route)
      const before = await changes()
      let first: Response | undefined
      const DB = interruptedAt(looksForIt, look, false, async () => {
        first = await send()
      })
      const second = await send(visitor.cookie, testServer({ env: { DB }, now: server.clock.now }))
      // Suspending and resuming have no key: they find their work done.
      first ??= await send()
      const isSecret = told === 'a secret'
      expect([first.status, second.status]).toEqual([isSecret ? 201 : 303, 303])
      const says = isSecret ? /you may not have seen the secret/ : (told as RegExp)
      expect(bannerIn(await visitor.follow(second))).toMatch(says)
      const events = (await changes()) - before
      expect([events > 0, isSecret || events === (EVENTS[route] ?? 1)]).toEqual([true, true])
    },
  )

  it.each(rowsOf((told) => told === 'a secret').map(([route]) => [route]))(
    '%s shows its secret once, and leads who has not seen it to another',
    async (route) => {
      const server = testServer()
      const { visitor, send } = await filledIn(server, route)
      const before = await changes()
      const both = await Promise.all([send(), send()])
      expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 303]))
      const made = await changes()
      const late = await send()
      expect([late.status, (await changes()) - made, made > before]).toEqual([303, 0, true])
      const page = await visitor.follow(late)
      expect(bannerIn(page)).toMatch(
        /sent twice and carried out once.* may not have seen the secret/,
      )
      expect(page).toContain('It has not been used yet.')
      expect(page).not.toMatch(SECRET)
      const repair = /action="\/console(\/clients\/\w+\/secrets\/\w+\/replacement)"/.exec(page)?.[1]
      const another = await visitor.post(repair ?? '')
      expect([another.status, SECRET.test(await another.text())]).toEqual([201, true])
    },
  )
})
