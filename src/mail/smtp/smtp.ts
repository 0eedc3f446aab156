import type { Delivery } from '../../domain/mail.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Message } from '../message.ts'
import { mimeOf } from './mime.ts'
import { messageOf, oneLine } from '../letters/plain.ts'
import { withoutCredentials } from './auth.ts'
import { converse, type Envelope } from './conversation.ts'
import { makeReplies } from './replies.ts'
import { quit, type Session } from './session.ts'
import type { SmtpServer } from './url.ts'
import { openConnection, type Connection } from './connection.ts'
import type { Transport } from '../transport.ts'
import { withTimeout } from '../../platform/with-timeout.ts'

/** How many milliseconds one answer may take, and all together. */
export type Timeouts = { step: number; all: number }

export const SMTP_TIMEOUTS: Timeouts = { step: 10_000, all: 30_000 }
const QUIT_TIMEOUT_MS = 1000

type Open = (server: SmtpServer, step: number) => Promise<Connection>

/**
 * Our own SMTP client: worker-mailer 1.2.1 spins forever when the server closes the connection,
 * goes on in plain text when STARTTLS is stripped, and cannot say if a message may be accepted.
 */
export function makeSmtpTransport(
  server: SmtpServer,
  now: () => Seconds,
  timeouts: Timeouts = SMTP_TIMEOUTS,
  open: Open = openConnection,
): Transport {
  async function deliver(message: Message): Promise<Delivery> {
    const { from, to } = message
    const envelope = { from: from.address, to, data: mimeOf(message, now()) }
    const delivery = await send(server, envelope, timeouts, open)
    if (delivery.outcome === 'accepted') return delivery
    return { ...delivery, detail: presentable(delivery.detail, server) }
  }
  // A server gives each message its own id: two with one Message-ID arrive twice.
  return { name: 'smtp', deduplicates: false, deliver }
}

async function send(
  server: SmtpServer,
  envelope: Envelope,
  timeouts: Timeouts,
  open: Open,
): Promise<Delivery> {
  const end = Date.now() + timeouts.all
  let session: Session | null = null
  try {
    const connection = await open(server, timeouts.step)
    const replies = makeReplies(() => connection.read())
    session = { connection, replies, inOrder: false, handedOver: false }
    return await withTimeout(end - Date.now(), converse(session, server, envelope))
  } catch (error) {
    // Any failure of the server or network. Before the last dot nothing can have been accepted.
    const detail = messageOf(error)
    return { outcome: session?.handedOver ? 'unknown' : 'refused', detail }
  } finally {
    if (session) await leave(session)
  }
}

async function leave(session: Session): Promise<void> {
  // With an answer still due, QUIT would be out of order; RFC 5321 lets a connection just end.
  if (session.inOrder) await withTimeout(QUIT_TIMEOUT_MS, quit(session)).catch(() => undefined)
  await session.connection.close()
}

/** One line without credentials, with a hint at the one mistake that its error does not explain. */
function presentable(detail: string, server: SmtpServer): string {
  const hint = server.port === 25 ? 'Cloudflare blocks port 25, use 587 or 465: ' : ''
  return oneLine(hint + withoutCredentials(detail, server.credentials))
}
