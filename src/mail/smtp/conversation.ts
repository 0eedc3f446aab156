import type { Delivery } from '../../domain/mail.ts'
import { domainOf } from '../address.ts'
import { authenticate } from './auth.ts'
import { answered, ask, expectReply, type Offers, type Talk } from './connection.ts'
import { isLocal, type SmtpServer } from './url.ts'

export type Envelope = { from: string; to: string; data: string }

/**
 * One message to one recipient (RFC 5321 §3.3).
 * @throws Error that says what went wrong and quotes the server
 */
export async function converse(
  talk: Talk,
  server: SmtpServer,
  envelope: Envelope,
): Promise<Delivery> {
  await expectReply(talk, 'the connection', '2')
  const name = domainOf(envelope.from)
  const offers = await secure(talk, server, name, await hello(talk, name))
  if (server.credentials) await authenticate(talk, offers, server.credentials)
  await ask(talk, `MAIL FROM:<${envelope.from}>`, '2', 'MAIL FROM')
  await ask(talk, `RCPT TO:<${envelope.to}>`, '2', 'RCPT TO')
  await ask(talk, 'DATA', '3')
  return handOver(talk, envelope.data)
}

async function hello(talk: Talk, name: string): Promise<Offers> {
  const { lines } = await ask(talk, `EHLO ${name}`, '2', 'EHLO')
  // RFC 5321 §4.1.1.1. `AUTH=` is how servers older than RFC 4954 wrote it.
  const words = lines.slice(1).map((line) => line.toUpperCase().split(/[ =]+/))
  return new Map(words.map(([keyword = '', ...parameters]) => [keyword, parameters]))
}

/**
 * Starts TLS if offered, and insists on it if others could read credentials. On this machine,
 * without credentials, nothing sits in between: a mail catcher's own certificate does not matter.
 */
async function secure(
  talk: Talk,
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
  await ask(talk, 'STARTTLS', '2')
  // RFC 3207 §4.2, §6: nothing said before TLS counts, neither offers nor early replies.
  talk.inOrder = false
  talk.replies.drop()
  await talk.wire.startTls()
  return hello(talk, name)
}

async function handOver(talk: Talk, data: string): Promise<Delivery> {
  talk.inOrder = false
  // RFC 5321 §4.5.2: a line that begins with a dot gets a second one.
  await talk.wire.write(data.replaceAll(/^\./gm, '..'))
  talk.handedOver = true
  await talk.wire.write('.\r\n')
  const reply = await talk.replies.next()
  talk.inOrder = true
  if (reply.code.startsWith('2')) return { outcome: 'accepted' }
  return { outcome: 'refused', detail: answered('the message', reply) }
}
