import { expect, it } from 'vitest'
import { readFrom } from '../../../src/mail/address.ts'
import { messageOf, oneLine, shortened } from '../../../src/mail/letters/plain.ts'
import { headerName, headerText } from '../../../src/mail/smtp/header-words.ts'
import { mimeOf } from '../../../src/mail/smtp/mime.ts'
import { makeSmtpTransport } from '../../../src/mail/smtp/smtp.ts'
import { readSmtpUrl } from '../../../src/mail/smtp/url.ts'
import { fakeConnection } from '../fake-connections.ts'
import { aMessage, NOW } from '../letters.ts'

// The whole of what a mail server is told, line by line.

const GREETING = '220 mail.example\r\n'
const TAKEN = ['250 ok\r\n', '250 ok\r\n', '354 go on\r\n', '250 taken\r\n', '221 bye\r\n']
const ENVELOPE = ['MAIL FROM:<gate@example.com>', 'RCPT TO:<ann@example.com>', 'DATA']

async function talk(url: string, ...replies: string[]) {
  const connection = fakeConnection(GREETING, ...replies)
  const timeouts = { step: 200, all: 400 }
  const open = async () => connection
  const transport = makeSmtpTransport(readSmtpUrl(url), () => NOW, timeouts, open)
  const delivery = await transport.deliver(aMessage())
  const told = connection.written.map((text) =>
    text.includes('Subject:') ? 'the message' : text.trimEnd(),
  )
  return { delivery, told }
}

const offering = (mechanisms: string) => `250-mail.example\r\n250 AUTH ${mechanisms}\r\n`

it('a server that offers LOGIN alone is told the user and the password one by one', async () => {
  const asked = ['334 VXNlcm5hbWU6\r\n', '334 UGFzc3dvcmQ6\r\n', '235 ok\r\n']
  const url = 'smtp://ann:hunter2@localhost'
  const { delivery, told } = await talk(url, offering('LOGIN'), ...asked, ...TAKEN)
  expect(delivery).toEqual({ outcome: 'accepted' })
  const login = ['AUTH LOGIN', btoa('ann'), btoa('hunter2')]
  const rest = [...ENVELOPE, 'the message', '.', 'QUIT', '<closed>']
  expect(told).toEqual(['EHLO example.com', ...login, ...rest])
})

it.each([
  ['AUTH LOGIN', []],
  ['the user of AUTH LOGIN', ['334 go on\r\n']],
  ['AUTH LOGIN', ['334 go on\r\n', '334 go on\r\n']],
])('a refusal says that it was of %s, after %j', async (what, before) => {
  const replies = [offering('LOGIN'), ...before, '535 no\r\n', '221 bye\r\n']
  const { delivery, told } = await talk('smtp://ann:hunter2@localhost', ...replies)
  expect(delivery).toMatchObject({ outcome: 'refused', detail: expect.stringContaining(what) })
  expect(told.slice(2 + before.length)).toEqual(['QUIT', '<closed>'])
})

it('credentials too long for a line wait until the server asks for them', async () => {
  const password = 'x'.repeat(400)
  const secret = btoa(`\0ann\0${password}`)
  const url = `smtp://ann:${password}@localhost`
  const asked = ['334 \r\n', '235 ok\r\n', ...TAKEN]
  const { delivery, told } = await talk(url, offering('PLAIN'), ...asked)
  expect([delivery.outcome, told.slice(1, 3)]).toEqual(['accepted', ['AUTH PLAIN', secret]])
  const refused = await talk(url, offering('PLAIN'), '235 ok\r\n', '221 bye\r\n')
  expect([refused.delivery.outcome, refused.told.slice(1, 3)]).toEqual([
    'refused',
    ['AUTH PLAIN', 'QUIT'],
  ])
})

it('a server that offers no way that is known gets no credentials', async () => {
  const { delivery, told } = await talk('smtp://ann:hunter2@localhost', offering('X'), '221 b\r\n')
  const detail = 'the server offers neither AUTH PLAIN nor AUTH LOGIN'
  expect(delivery).toEqual({ outcome: 'refused', detail })
  expect(told).toEqual(['EHLO example.com', 'QUIT', '<closed>'])
})

it('text in a header is as it is where that is safe, and else encoded', () => {
  const safe = ['a', 'ab', 'a b', '~', 'x'.repeat(60)]
  expect(safe.map(headerText)).toEqual(safe)
  const unsafe = ['', ' a', 'a ', 'é', 'a\tb', '=?a', 'x'.repeat(61)]
  for (const text of unsafe) expect(headerText(text)).toMatch(/^=\?UTF-8\?B\?/)
  expect(headerName('A "B" \\ C')).toBe(String.raw`"A \"B\" \\ C"`)
  const broken = aMessage({ subject: 'a\nb' })
  expect(() => mimeOf(broken, NOW)).toThrow('a header of a mail must not have a line break')
})

it('the sender is an address, or a name and an address', () => {
  const read = (text: string) => Object.values(readFrom(text))
  expect(read(' gate@example.com ')).toEqual([null, 'gate@example.com'])
  expect(read('Gate <gate@example.com>')).toEqual(['Gate', 'gate@example.com'])
  expect(read('" Gate, B. " <gate@example.com>')).toEqual(['Gate, B.', 'gate@example.com'])
  expect(read('<gate@example.com>')).toEqual([null, 'gate@example.com'])
  const wrong = ['', 'gate', 'Gate', 'A <b> <gate@example.com>', 'A" <gate@example.com>']
  for (const text of [...wrong, 'Gate <nowhere>', 'gate@example.com\n', '\u202e<a@example.com>']) {
    expect(() => readFrom(text)).toThrow('MAIL_FROM must be an address, or a name and <an address>')
  }
})

it('what another system says is one line, and not a long one', () => {
  expect(oneLine('  a\r\n\tb  ')).toBe('a b')
  expect([shortened('abc', 3), shortened('abcd', 3)]).toEqual(['abc', 'ab…'])
  expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
  expect([messageOf(new Error('why')), messageOf('text'), messageOf(7)]).toEqual([
    'why',
    'text',
    '7',
  ])
})
