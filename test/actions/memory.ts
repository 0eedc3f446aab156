import type { Backlog } from '../../src/domain/backlog.ts'
import type { JobState, JobStateStore } from '../../src/domain/job.ts'
import { keyedHashes } from '../../src/crypto/keyed-hashes.ts'
import { randomText } from '../../src/crypto/random.ts'
import { auditSeals } from '../../src/crypto/seals.ts'
import {
  type Anchor,
  LATEST_ANCHOR,
  type Anchors,
  type SeenAnchors,
} from '../../src/domain/anchor.ts'
import type { AuditEvent, LedgerHead, AuditEvents } from '../../src/domain/audit.ts'
import type {
  DenylistEntry,
  Shown,
  Glimpse,
  Settled,
  WrittenEntry,
} from '../../src/domain/denylist.ts'
import type { Gates, Touched } from '../../src/domain/gate.ts'
import { NO_POLICY } from '../support/policy.ts'
import type { IdempotencyRecord, IdempotencyRecords } from '../../src/domain/idempotency.ts'
import type { Write } from '../../src/domain/ledger.ts'
import type { StatusLists } from '../../src/domain/status-list.ts'
import type { Seconds } from '../../src/domain/time.ts'
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
  const settled: Touched[] = []
  let head: LedgerHead = { seq: 0, seal: '' }
  let lost = 0
  const seals = auditSeals(rings.before)
  const { anchors, jobStates } = memoryAnchors()
  const deps = {
    policy: NO_POLICY,
    anchors,
    jobStates,
    statusLists: noLists,
    statusListBase: null,
    auditEvents: eventsIn(events),
    defer: () => {},
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
      lease: async (turn: string) => void reserved.push(turn),
    },
    seals,
    keyChecks: { ask: async () => {}, confirm: async () => {} },
    idempotencyRecords: recordsIn(commits),
    keyedHashes: keyedHashes(rings.before, 'idempotency'),
    now: () => NOW,
    random: randomText,
    backOff: async (attempt: number) => void waits.push(attempt),
    gates: gatesIn(settled),
    answerAfter: () => {},
  }
  /** Where the log ends, for a test that takes it elsewhere. */
  const endAt = (other: LedgerHead) => void (head = other)
  const auditEvents = eventsIn(events)
  return { deps, commits, turns, reserved, waits, events, settled, auditEvents, endAt }
}

/** Gates that note of whom they are to forget. */
function gatesIn(settled: Touched[]): Gates | null {
  return {
    settle: async (touched) => void settled.push(touched),
    tell: async () => {},
    answers: async () => true,
  }
}

/** No client has a place in a status list. */
export const noLists: StatusLists = {
  ids: async () => [],
  clientsOf: async () => undefined,
  placeOf: async () => null,
  open: async () => false,
  placeNewest: async () => {},
  place: async () => null,
  close: async () => {},
  forget: async () => {},
}

function eventsIn(events: AuditEvent[]): AuditEvents {
  return {
    list: async () => [],
    since: async (after) => events.filter(({ seq }) => seq > after),
    ofIncident: async (id) => events.filter(({ target }) => target.id === id),
    seals: async (seqs) =>
      new Map(events.filter(({ seq }) => seqs.includes(seq)).map(({ seq, seal }) => [seq, seal])),
    names: async () => new Map(),
    people: async () => [],
  }
}

/** The records of idempotency keys, as they were committed. */
function recordsIn(commits: Commit[]): IdempotencyRecords {
  const kept: IdempotencyRecord[] = []
  const all = () => [
    ...commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'idempotency_record' ? [write.record] : [])),
    ),
    ...kept,
  ]
  return {
    find: async (keyHashes, since) =>
      all().find(({ keyHash, madeAt }) => keyHashes.includes(keyHash) && madeAt > since) ?? null,
    keep: async (record) => void kept.push(record),
    bringForward: async () => {},
    forget: async () => {},
  }
}

type Claimed = { clientId: string; entry: DenylistEntry; isRepeat: boolean }

