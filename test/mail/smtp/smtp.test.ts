import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/mail.ts'
import { makeSmtpTransport } from '../../../src/mail/smtp/smtp.ts'
import { converse } from '../../../src/mail/smtp/conversation.ts'
import { makeReplies } from '../../../src/mail/smtp/replies.ts'
import { readSmtpUrl } from '../../../src/mail/smtp/url.ts'
import { aMessage, NOW } from '../letters.ts'
import { type FakeConnection, fakeConnection } from '../fake-connections.ts'

const GREETING = '220 mail.example\r\n'
const HELLO = '250 mail.example\r\n'
const SECURABLE = '250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n'
const READY = '220 go ahead\r\n'
const PLAIN = '250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n'
const TAKEN = ['250 ok\r\n', '250 ok\r\n', '354 go on\r\n', '250 taken\r\n', '221 bye\r\n']
const CREDENTIALS = /AUTH|hunter2|aHVudGVyMg/

function send(url: string, connection: FakeConnection): Promise<Delivery> {
  const timeouts = { step: 200, all: 400 }
  const server = readSmtpUrl(url)
  return makeSmtpTransport(
    server,
    () => NOW,
    timeouts,
    async () => connection,
  ).deliver(aMessage())
}

const commands = ({ written }: FakeConnection) => written.map((text) => text.split(/[ :\r]/)[0])

function readSlowly(): Promise<Uint8Array> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(new TextEncoder().encode('2')), 50)
  })
}

describe('credentials', () => {
  it('are not sent to another host when STARTTLS is not offered', async () => {
    const connection = fakeConnection(GREETING, PLAIN, '221 bye\r\n')
    const delivery = await send('smtp://ann:hunter2@mail.example', connection)
    expect(delivery).toEqual({
      outcome: 'refused',
      detail: 'the server does not offer STARTTLS, and credentials never go over plain text',
    })
    expect(connection.written).toEqual(['EHLO example.com\r\n', 'QUIT\r\n', '<closed>'])
  })

  it('are not sent when STARTTLS is offered and refused', async () => {
    const connection = fakeConnection(GREETING, SECURABLE, '454 not now\r\n', '221 bye\r\n')
    const delivery = await send('smtp://ann:hunter2@mail.example', connection)
    expect(delivery).toMatchObject({ outcome: 'refused' })
    expect(connection.written.join('')).not.toMatch(CREDENTIALS)
  })

  it.each(['localhost', '127.0.0.1', '[::1]'])('are sent to %s without TLS', async (host) => {
    const connection = fakeConnection(GREETING, PLAIN, '235 ok\r\n', ...TAKEN)
    expect(await send(`smtp://ann:hunter2@${host}`, connection)).toEqual({ outcome: 'accepted' })
  })

  it('are sent after STARTTLS, by what is offered there and not by what was offered before', async () => {
    const secured = '250-mail.example\r\n250 AUTH=LOGIN\r\n'
    const login = ['334 VXNlcm5hbWU6\r\n', '334 UGFzc3dvcmQ6\r\n', '235 ok\r\n']
    const connection = fakeConnection(GREETING, SECURABLE, READY, secured, ...login, ...TAKEN)
    const delivery = await send('smtp://ann:hunter2@mail.example', connection)
    expect(delivery).toEqual({ outcome: 'accepted' })
    expect(connection.written.slice(0, 7)).toEqual([
      'EHLO example.com\r\n',
      'STARTTLS\r\n',
      '<TLS>',
      'EHLO example.com\r\n',
      'AUTH LOGIN\r\n',
      `${btoa('ann')}\r\n`,
      `${btoa('hunter2')}\r\n`,
    ])
  })

  it('are not sent when AUTH was offered only before TLS', async () => {
    const connection = fakeConnection(GREETING, SECURABLE, READY, HELLO, '221 bye\r\n')
    const delivery = await send('smtp://ann:hunter2@mail.example', connection)
    expect(delivery).toMatchObject({ outcome: 'refused' })
    expect(connection.written.join('')).not.toMatch(CREDENTIALS)
  })

  it('are in no detail, even where the server says them back', async () => {
    const token = btoa('\0ann.lee\0hunter2')
    const reply = `535 ${token} ann.lee hunter2 ${btoa('hunter2')} ${btoa('ann.lee')}\r\n`
    const delivery = await send(
      'smtps://ann.lee:hunter2@mail.example',
      fakeConnection(GREETING, PLAIN, reply),
    )
    expect(delivery).toEqual({
      outcome: 'refused',
      detail: `the server answered AUTH PLAIN with: 535${' [hidden]'.repeat(5)}`,
    })
  })
})

