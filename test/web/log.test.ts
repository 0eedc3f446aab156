import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, Unavailable } from '../../src/domain/errors.ts'
import { WrongSetting } from '../../src/domain/setting.ts'
import { runInBackground } from '../../src/web/background.ts'
import { logFailure, logSettings, logWarning } from '../../src/web/log.ts'
import { misconfigured } from '../../src/web/misconfigured.ts'

const lines: [string, unknown][] = []
const logged = () => lines.splice(0)

beforeEach(() => {
  for (const method of ['error', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((line: string) => {
      lines.push([method, JSON.parse(line)])
    })
  }
})
afterEach(() => {
  lines.splice(0)
  vi.restoreAllMocks()
})

describe('a failure', () => {
  it('of a dependency is a line with what it is, and why', () => {
    logFailure(new Unavailable('d1', 'it timed out'), 'request_1')
    const detail = 'd1 is out of reach: it timed out'
    expect(logged()).toEqual([
      ['error', { level: 'error', request_id: 'request_1', unavailable: 'd1', detail }],
    ])
  })

  it('by wrong settings names them', () => {
    logFailure(new Unavailable('configuration', 'wrong', ['PEPPER']), undefined)
    const detail = 'configuration is out of reach: wrong'
    const settings = ['PEPPER']
    expect(logged()).toEqual([
      ['error', { level: 'error', unavailable: 'configuration', detail, settings }],
    ])
  })

  it('that is a bug is told by name and place, and quotes nothing', () => {
    const error = new RangeError('a secret')
    error.stack = 'RangeError: a secret\n    at a (x.ts:1)\n    at b\n    at c\n    at d'
    logFailure(error, 'request_1')
    logFailure(Object.assign(new TypeError('another'), { stack: undefined }), 'request_2')
    const at = ['at a (x.ts:1)', 'at b', 'at c']
    expect(logged()).toEqual([
      ['error', { level: 'error', request_id: 'request_1', bug: 'RangeError', at }],
      ['error', { level: 'error', request_id: 'request_2', bug: 'TypeError' }],
    ])
  })

  it('of work behind the answer is told, and does not reach the others', async () => {
    const kept: Promise<unknown>[] = []
    const context = { waitUntil: (one: Promise<unknown>) => void kept.push(one) }
    let done = 0
    const works = [
      () => Promise.reject(new Unavailable('kv', 'it failed')),
      async () => {
        done++
      },
    ]
    runInBackground(context, works, 'request_1')
    expect([kept.length, done]).toEqual([2, 0])
    await Promise.all(kept)
    const detail = 'kv is out of reach: it failed'
    expect([done, logged()]).toEqual([
      1,
      [['error', { level: 'error', request_id: 'request_1', unavailable: 'kv', detail }]],
    ])
  })
})

it('a warning is a line of its own level', () => {
  logWarning({ event: 'metrics_failing', count: 1 })
  expect(logged()).toEqual([['warn', { level: 'warning', event: 'metrics_failing', count: 1 }]])
})

it('a wrong setting is told once, each by itself', () => {
  const told = new Set<string>()
  const problems = [
    { name: 'MAIL_FROM', problem: 'is no address' },
    { name: 'SMTP_URL', problem: 'is no URL' },
  ]
  logSettings(problems.slice(0, 1), told)
  logSettings(problems, told)
  expect(logged()).toEqual([
    ['error', { level: 'error', setting: 'MAIL_FROM', problem: 'is no address' }],
    ['error', { level: 'error', setting: 'SMTP_URL', problem: 'is no URL' }],
  ])
})

describe('a server without its settings', () => {
  const wrong = new WrongSetting('ISSUER', 'it is no URL')

  it.each([
    ['/health', { status: 'unavailable', failing: ['configuration'], wrong_settings: ['ISSUER'] }],
    [
      '/oauth/token',
      { error: 'temporarily_unavailable', error_description: 'Try again in a moment.' },
    ],
    ['/healthy', { error: 'temporarily_unavailable', error_description: 'Try again in a moment.' }],
  ])('answers at %s that it is none, and says why in the log', async (path, body) => {
    const response = misconfigured(wrong, path)
    expect([response.status, await response.json()]).toEqual([503, body])
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const line = { level: 'error', unavailable: 'configuration', detail: wrong.message }
    expect(logged()).toEqual([['error', { ...line, settings: ['ISSUER'] }]])
  })

  it('does not take another error for it', () => {
    const other = new Refusal('conflict', 'another')
    expect(() => misconfigured(other, '/health')).toThrow(other)
  })
})
