import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unstable_splitSqlQuery as splitSqlQuery } from 'wrangler'
import { builtPortcullis, ROOT } from './build.ts'
import {
  type Credentials,
  everyRequest,
  type Deployment,
  tokenRequest,
} from './deployment-requests.ts'
import { FAR_PATH } from './far-modules.ts'
import { type Server, startMiniflare } from './servers.ts'
import { answerTo } from './requests.ts'
import { workerModule } from './worker-module.ts'
import { type Answers, justNow, type Recording } from './workers/answers.ts'

export const ISSUER = 'https://auth.example'
export const AUDIENCE = 'https://api.example.com'
const SCOPE = 'invoices:read'
const KEY = '1:a-key-of-the-bench-that-protects-nothing'
const BOOTSTRAP = 'bootstrap-token-of-the-bench-0123456789'
const VARS = {
  ISSUER,
  BOOTSTRAP_TOKEN: BOOTSTRAP,
  PEPPER: KEY,
  WRAPPING_KEY: KEY,
  AUDIT_KEY: KEY,
  COOKIE_KEY: KEY,
}

/** A deployment whose real bindings were asked everything, and what they answered. */
export type RecordedDeployment = Deployment & {
  recording: Recording
  jwks: FixedResponse
  built: string
}

/** The response that a Worker without any other work would send. */
export type FixedResponse = { body: string; headers: Record<string, string> }

function schema(): string[] {
  const folder = join(ROOT, 'migrations')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return files.sort().flatMap((name) => splitSqlQuery(readFileSync(join(folder, name), 'utf8')))
}

/** The built Worker on local D1, as it is deployed. */
export async function startPortcullisOnD1(built: string): Promise<Server & Deployment> {
  const modules = { 'portcullis.js': built }
  const server = await startMiniflare({ modules, vars: VARS, schema: schema() })
  return { ...server, ...(await populate(server)) }
}

/** The same with a thousand clients, where D1 is far away, with gates or without. */
export async function startPortcullisFarFromD1(
  built: string,
  gates: boolean,
): Promise<Server & { clients: Credentials[] }> {
  const modules = { 'portcullis.js': built }
  const far = { modules, vars: VARS, schema: schema(), canBeFar: true, gates }
  const server = await startMiniflare(far)
  const clients = await clientsOn(server, 1000)
  await fetch(`${server.url}${FAR_PATH}`)
  return { ...server, clients }
}

/**
 * The same, with a way to make a statement: under load from many clients each notes its last use. A gate
 * remembers no use that the database has forgotten.
 */
const WITH_STATEMENTS = `import worker from './portcullis.js'
export default {
  async fetch(request, env, context) {
    if (!request.url.endsWith('/statement')) return worker.fetch(request, env, context)
    await env.DB.prepare(await request.text()).run()
    if (env.GATES) await forget(env)
    return new Response('done')
  },
}
async function forget({ DB, GATES }) {
  const { results } = await DB.prepare('SELECT client_id FROM portcullis_clients').all()
  const gates = results.map((row) => GATES.get(GATES.idFromName(row.client_id)))
  await Promise.all(gates.map((gate) => gate.invalidate()))
}
export * from './portcullis.js'`

const MANY = 300

export type ManyClients = Server & { clients: Credentials[]; forgetUses: () => Promise<void> }

/** The built Worker on local D1 with many clients, whose last uses can be made long ago again. */
export async function startManyOnD1(built: string, gates: boolean): Promise<ManyClients> {
  const modules = { 'entry.js': WITH_STATEMENTS, 'portcullis.js': built }
  const server = await startMiniflare({ modules, vars: VARS, schema: schema(), gates })
  const clients = await clientsOn(server, MANY)
  return { ...server, clients, forgetUses: () => noteUses(server, 1) }
}

/** Clients that each got a token. */
async function clientsOn(server: Server, count: number): Promise<Credentials[]> {
  const { client } = await populate(server)
  const clients = [client]
  while (clients.length < count) clients.push(await clientWith(server, SCOPE))
  for (const one of clients) {
    await answerTo(server.url, tokenRequest({ client: one, caller: one, token: '' }))
  }
  return clients
}

/** Records D1's answers to every request to be measured, each asked once of a real one. */
export async function recordPortcullis(): Promise<RecordedDeployment> {
  const built = builtPortcullis()
  const at = Math.floor(Date.now() / 1000)
  const entry = `import worker from './portcullis.js'
import { recorded } from './record.js'
export default recorded(worker, ${at})`
  const modules = {
    'entry.js': entry,
    'portcullis.js': built,
    'record.js': workerModule('record.ts'),
  }
  const server = await startMiniflare({ modules, vars: VARS, schema: schema() })
  const deployment = await populate(server)
  await settle(server, at)
  for (const request of everyRequest(deployment)) await answerTo(server.url, request)
  const jwks = await fixedCopy(await fetch(`${server.url}/.well-known/jwks.json`))
  const answers = (await (await fetch(`${server.url}/recording`)).json()) as Answers
  await server.stop()
  return { ...deployment, built, jwks, recording: { at, vars: VARS, answers } }
}

async function fixedCopy(response: Response): Promise<FixedResponse> {
  const headers = Object.fromEntries(response.headers)
  for (const name of SET_BY_THE_RUNTIME) delete headers[name]
  return { body: await response.text(), headers }
}

const SET_BY_THE_RUNTIME = [
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]

/**
 * A use is noted at most once a minute. The stubs keep nothing, and would have one due for ever: what
 * they answer says that it was noted just now, as nearly every real answer under load does.
 */
const settle = (server: Server, at: number): Promise<void> => noteUses(server, justNow(at))

async function noteUses(server: Server, at: number): Promise<void> {
  for (const statement of [
    `UPDATE portcullis_secrets SET last_used_at = ${at}`,
    `UPDATE portcullis_clients SET last_token_at = ${at}`,
  ]) {
    await fetch(`${server.url}/statement`, { method: 'POST', body: statement })
  }
}

async function admin(server: Server, path: string, body: object) {
  const headers = { authorization: `Bearer ${BOOTSTRAP}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(`${server.url}/admin/v1/${path}`, init)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as { client_id: string; client_secret: string }
}

async function clientWith(server: Server, permission: string): Promise<Credentials> {
  const permissions = [{ audience: AUDIENCE, permission }]
  const made = await admin(server, 'clients', { client_name: permission, permissions })
  return { id: made.client_id, secret: made.client_secret }
}

/** Makes an API and clients, as an administrator would, and a token. */
async function populate(server: Server): Promise<Deployment> {
  const permissions = [{ permission: SCOPE }]
  await admin(server, 'apis', { audience: AUDIENCE, name: 'Bench', permissions })
  const client = await clientWith(server, SCOPE)
  const caller = await clientWith(server, 'tokens:introspect')
  const { text } = await answerTo(server.url, tokenRequest({ client, caller, token: '' }))
  const { access_token: token } = JSON.parse(text) as { access_token: string }
  return { client, caller, token }
}
