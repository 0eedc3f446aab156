import { describe, expect, it } from 'vitest'
import { readSmtpUrl } from '../../../src/mail/smtp/url.ts'

describe('SMTP_URL', () => {
  it.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, implicitTls: false, user: null }],
    [
      'smtp://mail.example:2525/',
      { host: 'mail.example', port: 2525, implicitTls: false, user: null },
    ],
    ['smtps://mail.example', { host: 'mail.example', port: 465, implicitTls: true, user: null }],
    ['smtps://[::1]:10465', { host: '[::1]', port: 10_465, implicitTls: true, user: null }],
    [
      'smtp://ann%40example.com:p%40ss%3A%2F%25@mail.example',
      { host: 'mail.example', port: 587, implicitTls: false, user: 'ann@example.com p@ss:/%' },
    ],
  ])('%s is understood', (text, { user, ...server }) => {
    const { credentials, ...rest } = readSmtpUrl(text)
    expect(rest).toEqual(server)
    expect(credentials && `${credentials.user} ${credentials.password}`).toBe(user)
  })

  it.each([
    '',
    'mail.example',
    'mail.example:587',
    'https://ann:hunter2@mail.example',
    'smtp://',
    'smtp://ann:hunter2@',
    'smtp://ann@mail.example',
    'smtp://:hunter2@mail.example',
    'smtp://ann:hunter2%@mail.example',
    'smtp://ann:hunter2%00@mail.example',
    'smtp://ann:hunter2@mail.example/path',
    'smtp://ann:hunter2@mail.example?tls=no',
    'smtp://ann:hunter2@mail.example#x',
    'smtp://ann:hunter2/@mail.example',
    'smtp://ann:hunter2@mail.example:0',
    'smtp://ann:hunter2@mail.example:99999',
    'smtp://ann:hunter2@mail%20example',
  ])('%j is a TypeError that names the setting and quotes nothing', (text) => {
    const read = () => readSmtpUrl(text)
    expect(read).toThrow(TypeError)
    expect(read).toThrow(/^SMTP_URL (?!.*hunter2)/)
  })
})
