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
const CLIENT = { client_id: 'client_a', client_name: 'A', suspended_at: null, secrets: [] }

const ROLE = 'role_0123456789012345678901'
const SECRET = 'secret_0123456789012345678901'

describe('a server that answers 200 and {} to everything', () => {
  it.each([
    ['clients', 'list'],
    ['clients', 'show', 'client_a'],
    ['clients', 'create', 'A'],
    ['clients', 'duplicate', 'client_a'],
    ['clients', 'rotate', 'client_a'],
    ['clients', 'resume', 'client_a'],
    ['clients', 'tag', 'client_a', '--tag', 'up'],
    ['clients', 'edit', 'client_a', '--name', 'B'],
    ['clients', 'delete', 'client_a', '--yes'],
    ['clients', 'access', 'set', 'client_a', '--none'],
    ['clients', 'secrets', 'create', 'client_a'],
    ['clients', 'secrets', 'delete', 'client_a', SECRET, '--yes'],
    ['keys', 'list', 'client_a'],
    ['keys', 'delete', 'client_a', 'key_a'],
    ['apis', 'create', 'https://api.example'],
    ['roles', 'list'],
    ['roles', 'show', ROLE],
    ['administrators', 'add', 'ada@example.com', '--access', 'view'],
    ['issuers', 'add', 'https://issuer.example'],
    ['signing-keys', 'rotate'],
    ['signing-keys', 'revoke', 'k', '--yes'],
    ['respond', 'client_a'],
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
    const { code, stdout } = await portcullis('clients', 'delete', 'client_a', '--yes')
    expect([code, stdout]).toEqual([1, ''])
  })

  it('is not shown for what was asked', async () => {
    line.server.plan({ status: 200, body: { ...CLIENT, client_id: 'client_b' } })
    expect(await portcullis('clients', 'show', 'client_a')).toMatchObject({ code: 1, stdout: '' })
  })

  it('lifts no suspension where the client reads as suspended', async () => {
    const suspended = { ...CLIENT, status: 'suspended', suspended_at: '2026-11-26T03:12:45Z' }
    line.server.plan(...always({ status: 200, body: suspended }))
    const { code, stderr } = await portcullis('clients', 'resume', 'client_a')
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
