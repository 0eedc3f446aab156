import type { Seconds } from '../../domain/time.ts'
import { type Address, domainOf } from '../address.ts'
import { base64 } from '../../platform/base64.ts'
import { headerName, headerText } from './header-words.ts'
import type { Message } from '../message.ts'

// Base64 has no underscore, so no part can hold the line that ends it (RFC 2045 §6.7).
const BOUNDARY = '=_portcullis_alternative'

/**
 * The message in bytes that mail servers pass on (RFC 5322, 2045): ASCII, short lines, CR LF.
 * @throws TypeError for a line break in a header, which could add another header
 */
export function mimeOf(message: Message, now: Seconds): string {
  const { from, to, subject, text, html, messageId } = message
  const values = [from.name ?? '', from.address, to, subject, messageId]
  if (values.some((value) => /[\r\n]/.test(value))) {
    throw new TypeError('a header of a mail must not have a line break')
  }
  return [
    `From: ${mailbox(from)}`,
    `To: <${to}>`,
    `Subject: ${headerText(subject)}`,
    `Date: ${new Date(now * 1000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${messageId}@${domainOf(from.address)}>`,
    // RFC 3834 §5: keeps automatic responders from answering.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`,
    '',
    // RFC 2046 §5.1.4: the last part is the preferred one.
    ...part('text/plain', text),
    ...part('text/html', html),
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n')
}

function mailbox({ name, address }: Address): string {
  return name === null ? `<${address}>` : `${headerName(name)}\r\n <${address}>`
}

/** RFC 2045 §6.8: lines of at most 76 characters. */
function part(type: string, content: string): string[] {
  return [
    `--${BOUNDARY}`,
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(base64(content).match(/.{1,76}/g) ?? ['']),
  ]
}