/** D1's state of some clients, KV's entries for them, and the calls made to both. */
export function memoryEdge(said: Record<string, DenylistEntry>) {
  const shown = new Map<string, Shown>()
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
      statesOf(known, after).slice(0, limit),
    cutOff: async (after: string, limit: number) =>
      statesOf(known, after)
        .filter(({ suspended }) => suspended)
        .slice(0, limit),
    entries: async (ids: string[]) => new Map([...known].filter(([id]) => ids.includes(id))),
    repeat: async (ids: string[]) => void repeated.push(...ids),
    ahead: async (glimpses: Map<string, Glimpse>, exactly: boolean) =>
      [...glimpses].flatMap(([id, glimpse]) =>
        isAhead(known.get(id), glimpse, exactly) ? [id] : [],
      ),
  }
  const denylist = {
    write: async (clientId: string, entry: DenylistEntry) => void shown.set(clientId, entry),
    readMany: async (ids: string[]) => {
      asked.reads++
      return new Map(ids.map((id) => [id, shown.get(id) ?? null] as const))
    },
    page: async () => ({
      glimpses: new Map([...shown].map(([id, entry]) => [id, glimpseOf(entry)] as const)),
      next: null as string | null,
    }),
  }
  return { outbox, denylist, known, shown, due, settledAs, repeated, written, asked }
}

function statesOf(known: Map<string, DenylistEntry>, after: string) {
  return [...known]
    .filter(([clientId]) => clientId > after)
    .map(([clientId, entry]) => ({ ...entry, clientId, changedAt: NOW }))
}

export function glimpseOf(entry: Shown): Glimpse {
  if (entry === null || entry === 'garbled') return 'garbled'
  const { version, suspended, generation, revoked } = entry
  return { version, more: { suspended, generation, revoked: revoked.length } }
}

function isAhead(said: DenylistEntry | undefined, glimpse: Glimpse, exactly: boolean): boolean {
  if (!said) return false
  if (glimpse === 'garbled') return true
  const { version, more } = glimpse
  const isOther = more?.suspended !== said.suspended || more.generation !== said.generation
  return version > said.version || (exactly && version === said.version && isOther)
}

/** Anchors that were kept, and the states of the jobs. */
export function memoryAnchors() {
  const kept = new Map<string, Anchor>()
  const noted = new Map<string, JobState>()
  const beats: number[] = []
  const all = () => [...kept].map(([key, anchor]) => ({ ...anchor, key }))
  const anchors = {
    seen: async (_now: Seconds): Promise<SeenAnchors> => ({
      latest: all().find(({ key }) => key === LATEST_ANCHOR) ?? null,
      anchors: all(),
      unreadable: [],
      beat: beats.at(-1) ?? 0,
    }),
    all: async (_now: Seconds) => all(),
    keep: async (anchor: Anchor, _before: Anchor | null) => void kept.set(LATEST_ANCHOR, anchor),
    keepRecent: async (anchor: Anchor, clientId: string) =>
      void kept.set(`recent of ${clientId}`, anchor),
    keepUnder: async (anchor: Anchor, key: string) => void kept.set(key, anchor),
    keepBeat: async (beat: Seconds) => void beats.push(beat),
  } satisfies Anchors
  const jobStates = {
    all: async () => new Map(noted),
    begin: async () => ({ jobStates: new Map(noted), clock: NOW, isReplacing: false, headSeq: 0 }),
    note: async (notes: Map<string, JobState>) =>
      notes.forEach((jobState, name) => noted.set(name, jobState)),
    replace: async (name: string, before: JobState | null, after: JobState) => {
      if (JSON.stringify(noted.get(name) ?? null) !== JSON.stringify(before)) return false
      noted.set(name, after)
      return true
    },
  } satisfies JobStateStore
  return { anchors, jobStates, kept, noted, beats }
}

export function anEntry(fields: Partial<DenylistEntry> = {}): DenylistEntry {
  return { version: 2, suspended: false, generation: 1, revoked: [], ...fields }
}

/** Nothing waits, and nothing goes wrong. */
export const QUIET: Backlog = {
  denylistEntries: 0,
  oldestEntryAge: null,
  reminders: 0,
  remindersGivenUp: 0,
  remindersUncertain: 0,
  remindersFailingSince: null,
  lastMailError: null,
  heldClients: 0,
  heldSince: null,
  refusedToday: {},
  suspendedTrying: [],
  newestEventAt: null,
  eventsPending: 0,
  oldestEventPendingAt: null,
  firstKeyAt: null,
  databaseClock: NOW,
  databaseBytes: null,
}
