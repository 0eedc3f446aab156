import type { AuditEvent } from '../../../src/domain/audit.ts'
import type { EventStream, Push, SecurityEvents } from '../../../src/domain/event-stream.ts'
import type { EventDelivery } from '../../../src/domain/events-webhook.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { aKey, serverWith } from '../memory-keys.ts'

// Streams in memory, whose tokens are `<jti> by <key>`.

export const CLIENT = 'client_r'
export const AUDIENCE = `${ISSUER}/ssf`
export const URL = 'https://receiver.example/events'

export const aStream = (fields: Partial<EventStream> = {}): EventStream => ({
  streamId: 'stream_1',
  clientId: CLIENT,
  seq: 0,
  dueAt: null,
  version: 3,
  description: null,
  requested: null,
  endpointUrl: null,
  authorization: null,
  status: 'enabled',
  reason: null,
  excluded: [],
  acked: [],
  messages: [],
  verifiedAt: null,
  failing: null,
  lease: null,
  ...fields,
})

/** The event of the log at this place: that the tokens of a client were revoked, or of another kind. */
export const anEvent = (seq: number, fields: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'client.tokens_revoked',
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: 'client_1',
  target: { type: 'client', id: 'client_1' },
  requestId: `request_${seq}`,
  eventId: `evt_${seq}`,
  seq,
  at: NOW - 60,
  seal: `seal ${seq}`,
  ...fields,
})

/** A text that opens to what was sealed. */
export const sealed = (content: unknown) => `sealed ${JSON.stringify(content)}`

type Known = { stream?: EventStream | null; events?: AuditEvent[]; keys?: SigningKey[] }

/** A server with one stream, a log, and a receiver that answers so. */
export function aServer({
  stream = aStream(),
  events = [],
  keys = [aKey('key_1', { algorithm: 'RS256' })],
}: Known = {}) {
  let current = stream
  const answers: EventDelivery[] = []
  const sent: Push[] = []
  const replaced: EventStream[] = []
  const asked: unknown[] = []
  const behind: (() => Promise<unknown>)[] = []
  const memory = serverWith(keys, { algorithm: 'RS256' })
  const clock = { now: NOW }
  const { signingKeys, signingKeyMaker } = memory.deps
  const deps = {
    ...memory.deps,
    algorithm: 'ES256' as const,
    signingKeys: { all: async () => [aKey('key_access')] },
    issuer: ISSUER,
    now: () => clock.now,
    defer: (work: () => Promise<unknown>) => void behind.push(work),
    outboundUrlProblem: (url: string) => (url.startsWith('https:') ? null : 'must be https'),
    auditEvents: {
      ...memory.auditEvents,
      since: async (seq: number, limit: number) => {
        asked.push([seq, limit])
        return events.filter((event) => event.seq > seq).slice(0, limit)
      },
    },
  }
  const replace = async (before: EventStream, after: EventStream) => {
    if (JSON.stringify(before) !== JSON.stringify(current)) return false
    replaced.push(after)
    current = { ...after, version: before.version + 1 }
    return true
  }
  const on = {
    audience: AUDIENCE,
    signing: {
      signingKeys,
      signingKeyMaker,
      signer: { sign: async ({ jti }: { jti: string }, kid: string) => `${jti} by ${kid}` },
    },
    streams: {
      find: async (id: string) => (current?.clientId === id ? current : null),
      replace,
      claim: replace,
      isClaimed: async (_stream: unknown, lease: string) => current?.lease === lease,
    },
    sealed: {
      seal: async (content: unknown) => sealed(content),
      open: async (text: string) => (text.startsWith('sealed ') ? JSON.parse(text.slice(7)) : null),
    },
    pusher: {
      send: async (push: Push) => {
        sent.push(push)
        return answers.shift() ?? { outcome: 'accepted' }
      },
    },
  } as unknown as SecurityEvents
  const become = (next: EventStream | null) => void (current = next)
  const { commits, endAt, made } = memory
  const told = { commits, endAt, events: memory.events, made }
  return { ...told, deps, on, clock, sent, answers, replaced, asked, behind, become }
}
