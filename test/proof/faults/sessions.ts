import type { Change, Subject } from './subjects.ts'
import type { Visitor, World } from './world.ts'

// Console operations that change something without a client.

const nobody = { client: { id: '', secret: '', token: '' }, live: false }

const visitorOf = ({ visitor }: Subject): Visitor => {
  if (!visitor) throw new Error('nobody is signed in')
  return visitor
}

const signIn: Change = {
  kind: 'change',
  name: 'sign in',
  arrange: async (_: World, tag) => ({ tag, ...nobody }),
  key: (_, order) => order.id,
  act: (w, _, order) => w.signIn(order),
  facts: [
    {
      done: `SELECT count(*) FROM portcullis_sessions WHERE session_id IN (
        SELECT target_id FROM portcullis_audit_events WHERE request_id = ?1)`,
      logged: 'session.created',
    },
  ],
  active: null,
  again: 2,
}

const signOut: Change = {
  kind: 'change',
  name: 'sign out',
  arrange: async (w, tag) => ({ tag, ...nobody, visitor: await w.visitor() }),
  key: (s) => visitorOf(s).sessionId,
  act: (w, s, order) => w.post('/sign-out', visitorOf(s), order),
  facts: [
    {
      done: `SELECT count(*) FROM portcullis_sessions
        WHERE session_id = ?1 AND ended_at IS NOT NULL`,
      logged: 'session.ended',
    },
  ],
  active: null,
  again: 1,
}

export const SESSIONS = [signIn, signOut]
