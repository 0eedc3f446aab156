import type { OneFault } from './faults.ts'
import type { State, Token } from './expected.ts'
import type { Answer } from './world.ts'

/**
 * Somebody besides the bootstrap token changes a client. While they do, they may lose the right to it:
 * when half of the body is there, or before the n-th call to D1 that their request makes.
 */
export type Manage = {
  kind: 'manage'
  at: number
  by: 'machine' | 'person'
  /** Whether they are first given what they may have lost before. */
  admitted: boolean
  /** The index among the tokens for the server itself. */
  token: number
  change: number
  client: number
  loss: { how: number; call: number | 'late body' } | null
  fault: OneFault | null
}

export type SessionOf = { sessionId: string; administratorId: string }

/** The credential that a request is made with. */
export type Right = Token | SessionOf

/** The credential of each request, and the length of the log when a token came out. */
export type Rights = { asked: Map<string, Right>; issuedAt: Map<string, number> }

export function startRights(): Rights {
  return { asked: new Map(), issuedAt: new Map() }
}

/** The event that happens when half of a body was read. */
export type Late = (() => Promise<void>) | null

/** A request of somebody who may have the right to it, and lose it. */
export type Asking = {
  credential: Right
  /** With what they are refused as things are; null where they have the right. */
  refused: (state: State) => number | null
  /** The outcome for a caller that has the right. */
  due: { status: number; apply: (state: State) => void }
  /** The client that is changed. */
  target: string
  /** Whether the loss took what is to be changed, too: it is the one who asks. */
  isGone: (state: State) => boolean
  send: (requestId: string, late: Late) => Promise<Answer>
  lose: () => Promise<void>
}

export const DEAD = 401
export const MAY_NOT = 403
export const GONE = 404

/** The text, the second half of it when `late` is done. */
export function bodyOf(text: string, late: Late): string | ReadableStream<Uint8Array> {
  if (!late) return text
  const bytes = new TextEncoder().encode(text)
  const half = Math.ceil(bytes.length / 2)
  const halves = [bytes.subarray(0, half), bytes.subarray(half)]
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (halves.length === 1) await late()
    const next = halves.shift()
    if (next) controller.enqueue(next)
    else controller.close()
  }
  return new ReadableStream({ pull }, { highWaterMark: 0 })
}
