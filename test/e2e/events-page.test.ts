import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIT_ACTIONS, TARGET_TYPES } from '../../src/domain/audit.ts'
import { eventResponse } from '../../src/web/event-response.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { everyKindOfEvent } from './events-story.ts'

// docs/events.md: each type with an example, which is what a server sends.

type Event = { action: string; target: { type: string }; changes?: Record<string, unknown> }
type Row = { type: string; targets: string; changes: Record<string, unknown> | undefined }

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')

/** The rows of the table of types; each of them but those of settings and headers names a target. */
const ROWS: Row[] = [...PAGE.matchAll(/^\| `(\w+\.\w+)` \| [^|]+ \| ([^|]+) \|(.*)\|$/gm)].map(
  ([, type = '', targets = '', rest = '']) => {
    const [, json] = /`(\{.*\})`/.exec(rest) ?? []
    const changes = json === undefined ? undefined : (JSON.parse(json) as Row['changes'])
    return { type, targets, changes }
  },
)

let worker: RunningWorker
let events: Event[] = []

beforeAll(async () => {
  const secret = `whsec_${btoa('a secret of the tests, 32 bytes ')}`
  const url = 'http://127.0.0.1:9/'
  worker = await runWorker({ EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret })
  const cron = () => fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  await cron()
  await everyKindOfEvent(worker)
  const page = await worker.admin('GET', '/audit-events?limit=100')
  events = page['data'] as Event[]
})
afterAll(() => worker.close())

describe('docs/events.md', () => {
  it('has a row for each type, and for no other', () => {
    expect(ROWS.map(({ type }) => type).toSorted()).toEqual([...AUDIT_ACTIONS].toSorted())
  })

  it.each(ROWS)(
    'names targets and changes that there can be: $type',
    ({ type, changes, targets }) => {
      const [, first = 'secret'] = /`(\w+)`/.exec(targets) ?? []
      expect(TARGET_TYPES).toContain(first)
      const event = {
        event_id: 'evt_1',
        at: '2026-11-29T22:14:03Z',
        action: type,
        actor: { type: 'system', id: 'portcullis' },
        client_id: null,
        target: { type: first, id: '1' },
        changes,
        request_id: 'system',
      }
      expect(v.safeParse(eventResponse, JSON.parse(JSON.stringify(event))).success).toBe(true)
    },
  )

  it('shows a whole event as it is sent', () => {
    const [, json = ''] = /```json\n(\{\n {2}"type".*?)```/s.exec(PAGE) ?? []
    const { type, timestamp, data } = JSON.parse(json) as {
      type: string
      timestamp: string
      data: Record<string, unknown>
    }
    const { sequence, ...event } = data
    expect(sequence).toBeTypeOf('number')
    const id = expect.stringMatching(/^client_\w{22}$/)
    const shown = { action: type, at: timestamp, client_id: id, target: { id: event['client_id'] } }
    expect(v.parse(eventResponse, event)).toMatchObject(shown)
  })

  it('says of what a server did what the server says', () => {
    const seen = new Set(events.map(({ action }) => action))
    expect(seen.size).toBeGreaterThanOrEqual(35)
    for (const { action, target, changes } of events) {
      const row = ROWS.find(({ type }) => type === action)
      const keys = (of: object | undefined) => Object.keys(of ?? {})
      expect([action, row?.targets]).toEqual([action, expect.stringContaining(target.type)])
      // A change names the fields that it concerned: one of them is in the example.
      const shown = keys(changes).filter((key) => keys(row?.changes).includes(key))
      expect([action, shown.length > 0]).toEqual([action, keys(changes).length > 0])
    }
  })
})
