import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'

const AUDIENCE = 'https://billing.example'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let home = ''
let client: Client

beforeAll(async () => {
  built = builtCommandLine()
  home = mkdtempSync(join(tmpdir(), 'portcullis-home-'))
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  client = await worker.client(AUDIENCE, 'invoices:read')
})

afterAll(async () => {
  await worker.close()
  for (const folder of [built.folder, home]) rmSync(folder, { recursive: true })
})

function portcullis(...words: string[]): Promise<Ended> {
  const env = { HOME: home, PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  return run([process.execPath, built.bin, ...words], { env })
}

type Event = { at: string; action: string; actor: { id: string; name?: string } }

async function events(...words: string[]): Promise<Event[]> {
  const { code, stdout, stderr } = await portcullis('audit', '--all', '--json', ...words)
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as Event[]
}

const today = () => new Date().toISOString().slice(0, 10)

describe('portcullis audit', () => {
  it('filters by time, actor and action together, in both orders', async () => {
    const all = await events('--client', client.id)
    expect(all.length).toBeGreaterThan(0)
    const words = ['--client', client.id, '--actor', 'bootstrap', '--since', today()]
    expect(await events(...words)).toEqual(all)
    expect(await events(...words, '--order', 'asc')).toEqual(all.toReversed())
    expect(await events(...words, '--until', today())).toEqual(all)
    expect(await events('--client', client.id, '--until', '2026-01-01')).toEqual([])
    expect(await events('--client', client.id, '--actor', 'portcullis')).toEqual([])
    const created = await events('--client', client.id, '--action', 'client.created')
    expect(created.map(({ action }) => action)).toEqual(['client.created'])
    const none = await portcullis('audit', '--since', '2099-01-01')
    expect([none.code, none.stdout]).toEqual([0, 'No such events.\n'])
  })

  it('says which events are left out, and what is wrong with a filter', async () => {
    const oldest = await portcullis('audit', '--order', 'asc', '--limit', '1')
    expect(oldest.stderr).toContain('These are the oldest 1: --limit N or --all shows more.')
    const wrong = await portcullis('audit', '--since', 'yesterday')
    expect([wrong.code === 0, wrong.stderr]).toEqual([
      false,
      expect.stringMatching(/since: must be a date/),
    ])
  })

  it('takes the address of an administrator, and shows names, also of what is gone', async () => {
    const email = 'ada@example.com'
    const made = await worker.admin('POST', '/administrators', { email, access: 'view' })
    const id = String(made['administrator_id'])
    expect(await events('--actor', 'Ada@example.com')).toEqual([])
    await worker.admin('DELETE', `/administrators/${id}`)
    const { stdout } = await portcullis('audit', '--action', 'administrator.created')
    expect(stdout).toMatch(/ bootstrap +ada@example\.com \(removed\) *\n/)
    const unknown = await portcullis('audit', '--actor', email)
    expect([unknown.code, unknown.stderr]).toEqual([
      4,
      expect.stringContaining(`There is no administrator "${email}".`),
    ])
    await worker.admin('DELETE', `/clients/${client.id}`)
    const deleted = await portcullis('audit', '--action', 'client.deleted')
    expect(deleted.stdout).toContain(`(deleted) (${client.id})`)
  })
})
