import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { DenylistEntry } from '../../src/domain/denylist.ts'
import { aMinutePasses } from '../doubles/faults.ts'
import type { Client } from '../support/server.ts'
import {
  accepted,
  anchored,
  create,
  detail,
  entries,
  expectDead,
  expectGrown,
  issue,
  type Step,
  type Story,
  suspensions,
  take,
  VERIFICATION,
} from './restored-world.ts'

// A history of some clients, and what must be so of them once D1 was taken back.

/** Some clients with tokens and a history, after which the log's end is anchored. */
export async function begun(base: Story, steps: Step[]): Promise<Story> {
  const story: Story = { ...base, clients: [], issued: [] }
  // A run that failed leaves a database that was taken back.
  await accepted(story.server)
  await aMinutePasses(story.server.clock, env.DB)
  await story.server.cron()
  for (let n = 0; n < 3; n++) {
    await create(story)
    await issue(story, story.clients[n] as Client)
  }
  for (const one of steps) await take(story, one)
  await anchored(story.server)
  return story
}

/** Goes on with the history, and returns the entries of the denylist. */
export async function goneOn(story: Story, steps: Step[]): Promise<Map<string, DenylistEntry>> {
  for (const one of steps) await take(story, one)
  // So that there is something to take back, whatever was done.
  await story.server.client()
  await anchored(story.server)
  return entries()
}

/** A restored database, and the entries of the denylist before the restore. */
export type TakenBack = {
  story: Story
  known: Map<string, DenylistEntry>
  rewound: Map<string, number>
  suspended: Map<string, number | null>
}

export const isBehind = ({ known, rewound }: TakenBack, { id }: Client) =>
  (known.get(id)?.version ?? 0) > (rewound.get(id) ?? Infinity)

export async function expectAllDead({ story }: TakenBack): Promise<void> {
  const { server, clients } = story
  for (const one of clients) await expectDead(story, one)
  expect(await detail(server)).toMatchObject({ taken_back: true, shut: true })
  const verdict = await server.adminOk('GET', VERIFICATION)
  expect(verdict).toMatchObject({ intact: false, reason: 'not_anchored' })
}

/** Clients that were cut off are held, and the others are as D1 says. Returns the denylist's entries. */
export async function expectHeld(taken: TakenBack): Promise<Map<string, DenylistEntry>> {
  const { story, known, rewound, suspended } = taken
  const [now, held] = [await suspensions(), await entries()]
  expectGrown(known, held)
  for (const client of story.clients) {
    const { id } = client
    if (isBehind(taken, client)) {
      expect(held.get(id)).toMatchObject({ suspended: true })
      expect(held.get(id)?.version).toBeGreaterThan(known.get(id)?.version ?? Infinity)
    } else if (rewound.has(id)) {
      expect([id, now.get(id)]).toEqual([id, suspended.get(id)])
      continue
    }
    await expectDead(story, client)
  }
  return held
}

export async function expectAccepted({ server }: Story): Promise<void> {
  await server.adminOk('POST', VERIFICATION)
  expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
  await aMinutePasses(server.clock, env.DB)
  await server.cron()
  expect(await detail(server)).toMatchObject({ taken_back: false, shut: false })
}
