import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actionsIn } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { asBootstrap } from '../support/node/every-command.ts'
import {
  type FaultyServer,
  faultyServer,
  type ScriptedAnswer,
} from '../support/node/faulty-server.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { makeThings, type Things } from '../support/node/things.ts'

let worker: RunningWorker
let server: FaultyServer
let built: ReturnType<typeof builtCommandLine>
let things: Things

beforeAll(async () => {
  built = builtCommandLine()
  worker = await runWorker()
  server = await faultyServer(worker.issuer)
})
afterAll(async () => {
  await server.close()
  await worker.close()
  rmSync(built.folder, { recursive: true })
})
beforeEach(async () => {
  const { kid } = await worker.admin('POST', '/signing-keys', {})
  things = { ...(await makeThings(worker)), KID: String(kid) }
})

const ACTIONS = new Map(actionsIn(commands))

/** Each command that deletes or revokes what an id names, with what it takes; the last names the thing. */
const DELETIONS: [string, string[]][] = [
  ['clients delete', ['CLIENT']],
  ['clients secrets delete', ['CLIENT', 'SECRET']],
  ['keys delete', ['CLIENT', 'KEY']],
  ['certificates delete', ['CLIENT', 'CERTIFICATE']],
  ['workloads delete', ['CLIENT', 'WORKLOAD']],
  ['issuers delete', ['FREE_ISSUER']],
  ['apis delete', ['FREE_API']],
  ['roles delete', ['FREE_ROLE']],
  ['administrators remove', ['PERSON']],
  ['signing-keys revoke', ['KID']],
]

function give(command: string, ids: string[], ...options: string[]): Promise<Ended> {
  const asks = ACTIONS.get(command)?.options.some(({ long }) => long === '--yes')
  const words = [...command.split(' '), ...options, ...(asks ? ['--yes'] : []), '--', ...ids]
  return run([process.execPath, built.bin, ...words], { env: asBootstrap(server.url) })
}

const idOf = (word: string) => things[word] ?? ''

/** An ID of the same form that nothing has. */
const mistyped = (id: string) => id.slice(0, -1) + (id.endsWith('A') ? 'B' : 'A')

const UNAVAILABLE: ScriptedAnswer = { status: 503, headers: { 'Retry-After': '0' } }

it('the table has every command that deletes or revokes something by its id', () => {
  const others = ['clients access remove', 'clients revoke-tokens']
  const all = [...ACTIONS.keys()].filter((name) => / (?:delete|remove|revoke)/.test(name))
  expect(all.toSorted()).toEqual([...others, ...DELETIONS.map(([name]) => name)].toSorted())
})

describe('a mistyped id is not found, and never said to be deleted', () => {
  it.each(DELETIONS)('%s', async (command, all) => {
    const ids = all.map(idOf)
    const [last = ''] = ids.slice(-1)
    const wrong = [...ids.slice(0, -1), mistyped(last)]
    for (const fault of [UNAVAILABLE, 'lose the answer', 'break'] as const) {
      server.planForChanges(fault)
      expect(await give(command, wrong)).toMatchObject({ code: 4, stdout: '' })
    }
    expect((await give(command, ids)).stdout).toMatch(/^(?:Deleted|Revoked) /)
  })

  it('among several clients, and for one with --json', async () => {
    const { CLIENT = '', SUSPENDED = '' } = things
    server.planForChanges(UNAVAILABLE)
    const several = await give('clients delete', [mistyped(CLIENT), SUSPENDED])
    expect([several.code, several.stdout]).toEqual([4, expect.stringContaining(SUSPENDED)])
    expect(several.stderr).toContain(`NOT deleted: ${mistyped(CLIENT)}`)
    server.planForChanges(UNAVAILABLE)
    const { code, stdout } = await give('clients delete', [mistyped(CLIENT)], '--json')
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject([{ ok: false, deleted: false }])
  })
})

describe('what was there is deleted, though the answer to that was lost', () => {
  it.each(DELETIONS)('%s', async (command, all) => {
    server.planForChanges('lose the answer')
    const { code, stdout } = await give(command, all.map(idOf))
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^(?:Deleted|Revoked) /)])
    expect(server.seen.filter(({ method }) => method === 'DELETE')).toHaveLength(2)
  })
})
