import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, it } from 'vitest'
import { mimeOf } from '../../../src/mail/smtp/mime.ts'
import { RUNS } from '../../domain/arbitraries.ts'
import { aMessage, NOW } from '../letters.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.toWellFormed()),
)
// A header is one line, and what readers do with spaces at its ends is their own affair.
const anyLine = anyText.map((text) => `a${text.replaceAll(/[\r\n]/g, ' ')}z`)

it('brings any subject, name, text and HTML to the reader unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(anyLine, anyLine, anyText, anyText, async (subject, name, text, html) => {
      const from = { name, address: 'gate@example.com' }
      const mail = await PostalMime.parse(mimeOf(aMessage({ from, subject, text, html }), NOW))
      expect(mail.subject).toBe(subject)
      expect(mail.from).toEqual(from)
      expect(mail.text ?? '').toBe(text)
      expect(mail.html ?? '').toBe(html)
    }),
    RUNS,
  )
})

it('is ASCII in lines of at most 76 characters, whatever it says', () => {
  fc.assert(
    fc.property(anyLine, anyLine, anyText, (subject, name, text) => {
      const from = { name, address: 'gate@example.com' }
      const lines = mimeOf(aMessage({ from, subject, text }), NOW).split('\r\n')
      expect(lines.filter((line) => !/^[ -~]{0,76}$/.test(line))).toEqual([])
      const words = lines.join('\n').match(/=\?UTF-8\?B\?[^?]*\?=/g) ?? []
      expect(words.filter((word) => word.length > 75)).toEqual([])
      // RFC 2047 §5: each word is whole characters.
      for (const word of words) {
        const bytes = Uint8Array.from(atob(word.slice(10, -2)), (char) => char.charCodeAt(0))
        expect(() =>
          new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
        ).not.toThrow()
      }
    }),
    RUNS,
  )
})

it('has the headers of a message that a machine wrote', async () => {
  const mail = await PostalMime.parse(mimeOf(aMessage(), NOW))
  expect(Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]))).toEqual({
    from: '"Portcullis" <gate@example.com>',
    to: '<ann@example.com>',
    subject: 'Subject',
    date: 'Sun, 22 Nov 2026 10:00:00 +0000',
    'message-id': '<message_1@example.com>',
    'auto-submitted': 'auto-generated',
    'mime-version': '1.0',
    'content-type': 'multipart/alternative; boundary="=_portcullis_alternative"',
  })
})

it('leaves a short ASCII subject readable, but nothing that looks encoded', () => {
  expect(mimeOf(aMessage({ subject: 'Mail works' }), NOW)).toContain('\r\nSubject: Mail works\r\n')
  const lookalike = mimeOf(aMessage({ subject: '=?UTF-8?B?eA==?=' }), NOW)
  expect(lookalike).toContain(`Subject: =?UTF-8?B?${btoa('=?UTF-8?B?eA==?=')}?=`)
})

it.each(['\r', '\n', '\r\n'])('refuses the line break %j in every header', (breaking) => {
  const bad = `x${breaking}Bcc: eve@example.com`
  const messages = [
    aMessage({ subject: bad }),
    aMessage({ to: bad }),
    aMessage({ messageId: bad }),
    aMessage({ from: { name: bad, address: 'gate@example.com' } }),
    aMessage({ from: { name: null, address: bad } }),
  ]
  for (const message of messages) expect(() => mimeOf(message, NOW)).toThrow(TypeError)
})
