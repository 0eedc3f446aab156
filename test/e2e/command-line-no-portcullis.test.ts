import { describe, expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import type { ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'

const line = scriptedCommandLine()

function portcullis(...words: string[]): Promise<Ended> {
  const env = { PORTCULLIS_URL: line.server.url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

const always = (answer: ScriptedAnswer) => Array.from({ length: 20 }, () => answer)
const CLIENT = {
  client_id: 'client_aaaaaaaaaaaaaaaaaaaaaa',
  client_name: 'A',
  suspended_at: null,
  secrets: [],
}

const ROLE = 'role_0123456789012345'
const SECRET = 'secret_0123456789012345678901'

describe('a server that answers 200 and {} to everything', () => {
  it.each([
    ['clients', 'list'],
    ['clients', 'show', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['clients', 'create', 'A'],
    ['clients', 'duplicate', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['clients', 'rotate', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['clients', 'resume', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['clients', 'tag', 'client_aaaaaaaaaaaaaaaaaaaaaa', '--tag', 'up'],
    ['clients', 'edit', 'client_aaaaaaaaaaaaaaaaaaaaaa', '--name', 'B'],
    ['clients', 'delete', 'client_aaaaaaaaaaaaaaaaaaaaaa', '--yes'],
    ['clients', 'access', 'set', 'client_aaaaaaaaaaaaaaaaaaaaaa', '--none'],
    ['clients', 'secrets', 'create', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['clients', 'secrets', 'delete', 'client_aaaaaaaaaaaaaaaaaaaaaa', SECRET, '--yes'],
    ['keys', 'list', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['keys', 'delete', 'client_aaaaaaaaaaaaaaaaaaaaaa', 'key_a', '--yes'],
    ['apis', 'create', 'https://api.example'],
    ['roles', 'list'],
    ['roles', 'show', ROLE],
    ['administrators', 'add', 'ada@example.com', '--access', 'view'],
    ['issuers', 'add', 'https://issuer.example'],
    ['signing-keys', 'rotate'],
    ['signing-keys', 'revoke', 'k', '--yes'],
    ['respond', 'client_aaaaaaaaaaaaaaaaaaaaaa'],
    ['incidents', 'show', 'incident_a'],
    ['find', 'abcdefgh'],
    ['audit', 'verify'],
    ['audit', 'checkpoint'],
    ['audit', 'export'],
    ['audit', 'accept', '--yes'],
    ['events', 'show'],
    ['events', 'test'],
    ['reminders', 'test'],
  ])('has %j fail in a sentence, with --json too', async (...words) => {
    for (const more of [[], ['--json']]) {
      line.server.plan(...always({ status: 200, body: {} }))
      const { code, stdout, stderr } = await portcullis(...words, ...more)
      expect(code).toBe(1)
      expect(stdout + stderr).toMatch(/Is this the URL of Portcullis\?|Is the URL right\?/)
      expect(stderr).not.toMatch(/undefined|TypeError|\n {4}at /)
    }
  })
})

describe('an answer about something else', () => {
  it('deletes nothing: that is answered 204 alone', async () => {
    line.server.plan({ status: 200, body: CLIENT }, { status: 200, body: CLIENT })
    const { code, stdout } = await portcullis(
      'clients',
      'delete',
      'client_aaaaaaaaaaaaaaaaaaaaaa',
      '--yes',
    )
    expect([code, stdout]).toEqual([1, ''])
  })

  it('is not shown for what was asked', async () => {
    line.server.plan({
      status: 200,
      body: { ...CLIENT, client_id: 'client_bbbbbbbbbbbbbbbbbbbbbb' },
    })
    expect(await portcullis('clients', 'show', 'client_aaaaaaaaaaaaaaaaaaaaaa')).toMatchObject({
      code: 1,
      stdout: '',
    })
  })

  it.each([
    ['apis', 'delete', 'Billing', '--yes'],
    ['administrators', 'list'],
    ['roles', 'show', 'Reader'],
    ['issuers', 'list'],
  ])('is no list of what was asked: %j', async (...words) => {
    line.server.plan(...always({ status: 200, body: { data: [CLIENT], next_cursor: null } }))
    const { code, stdout, stderr } = await portcullis(...words)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('does not answer as Portcullis does')
  })

  it('may be a redirect, whose target is named', async () => {
    const headers = { Location: 'https://login.example/' }
    line.server.plan(...always({ status: 302, body: '', headers }))
    const { code, stderr } = await portcullis('clients', 'list')
    expect([code, stderr]).toEqual([1, expect.stringContaining('https://login.example/')])
  })

  it('lifts no suspension where the client reads as suspended', async () => {
    const suspended = { ...CLIENT, status: 'suspended', suspended_at: '2026-11-26T03:12:45Z' }
    line.server.plan(...always({ status: 200, headers: { ETag: '"3"' }, body: suspended }))
    const { code, stderr } = await portcullis('clients', 'resume', 'client_aaaaaaaaaaaaaaaaaaaaaa')
    expect([code, stderr]).toEqual([1, expect.stringContaining('not an acknowledgement')])
  })
})

describe('a list without an end', () => {
  const verdict = { intact: true, complete: false, events: 1, accepted_up_to: null }
  const checkpoint = { checkpoint: 'c', verifier_key: 'k', size: 9 }

  it.each([
    [['roles', 'list'], { data: [], next_cursor: 'same' }],
    [['clients', 'list', '--all'], { data: [], next_cursor: 'same' }],
    [['audit', 'verify'], { ...verdict, next_cursor: 'same' }],
    [['audit', 'export'], { ...checkpoint, data: [], next_cursor: 'same' }],
  ])('%j is not followed for ever', async (words, body) => {
    line.server.plan(...always({ status: 200, body }))
    const { code, stderr } = await portcullis(...words)
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not answer as Portcullis')])
    expect(line.server.seen.length).toBeLessThan(5)
  })
})