describe('STARTTLS', () => {
  it('drops what was sent before TLS as if it came after it', async () => {
    const injected = `${READY}250-evil\r\n250 AUTH PLAIN\r\n`
    const connection = fakeConnection(GREETING, SECURABLE, injected, HELLO, ...TAKEN)
    expect(await send('smtp://mail.example', connection)).toEqual({ outcome: 'accepted' })
    expect(commands(connection)).toEqual([
      'EHLO',
      'STARTTLS',
      '<TLS>',
      'EHLO',
      'MAIL',
      'RCPT',
      'DATA',
      'From',
      '.',
      'QUIT',
      '<closed>',
    ])
  })
})

describe('replies', () => {
  it('are understood however they are cut into chunks', async () => {
    const all = [GREETING, '250-a\r\n250-b é\r\n250 c\r\n', ...TAKEN]
    const bytes = new TextEncoder().encode(all.join(''))
    for (const size of [1, 2, 7, bytes.length]) {
      const count = Math.ceil(bytes.length / size)
      const chunks = Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size))
      expect(await send('smtp://mail.example', fakeConnection(...chunks))).toEqual({
        outcome: 'accepted',
      })
    }
  })

  it('may have lines longer than 512 characters and no text at all', async () => {
    const long = `250-${'x'.repeat(5000)}\r\n250\r\n`
    const connection = fakeConnection('220\r\n', long, ...TAKEN)
    expect(await send('smtp://mail.example', connection)).toEqual({ outcome: 'accepted' })
  })

  it.each([
    ['one line', Array.from({ length: 70 }, () => 'x'.repeat(1000))],
    ['many lines', Array.from({ length: 70 }, () => `220-${'x'.repeat(994)}\r\n`)],
    ['one chunk of many lines', [`220-${'x'.repeat(94)}\r\n`.repeat(700)]],
  ])('without an end are given up after 64 KiB: %s', async (_what, chunks) => {
    const delivery = await send('smtp://mail.example', fakeConnection(...chunks))
    expect(delivery).toEqual({ outcome: 'refused', detail: 'the server sends a reply without end' })
  })

  it('are quoted in one line of at most 200 characters', async () => {
    const reply = `550-${'y'.repeat(150)}\u202e\u0007\r\n550 ${'z'.repeat(150)}\r\n`
    const delivery = await send('smtp://mail.example', fakeConnection(GREETING, HELLO, reply))
    const detail = delivery.outcome === 'refused' ? delivery.detail : ''
    expect(detail).toMatch(/^the server answered MAIL FROM with: 550 y{150}\ufffd\ufffd z+…$/)
    expect([...detail]).toHaveLength(200)
  })

  it('that are none end the conversation', async () => {
    const delivery = await send(
      'smtp://mail.example',
      fakeConnection('HTTP/1.1 400 Bad Request\r\n'),
    )
    expect(delivery).toEqual({
      outcome: 'refused',
      detail: 'the server does not speak SMTP: "HTTP/1.1 400 Bad Request"',
    })
  })
})

describe('a conversation', () => {
  it('is bounded as a whole, however often a server gives a sign of life', async () => {
    const connection = fakeConnection()
    const delivery = await send('smtp://mail.example', { ...connection, read: readSlowly })
    expect(delivery).toEqual({ outcome: 'refused', detail: 'it timed out' })
    expect(connection.written.at(-1)).toBe('<closed>')
  })

  it('is accepted also when the server says nothing to QUIT', async () => {
    const connection = fakeConnection(GREETING, HELLO, ...TAKEN.slice(0, 4), null)
    expect(await send('smtp://mail.example', connection)).toEqual({ outcome: 'accepted' })
  })

  it('doubles a dot that begins a line, so that no message can end itself', async () => {
    const connection = fakeConnection(GREETING, HELLO, ...TAKEN)
    const session = {
      connection,
      replies: makeReplies(() => connection.read()),
      inOrder: false,
      handedOver: false,
    }
    const data = '.\r\na.b\r\n..c\r\n'
    const envelope = { from: 'gate@example.com', to: 'ann@example.com', data }
    await converse(session, readSmtpUrl('smtp://mail.example'), envelope)
    expect(connection.written.slice(-2)).toEqual(['..\r\na.b\r\n...c\r\n', '.\r\n'])
  })

  it('is unknown when the connection breaks while the last dot is written', async () => {
    const connection = fakeConnection(GREETING, HELLO, ...TAKEN)
    const write = async (text: string) => {
      if (text === '.\r\n') throw new Error('Network connection lost.')
      return connection.write(text)
    }
    expect(await send('smtp://mail.example', { ...connection, write })).toEqual({
      outcome: 'unknown',
      detail: 'Network connection lost.',
    })
  })

  it('says that port 25 is blocked when it fails there', async () => {
    const delivery = await send('smtp://mail.example:25', fakeConnection(null))
    expect(delivery).toEqual({
      outcome: 'refused',
      detail: 'Cloudflare blocks port 25, use 587 or 465: the server closed the connection',
    })
  })
})
