import { keyedHashes } from '../../src/crypto/keyed-hashes.ts'
import { randomText } from '../../src/crypto/random.ts'
import { auditSeals } from '../../src/crypto/seals.ts'
import type { AuditEvent, LedgerHead } from '../../src/domain/audit.ts'
import type { DenylistEntry } from '../../src/domain/denylist.ts'
import type { Settled, WrittenEntry } from '../../src/domain/denylist-ports.ts'
import type { IdempotencyRecords } from '../../src/domain/idempotency.ts'
import type { Write } from '../../src/domain/ledger.ts'
import { NOW } from '../domain/arbitraries.ts'
import { rings } from '../crypto/rings.ts'

// Ports in memory, for actions whose storage must do what real storage does once in a year.

type Commit = { events: AuditEvent[]; writes: Write[]; turn: string | null }

/** A ledger to which others commit first, `losses` times. */
export function memoryLedger({ losses = 0 } = {}) {
  const commits: Commit[] = []
  const turns: (string | null)[] = []
  const reserved: string[] = []
  const waits: number[] = []
  const events: AuditEvent[] = []
  let head: LedgerHead = { seq: 0, seal: '' }
  let lost = 0
  const seals = auditSeals(rings.before)
  const deps = {
    ledger: {
      head: async () => head,
      commit: async (
        from: LedgerHead,
        made: AuditEvent[],
        writes: Write[],
        turn: string | null,
      ) => {
        turns.push(turn)
        if (from.seq !== head.seq || lost++ < losses) return false
        commits.push({ events: made, writes, turn })
        events.push(...made)
        const last = made.at(-1)
        if (last) head = { seq: last.seq, seal: last.seal }
        return true
      },
      reserve: async (turn: string) => void reserved.push(turn),
    },
    seals,
    keyChecks: { ask: async () => {}, confirm: async () => {} },
    idempotencyRecords: recordsIn(commits),
    keyedHashes: keyedHashes(rings.before, 'idempotency'),
    now: () => NOW,
    random: randomText,
    backOff: async (attempt: number) => void waits.push(attempt),
  }
  return { deps, commits, turns, reserved, waits, events }
}

/** The records of idempotency keys, as they were committed. */
function recordsIn(commits: Commit[]): IdempotencyRecords {
  const all = () =>
    commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'idempotency_record' ? [write.record] : [])),
    )
  return {
    find: async (keyHashes, since) =>
      all().find(({ keyHash, madeAt }) => keyHashes.includes(keyHash) && madeAt > since) ?? null,
    forget: async () => {},
  }
}

type Claimed = { clientId: string; entry: DenylistEntry; isRepeat: boolean }

/** What D1 says of some clients, what KV shows of them, and what was asked of both. */
export function memoryEdge(said: Record<string, DenylistEntry>) {
  const shown = new Map<string, DenylistEntry | null>()
  const due: Claimed[] = []
  const settledAs: Settled[] = []
  const repeated: string[] = []
  const written: WrittenEntry[][] = []
  const asked = { reads: 0, claims: 0 }
  const known = new Map(Object.entries(said))
  const outbox = {
    claim: async () => {
      asked.claims++
      return due
    },
    settle: async (_: string, entries: WrittenEntry[]) => {
      written.push(entries)
      const as = settledAs.shift()
      return new Map(
        entries.map(({ clientId, ok }) => [clientId, as ?? (ok ? 'done' : 'unsettled')] as const),
      )
    },
    states: async (after: string, _: number, limit: number) =>
      [...known]
        .filter(([clientId]) => clientId > after)
        .slice(0, limit)
        .map(([clientId, entry]) => ({ ...entry, clientId, changedAt: NOW })),
    entries: async (ids: string[]) => new Map([...known].filter(([id]) => ids.includes(id))),
    repeat: async (ids: string[]) => void repeated.push(...ids),
    ahead: async (versions: Map<string, number>) =>
      [...versions].flatMap(([id, version]) =>
        version > (known.get(id)?.version ?? Infinity) ? [id] : [],
      ),
  }
  const denylist = {
    write: async (clientId: string, entry: DenylistEntry) => void shown.set(clientId, entry),
    readMany: async (ids: string[]) => {
      asked.reads++
      return new Map(ids.map((id) => [id, shown.get(id) ?? null] as const))
    },
    versions: async () => ({
      versions: new Map([...shown].map(([id, entry]) => [id, entry?.version ?? 0])),
      next: null as string | null,
    }),
  }
  return { outbox, denylist, known, shown, due, settledAs, repeated, written, asked }
}

export function anEntry(fields: Partial<DenylistEntry> = {}): DenylistEntry {
  return { version: 2, suspended: false, generation: 1, revoked: [], ...fields }
}
