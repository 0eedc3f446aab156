import type { Delivery } from '../../domain/mail.ts'
import { domainOf } from '../address.ts'
import { authenticate } from './auth.ts'
import { answered, ask, expectReply, type Offers, type Session } from './session.ts'
import { isLocal, type SmtpServer } from './url.ts'

export type Envelope = { from: string; to: string; data: string }

/**
 * One message to one recipient (RFC 5321 §3.3).
 * @throws Error that says what went wrong and quotes the server
 */
export async function converse(
  session: Session,
  server: SmtpServer,
  envelope: Envelope,
): Promise<Delivery> {
  await expectReply(session, 'the connection', '2')
  const name = domainOf(envelope.from)
  const offers = await secure(session, server, name, await hello(session, name))
  if (server.credentials) await authenticate(session, offers, server.credentials)
  await ask(session, `MAIL FROM:<${envelope.from}>`, '2', 'MAIL FROM')
  await ask(session, `RCPT TO:<${envelope.to}>`, '2', 'RCPT TO')
  await ask(session, 'DATA', '3')
  return handOver(session, envelope.data)
}

async function hello(session: Session, name: string): Promise<Offers> {
  const { lines } = await ask(session, `EHLO ${name}`, '2', 'EHLO')
  // RFC 5321 §4.1.1.1. `AUTH=` is how servers older than RFC 4954 wrote it.
  const words = lines.slice(1).map((line) => line.toUpperCase().split(/[ =]+/))
  return new Map(words.map(([keyword = '', ...parameters]) => [keyword, parameters]))
}

/**
 * Starts TLS if offered, and insists on it if others could read credentials. On this machine,
 * without credentials, nothing sits in between: a mail catcher's own certificate does not matter.
 */
async function secure(
  session: Session,
  server: SmtpServer,
  name: string,
  offers: Offers,
): Promise<Offers> {
  if (server.implicitTls || (isLocal(server) && !server.credentials)) return offers
  if (!offers.has('STARTTLS')) {
    // An attacker in between can take the offer away: without TLS no password goes out.
    if (!server.credentials || isLocal(server)) return offers
    throw new Error('the server does not offer STARTTLS, and credentials never go over plain text')
  }
  await ask(session, 'STARTTLS', '2')
  // RFC 3207 §4.2, §6: nothing said before TLS counts, neither offers nor early replies.
  session.inOrder = false
  session.replies.drop()
  await session.connection.startTls()
  return hello(session, name)
}

async function handOver(session: Session, data: string): Promise<Delivery> {
  session.inOrder = false
  // RFC 5321 §4.5.2: a line that begins with a dot gets a second one.
  await session.connection.write(data.replaceAll(/^\./gm, '..'))
  session.handedOver = true
  await session.connection.write('.\r\n')
  const reply = await session.replies.next()
  session.inOrder = true
  if (reply.code.startsWith('2')) return { outcome: 'accepted' }
  return { outcome: 'refused', detail: answered('the message', reply) }
}
