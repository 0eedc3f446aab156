import { describe, expect, it } from 'vitest'
import { createAuthServer } from '../../../src/server.ts'
import { buildServer } from '../build.ts'
import type { Manage } from './asking.ts'
import { LOSSES } from './losses.ts'
import { replay } from './model.ts'
import { endOf, type Logged } from './rights-log.ts'
import type { Step } from './steps.ts'

// Each way to lose a right, at each moment of the request: what random histories do by chance.

const CALLS = ['late body', 1, 2, 3, 4, 5, 6, 7] as const

/** Another that may manage: the one before may be gone. */
const another: Step = {
  kind: 'create',
  at: 0,
  access: ['manage'],
  days: 90,
  short: false,
  rotates: false,
  keyed: false,
  fault: null,
}

function losing(by: Manage['by'], how: number): Step[] {
  const rest = { kind: 'manage', at: 0, by, admitted: true, token: 0, client: 0 } as const
  const each = (change: number) => CALLS.map((call) => ({ change, loss: { how, call } }))
  return [...each(0), ...each(1)].flatMap((one): Step[] => [
    another,
    { ...rest, ...one, fault: null },
  ])
}

const WAYS = [
  ...[...new Set(LOSSES)].map((kind) => ['machine', kind, LOSSES.indexOf(kind)] as const),
  ...['removed', 'demoted', 'signed out'].map((kind, how) => ['person', kind, how] as const),
]

describe('INV-16: a right that is lost at any moment of a request', () => {
  it.each(WAYS)('is no right at the commit: %s, %s', async (by, _, how) => {
    await expect(replay({ createAuthServer }, losing(by, how))).resolves.toBeUndefined()
  })

  it('would be one where it is asked for at the head alone, in each of these ways', async () => {
    const confirmed = '    await confirmRight()\n'
    const edit = { file: 'src/actions/changes/commit-change.ts', find: confirmed, replace: '' }
    const broken = await buildServer([edit])
    for (const [by, kind, how] of WAYS) {
      const found = await replay(broken, losing(by, how)).catch((error: Error) => error.message)
      expect([by, kind, found]).toEqual([by, kind, expect.stringContaining('INV-16')])
    }
  })
})

const TOKEN = {
  clientId: 'm',
  text: '',
  jti: 'j',
  kid: 'k',
  audience: '',
  scopes: [],
  generation: 0,
  exp: 0,
}
const SESSION = { sessionId: 's', administratorId: 'p' }

const permissions = (to: string) =>
  JSON.stringify({ permissions: { from: [], to: [{ permission: to }] } })
const access = (to: string) => JSON.stringify({ access: { from: 'manage', to } })

type Said = [action: string, target: string, changes?: string]

/** The verdict of a log on that right, whose token came out at its second place. */
function endIn(right: typeof TOKEN | typeof SESSION, said: Said[]): string | undefined {
  const log = said.map(([action, target, changes = ''], at): Logged => {
    const client = /^(client|token)/.test(action) ? 'm' : null
    return { seq: at + 1, action, actor: '', client, target, changes, request: '' }
  })
  return endOf(right, log, new Map([['j', 2]]))?.action
}

describe('INV-16: the audit log alone says that a right', () => {
  const CREATED: Said[] = [
    ['client.created', 'm'],
    ['client.tokens_revoked', 'm'],
  ]

  it.each<Said>([
    ['client.suspended', 'm'],
    ['client.deleted', 'm'],
    ['client.access_changed', 'm', permissions('clients:read')],
    ['client.tokens_revoked', 'm'],
    ['token.revoked', 'j'],
    ['signing_key.revoked', 'k'],
  ])('of a token ended with %s', (...event) => {
    expect(endIn(TOKEN, CREATED)).toBeUndefined()
    expect(endIn(TOKEN, [...CREATED, event])).toBe(event[0])
  })

  it.each<Said>([
    ['administrator.deleted', 'p'],
    ['administrator.updated', 'p', access('view')],
    ['session.ended', 's'],
  ])('of a session ended with %s', (...event) => {
    expect(endIn(SESSION, [['administrator.created', 'p', access('manage')]])).toBeUndefined()
    expect(endIn(SESSION, [event])).toBe(event[0])
  })

  it.each<[typeof TOKEN | typeof SESSION, Said[]]>([
    [TOKEN, [...CREATED, ['client.suspended', 'm'], ['client.resumed', 'm']]],
    [
      TOKEN,
      [
        ...CREATED,
        ['client.access_changed', 'm', permissions('clients:read')],
        ['client.access_changed', 'm', permissions('clients:manage')],
      ],
    ],
    [
      SESSION,
      [
        ['administrator.updated', 'p', access('view')],
        ['administrator.updated', 'p', access('manage')],
      ],
    ],
    [TOKEN, [...CREATED, ['token.revoked', 'another'], ['secret.deleted', 'm']]],
    [SESSION, [['session.ended', 'another']]],
  ])('did not end, or was given back', (right, said) => {
    expect(endIn(right, said)).toBeUndefined()
  })
})
