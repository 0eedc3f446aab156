import type { Order, Trace } from './order.ts'
import { type Answer, API, type Client, type Visitor, type World } from './world.ts'

/** The subject of one pair: clients of its own, so that pairs do not meet. */
export type Subject = {
  /** In the names that it gives. */
  tag: string
  client: Client
  /** Whether the token that it asks about, or with, is really active, and its client may have one. */
  live: boolean
  /** Whatever else the operation needs: another client, an id. */
  other?: Client
  id?: string
  visitor?: Visitor
}

/** A fact of which there is one more whenever the change is made, and the event that tells of it. */
export type Fact = { done: string; logged: string }

export type Common = {
  name: string
  arrange: (w: World, tag: string) => Promise<Subject>
  act: (w: World, s: Subject, order: Order) => Promise<Answer>
}

export type Change = Common & {
  kind: 'change'
  /** SQL, in which `?1` is `key`: the first for the change as a whole. */
  facts: Fact[]
  key: (s: Subject, order: Order) => string
  /** Whether a token of the client is active before and after; null where it has none to ask about. */
  active: { before: boolean; after: boolean } | null
  /** How often it was made if a caller without an answer asks again after it was made. */
  again: 1 | 2
}

export type Question = Common & {
  kind: 'question'
  outcome: (answer: Answer, trace: Trace) => string
}

export type Operation = Change | Question

export const live = async (w: World, tag: string): Promise<Subject> => {
  const client = await w.client('invoices:read', API, { client_name: tag })
  return { tag, client, live: true }
}

export const suspended = async (w: World, tag: string): Promise<Subject> => {
  const subject = await live(w, tag)
  await w.adminOk('PUT', `/clients/${subject.client.id}/suspension`)
  return { ...subject, live: false }
}

/** With a client whose secret was not used yet, so that its use is noted. */
export const asked =
  (arrange: Common['arrange'], scope: string, audience?: string): Common['arrange'] =>
  async (w, tag) => ({ ...(await arrange(w, tag)), other: await w.newClient(scope, audience) })

export const other = (s: Subject): Client => {
  if (!s.other) throw new Error('there is no other client')
  return s.other
}

export const count = (what: string) => `SELECT count(*) AS n FROM portcullis_${what}`

export const nobody = async (_: World, tag: string): Promise<Subject> => {
  return { tag, client: { id: '', secret: '', token: '' }, live: false }
}
