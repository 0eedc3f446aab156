import { expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../src/actions/commit-change.ts'
import { acceptLog } from '../../src/actions/accept-log.ts'
import type { Anchor, KeptAnchor } from '../../src/domain/upkeep-ports.ts'
import { NOW } from '../domain/arbitraries.ts'
import { memoryLedger } from './memory.ts'

const anchor = (seq: number, seal: string): KeptAnchor => ({
  seq,
  seal,
  at: NOW - 60,
  key: `anchor:${seq}`,
})

it('accepts a log that was taken back: says so in it first, forgets the anchors that it lacks, and keeps where it ends', async () => {
  const dropped: string[] = []
  const kept: [Anchor, Anchor | null][] = []
  const { deps, commits } = memoryLedger()
  const head = { seq: 4, seal: 'seal_4' }
  const accepting: Parameters<typeof acceptLog>[0] = {
    ...deps,
    ledger: {
      ...deps.ledger,
      head: async () => (commits.length === 0 ? deps.ledger.head() : head),
    },
    anchors: {
      latest: async () => anchor(9, 'seal_9'),
      all: async () => [anchor(9, 'seal_9'), anchor(4, 'another'), anchor(3, 'seal_3')],
      keep: async (...of) => void kept.push(of),
      drop: async (keys) => void dropped.push(...keys),
    },
    auditEvents: {
      list: async () => [],
      since: async () => [],
      seals: async () =>
        new Map([
          [3, 'seal_3'],
          [4, 'seal_4'],
        ]),
      names: async () => new Map(),
    },
  }
  const principal = { type: 'bootstrap', id: 'bootstrap' } as const
  const accepted = await acceptLog(accepting, { ...NO_ONE_TO_ASK, principal, requestId: 'r' })
  expect(commits).toMatchObject([
    {
      events: [{ action: 'audit_log.accepted', actor: principal }],
      writes: [{ kind: 'sessions_ended' }],
    },
  ])
  expect(accepted).toEqual({ ...head, at: NOW })
  expect(dropped).toEqual(['anchor:9', 'anchor:4'])
  expect(kept).toEqual([[accepted, null]])
})
