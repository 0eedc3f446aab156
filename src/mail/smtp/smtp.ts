import type { Delivery } from '../../domain/mail.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Message } from '../message.ts'
import { mimeOf } from './mime.ts'
import { messageOf, oneLine } from '../letters/plain.ts'
import { withoutCredentials } from './auth.ts'
import { converse, type Envelope } from './conversation.ts'
import { makeReplies } from './replies.ts'
import { quit, type Talk } from './connection.ts'
import type { SmtpServer } from './url.ts'
import { openWire, type Wire } from './wire.ts'
import type { Transport } from '../transport.ts'
import { withTimeout } from '../../platform/with-timeout.ts'

/** How many milliseconds one answer may take, and all together. */
export type Patience = { step: number; all: number }

export const SMTP_PATIENCE: Patience = { step: 10_000, all: 30_000 }
const QUIT_TIMEOUT_MS = 1000

type Open = (server: SmtpServer, step: number) => Promise<Wire>

/**
 * Our own SMTP client: worker-mailer 1.2.1 spins forever when the server closes the connection,
 * goes on in plain text when STARTTLS is stripped, and cannot say if a message may be accepted.
 */
export function makeSmtpTransport(
  server: SmtpServer,
  now: () => Seconds,
  patience: Patience = SMTP_PATIENCE,
  open: Open = openWire,
): Transport {
  async function deliver(message: Message): Promise<Delivery> {
    const { from, to } = message
    const envelope = { from: from.address, to, data: mimeOf(message, now()) }
    const delivery = await send(server, envelope, patience, open)
    if (delivery.outcome === 'accepted') return delivery
    return { ...delivery, detail: presentable(delivery.detail, server) }
  }
  // A server gives each message its own id: two with one Message-ID arrive twice.
  return { name: 'smtp', deduplicates: false, deliver }
}

async function send(
  server: SmtpServer,
  envelope: Envelope,
  patience: Patience,
  open: Open,
): Promise<Delivery> {
  const end = Date.now() + patience.all
  let talk: Talk | null = null
  try {
    const wire = await open(server, patience.step)
    const replies = makeReplies(() => wire.read())
    talk = { wire, replies, inOrder: false, handedOver: false }
    return await withTimeout(end - Date.now(), converse(talk, server, envelope))
  } catch (error) {
    // Any failure of the server or network. Before the last dot nothing can have been accepted.
    const detail = messageOf(error)
    return { outcome: talk?.handedOver ? 'unknown' : 'refused', detail }
  } finally {
    if (talk) await leave(talk)
  }
}

async function leave(talk: Talk): Promise<void> {
  // With an answer still due, QUIT would be out of order; RFC 5321 lets a connection just end.
  if (talk.inOrder) await withTimeout(QUIT_TIMEOUT_MS, quit(talk)).catch(() => undefined)
  await talk.wire.close()
}

/** One line without credentials, with a hint at the one mistake that its error does not explain. */
function presentable(detail: string, server: SmtpServer): string {
  const hint = server.port === 25 ? 'Cloudflare blocks port 25, use 587 or 465: ' : ''
  return oneLine(hint + withoutCredentials(detail, server.credentials))
}
