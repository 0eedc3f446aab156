import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { signedTexts } from '../../../src/crypto/seals.ts'
import type { AuditEvent } from '../../../src/domain/audit.ts'
import { auditLogRoutes } from '../../../src/http/admin/audit/log-routes.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'
import type { Json } from '../../support/server.ts'

const cursors = signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'cursor')
const LIST = ['audit-events/verification']
const COUNT = 10_001

const eventOf = (seq: number) =>
  ({ seq, seal: `1.seal-${seq}`, actor: {}, target: {} }) as unknown as AuditEvent

const sealBefore = (seal: string) =>
  seal === '1.seal-1' ? '' : `1.seal-${Number(seal.slice(7)) - 1}`

/** A log too long for a test to write: of each event it is known that it is sealed behind the one before. */
const deps = {
  cursors,
  ledger: { head: async () => eventOf(COUNT) },
  anchors: { all: async () => [] },
  now: () => 0,
  seals: { verify: async (text: string, seal: string) => text.includes(sealBefore(seal)) },
  auditEvents: {
    since: async (seq: number, limit: number) =>
      Array.from({ length: Math.min(limit, COUNT - Math.max(0, seq)) }, (_, i) =>
        eventOf(Math.max(0, seq) + i + 1),
      ),
  },
}

const [route] = auditLogRoutes
const app = new Hono<AppEnv>().use(async (c, next) => {
  c.set('deps', deps as never)
  await next()
})
if (route) app.get('/', route.handle)

const verify = async (cursor?: string) =>
  (await app.request(cursor === undefined ? '/' : `/?cursor=${cursor}`)).json<Json>()

describe('a verification of the audit log', () => {
  it('walks 10,000 events, and goes on from there', async () => {
    const { next_cursor: cursor, ...first } = await verify()
    expect(first).toEqual({ intact: true, complete: false, events: 10_000, accepted_up_to: null })
    expect(await cursors.read(String(cursor))).toEqual([LIST, ['0 1.seal-10000', 10_000]])
    expect(await verify(String(cursor))).toEqual({
      intact: true,
      complete: true,
      events: COUNT,
      accepted_up_to: null,
      next_cursor: null,
    })
  })

  it('keeps in mind up to where the log was accepted', async () => {
    const cursor = await cursors.write([LIST, ['7 1.seal-9', 9]])
    const { next_cursor: next, ...first } = await verify(cursor)
    expect(first).toEqual({ intact: true, complete: true, events: COUNT, accepted_up_to: 7 })
    expect(next).toBeNull()
  })
})
