import { describe, expect, it } from 'vitest'
import { type Ended, run } from '../support/node/command-line.ts'
import type { Fault, ScriptedAnswer } from '../support/node/faulty-server.ts'
import { scriptedCommandLine } from '../support/node/scripted-command-line.ts'
import { freePort } from '../support/node/start.ts'

const line = scriptedCommandLine()

function portcullis(words: string[], url = line.server.url): Promise<Ended> {
  const env = { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: 'a-token' }
  return run([process.execPath, line.built.bin, ...words], { env })
}

const refusal = (status: number): ScriptedAnswer => ({ status, body: { title: 'Not valid' } })
const always = (fault: Fault) => Array.from({ length: 9 }, () => fault)

const NIGHTLY = 'client_aaaaaaaaaaaaaaaaaaaaaa'
const SUSPEND_ONE = ['clients', 'suspend', NIGHTLY]
const SUSPEND_TWO = ['clients', 'suspend', NIGHTLY, 'client_bbbbbbbbbbbbbbbbbbbbbb']
const TAG = ['clients', 'tag', NIGHTLY, '--tag', 'UP']

describe('what is known not to be done', () => {
  it.each([
    [SUSPEND_ONE, 400, 'NOT suspended', 'suspended'],
    [SUSPEND_TWO, 400, 'NOT suspended', 'ok'],
    [SUSPEND_TWO, 429, 'NOT suspended', 'ok'],
    [TAG, 400, 'NOT tagged', 'ok'],
  ])('%j, refused with %i, is %s', async (words, status, verdict, field) => {
    line.server.plan(refusal(status))
    const said = await portcullis(words)
    expect([said.code, said.stderr]).toEqual([
      1,
      expect.stringContaining(`${verdict}: client_aaaaaaaaaaaaaaaaaaaaaa`),
    ])
    expect(said.stderr).not.toContain('ACKNOWLEDGED')
    line.server.plan(refusal(status))
    const json = await portcullis([...words, '--json'])
    const [first] = JSON.parse(json.stdout) as object[]
    expect(first).toMatchObject({ [field]: false })
  })

  it('counts a client that could not be looked for, and a server that was not there', async () => {
    line.server.plan(...always('break'))
    const lookup = await portcullis(['clients', 'tag', 'One client', '--tag', 'up', '--json'])
    expect(JSON.parse(lookup.stdout)).toMatchObject([{ named: 'One client', ok: false }])
    const nowhere = `http://127.0.0.1:${await freePort()}`
    for (const words of [SUSPEND_ONE, SUSPEND_TWO]) {
      const { code, stderr } = await portcullis(words, nowhere)
      expect([code, stderr]).toEqual([
        5,
        expect.stringContaining('NOT suspended: client_aaaaaaaaaaaaaaaaaaaaaa'),
      ])
    }
  })
})

describe('what was done before', () => {
  it('is no resumption where the client was not suspended', async () => {
    const named = { client_id: NIGHTLY, client_name: 'A', status: 'available' }
    const body = { ...named, suspended_at: null, secrets: [], propagation: 'complete' }
    line.server.plan({ status: 200, body, headers: { ETag: '"3"' } })
    const { code, stdout } = await portcullis(['clients', 'resume', NIGHTLY])
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Not suspended: A (${NIGHTLY})`)])
    expect(line.server.seen.map(({ method }) => method)).toEqual(['GET'])
  })

  it('is said to be done to a client that was deleted since', async () => {
    const results = [{ client_id: NIGHTLY, done: true, client: null }]
    const gone = { status: 404, body: { title: 'Not found' } }
    const none = { status: 200, body: { data: [], next_cursor: null } }
    line.server.plan(gone, none, { status: 201, body: { incident_id: 'incident_a', results } })
    const { code, stdout, stderr } = await portcullis(['respond', NIGHTLY])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Done: client_aaaaaaaaaaaaaaaaaaaaaa, deleted since')
  })
})

describe('what is not known', () => {
  it.each([
    [SUSPEND_TWO, 'break'],
    [SUSPEND_TWO, refusal(500)],
    [TAG, refusal(503)],
    [TAG, { status: 200, body: {} }],
  ] as [string[], Fault][])('%j after %j is NOT ACKNOWLEDGED', async (words, fault) => {
    line.server.plan(...always(fault))
    const { stdout } = await portcullis([...words, '--json'])
    const results = JSON.parse(stdout) as { ok: boolean | null }[]
    expect(new Set(results.map(({ ok }) => ok))).toEqual(new Set([null]))
  })

  it('is so where a second attempt is refused for who asks, and not for what', async () => {
    line.server.plan('break', refusal(401))
    const doubtful = await portcullis([...SUSPEND_ONE, '--json'])
    line.server.plan('break', refusal(400))
    const settled = await portcullis([...SUSPEND_ONE, '--json'])
    const [first, second] = [doubtful, settled].map(({ stdout }) => JSON.parse(stdout) as object)
    expect(first).toMatchObject([{ suspended: null }])
    expect(second).toMatchObject([{ suspended: false }])
  })
})
