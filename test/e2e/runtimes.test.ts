import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgesProofs, takesBoundTokens } from '../support/node/bound-api.ts'
import {
  type Client,
  type RunningWorker,
  runWorker,
  startWorkers,
} from '../support/node/harness.ts'
import { packedTarball, projectsWith } from '../support/node/package.ts'
import { pageOf, textOf } from '../support/node/pages.ts'
import { type RunningApi, runtimes, startApi } from '../support/node/runtimes.ts'
import { freePort } from '../support/node/start.ts'

// The guard, installed from the built package, in each runtime that it is for; the server is the built Worker.

const ROOT = join(import.meta.dirname, '../..')
const AUDIENCE = 'https://billing.example.com'

let server: RunningWorker
let folder = ''
let tarball = ''
let variables: Record<string, string> = {}

beforeAll(async () => {
  server = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await server.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  const caller = await server.client(AUDIENCE, 'tokens:introspect')
  variables = {
    ISSUER: server.issuer,
    AUDIENCE,
    CLIENT_ID: caller.id,
    CLIENT_SECRET: caller.secret,
  }
  tarball = packedTarball()
  folder = projectsWith(tarball, 'runtimes')
})

afterAll(async () => {
  await server.close()
  for (const one of [folder, dirname(tarball)]) rmSync(one, { recursive: true })
})

async function tokenOf({ id, secret }: Client): Promise<string> {
  const response = await fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

async function isGuarded({ origin }: Pick<RunningApi, 'origin'>, besides = {}): Promise<void> {
  const client = await server.client(AUDIENCE, 'invoices:read')
  const token = await tokenOf(client)
  const ask = (authorization?: string) =>
    fetch(`${origin}/invoices`, authorization ? { headers: { authorization } } : {})
  const statuses = async () => [
    (await ask(`Bearer ${token}`)).status,
    (await ask(`Bearer ${token.slice(0, -4)}AAAA`)).status,
    (await ask()).status,
  ]
  expect(await (await ask(`Bearer ${token}`)).json()).toEqual({ ...besides, for: client.id })
  expect(await statuses()).toEqual([200, 401, 401])
  await server.admin('PUT', `/clients/${client.id}/suspension`)
  expect(await statuses()).toEqual([401, 401, 401])
  expect((await ask()).headers.get('www-authenticate')).toBe(
    `Bearer realm="${AUDIENCE}", scope="invoices:read"`,
  )
  await server.admin('DELETE', `/clients/${client.id}/suspension`)
  expect(await statuses()).toEqual([200, 401, 401])
}

describe('an API passes a good token, refuses a bad one, and one whose client is suspended', () => {
  const { found, missing } = runtimes()
  for (const name of missing)
    console.log(`${name} is not on this machine: the guard is not run in it`)

  it.each(found)('in $name', async (runtime) => {
    const api = await startApi(runtime, join(folder, 'runtimes'), variables)
    try {
      await isGuarded(api)
      await takesBoundTokens(api.origin, runtime.name.startsWith('Node') ? 2 : 1)
      await judgesProofs(api.origin)
    } finally {
      await api.stop()
    }
  })

  it('in Express, as docs/recipes.md has it', async () => {
    const project = join(folder, 'runtimes')
    symlinkSync(join(ROOT, 'node_modules/express'), join(project, 'node_modules/express'))
    const port = await freePort()
    const recipe = textOf(pageOf('docs/recipes.md'), 'ts')
    const listening = `app.listen(${port}, () => console.log(${port}))`
    writeFileSync(join(project, 'recipe.mts'), recipe.replace('app.listen(3000)', listening))
    const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '' } = variables
    const environment = { PORTCULLIS: ISSUER, API_ID: CLIENT_ID, API_SECRET: CLIENT_SECRET }
    const program = { name: 'recipe', command: process.execPath, args: 'recipe.mts' }
    const api = await startApi(program, project, environment)
    try {
      await isGuarded(api, { invoices: [] })
    } finally {
      await api.stop()
    }
  })

  it('in workerd', async () => {
    const config = {
      name: 'api',
      main: 'workerd.mjs',
      compatibility_date: '2026-10-20',
      vars: variables,
    }
    const root = join(folder, 'runtimes')
    const { harness, url } = await startWorkers([{ config }], root)
    try {
      await isGuarded({ origin: url.origin })
      await takesBoundTokens(url.origin, 1)
      await judgesProofs(url.origin)
    } finally {
      await harness.close()
    }
  })
})
