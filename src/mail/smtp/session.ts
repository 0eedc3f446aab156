import type { Replies, Reply } from './replies.ts'
import type { Connection } from './connection.ts'

/** Both sides of a connection, and its progress. */
export type Session = {
  connection: Connection
  replies: Replies
  /** Whether the last command has been answered, so that another can follow. */
  inOrder: boolean
  /** Whether the end of the message was sent: from then on it may have been accepted. */
  handedOver: boolean
}

/** The server's offers: keyword to parameters, in upper case. */
export type Offers = Map<string, string[]>

/** RFC 5321 §4.1.1.10: a client announces that it leaves. The server's reply changes nothing. */
export async function quit(session: Session): Promise<void> {
  await session.connection.write('QUIT\r\n')
  await session.replies.next()
}

/** Sends a command; a reply that does not begin with `kind` ends the conversation. */
export function ask(
  session: Session,
  command: string,
  kind: string,
  shown = command,
): Promise<Reply> {
  return expectReply(session, shown, kind, `${command}\r\n`)
}

/** Waits for a reply, to `toSend` or unprompted like the greeting. */
export async function expectReply(
  session: Session,
  shown: string,
  kind: string,
  toSend: string | null = null,
): Promise<Reply> {
  session.inOrder = false
  if (toSend !== null) await session.connection.write(toSend)
  const reply = await session.replies.next()
  session.inOrder = true
  if (!reply.code.startsWith(kind)) throw new Error(answered(shown, reply))
  return reply
}

export function answered(shown: string, { code, lines }: Reply): string {
  return `the server answered ${shown} with: ${code} ${lines.join(' ')}`
}
