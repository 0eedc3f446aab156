import type { Replies, Reply } from './replies.ts'
import type { Wire } from './wire.ts'

/** Both sides of a connection, and its progress. */
export type Talk = {
  wire: Wire
  replies: Replies
  /** Whether the last command has been answered, so that another can follow. */
  inOrder: boolean
  /** Whether the end of the message was sent: from then on it may have been accepted. */
  handedOver: boolean
}

/** The server's offers: keyword to parameters, in upper case. */
export type Offers = Map<string, string[]>

/** RFC 5321 §4.1.1.10: a client announces that it leaves. The server's reply changes nothing. */
export async function quit(talk: Talk): Promise<void> {
  await talk.wire.write('QUIT\r\n')
  await talk.replies.next()
}

/** Sends a command; a reply that does not begin with `kind` ends the conversation. */
export function ask(talk: Talk, command: string, kind: string, shown = command): Promise<Reply> {
  return expectReply(talk, shown, kind, `${command}\r\n`)
}

/** Waits for a reply, to `toSend` or unprompted like the greeting. */
export async function expectReply(
  talk: Talk,
  shown: string,
  kind: string,
  toSend: string | null = null,
): Promise<Reply> {
  talk.inOrder = false
  if (toSend !== null) await talk.wire.write(toSend)
  const reply = await talk.replies.next()
  talk.inOrder = true
  if (!reply.code.startsWith(kind)) throw new Error(answered(shown, reply))
  return reply
}

export function answered(shown: string, { code, lines }: Reply): string {
  return `the server answered ${shown} with: ${code} ${lines.join(' ')}`
}
