import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { builtWorker, ROOT } from './build.ts'
import { checkActive, checkToken } from './check.ts'
import { FAR_PATH } from './far-modules.ts'
import type { LoadRequest } from './load-generator.ts'
import { type Server, startMiniflare, startNode, startWorkerd } from './servers.ts'
import { answerTo, formRequest } from './requests.ts'

const PEERS = join(ROOT, 'bench/peers')
const API = 'https://api.example.com'
const GRANT = { grant_type: 'client_credentials', scope: 'invoices:read' }

/** A peer that runs, and that was seen to do what is asked of it. */
export type Peer = { server: Server; token: LoadRequest; introspection?: LoadRequest }

/** Peers are pinned in a package of their own, which nothing else installs. */
export function installPeers(): void {
  const installed = join(PEERS, 'node_modules/.package-lock.json')
  const wanted = versionsIn(join(PEERS, 'package-lock.json'))
  if (existsSync(installed) && versionsIn(installed) === wanted) return
  console.error('Installing the peers...')
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', flags, { cwd: PEERS, stdio: ['ignore', 'ignore', 'inherit'] })
}

function versionsIn(lockfile: string): string {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as {
    packages: Record<string, { version: string; optional?: boolean }>
  }
  const known = Object.entries(packages).filter(([path, { optional }]) => path !== '' && !optional)
  return known.map(([path, { version }]) => `${path} ${version}`).join('\n')
}

export function peerVersion(name: string): string {
  const file = join(PEERS, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const settings = {
  issuer: 'https://auth.example',
  id: 'client_of_the_bench',
  secret: 'of-the-bench-and-as-long-as-those-of-portcullis',
  jwk: { ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES256', use: 'sig' },
}
const { d: _private, ...publicJwk } = settings.jwk
const PUBLISHED = { keys: [publicJwk] }
const SETTINGS = JSON.stringify(settings)

const builds = new Map<string, string>()

/** A peer as a Worker, built once. */
function modulesOf(name: string): Record<string, string> {
  const built = builds.get(name) ?? builtWorker(join(PEERS, name))
  builds.set(name, built)
  return { 'worker.js': built }
}

const onNode = (name: string, ...args: string[]) =>
  startNode(join(PEERS, name), [SETTINGS, ...args])
const inWorkerd = (name: string) => startWorkerd(modulesOf(name), { SETTINGS })
const onD1 = (name: string, schema: string[], canBeFar = false) =>
  startMiniflare({ modules: modulesOf(name), vars: { SETTINGS }, schema, canBeFar })

/** The same peer when its D1 has been moved far away. */
async function farAway(started: Promise<Peer>): Promise<Peer> {
  const peer = await started
  await fetch(`${peer.server.url}${FAR_PATH}`)
  return peer
}

const quoted = (value: object) => `'${JSON.stringify(value).replaceAll("'", "''")}'`

/** The tables and the client that a peer's own modules define. */
async function partsOf(name: string) {
  return (await import(join(PEERS, name))) as {
    SCHEMA: string | string[]
    clientOf: (of: typeof settings) => object
  }
}

async function oidcProvider(server: Server): Promise<Peer> {
  const token = formRequest('/token', GRANT, settings)
  await checkToken(server.url, token, '/jwks')
  // Only its opaque tokens can be introspected.
  const opaque = formRequest(
    '/token',
    { ...GRANT, resource: 'https://opaque.example.com' },
    settings,
  )
  return {
    server,
    token,
    introspection: await introspected(server, opaque, '/token/introspection'),
  }
}

async function jmondi(server: Server): Promise<Peer> {
  const token = formRequest('/token', GRANT, settings)
  await checkToken(server.url, token, PUBLISHED)
  return { server, token, introspection: await introspected(server, token, '/introspect') }
}

async function nodeOauth(server: Server): Promise<Peer> {
  const token = formRequest('/token', GRANT, settings)
  await checkToken(server.url, token, PUBLISHED)
  return { server, token }
}

/** It knows no Basic, and wants its provider named. */
async function openauth(server: Server): Promise<Peer> {
  await answerTo(server.url, { method: 'POST', path: '/register', headers: {} })
  const { id, secret } = settings
  const fields = { ...GRANT, provider: 'machines', client_id: id, client_secret: secret }
  const token: LoadRequest = {
    method: 'POST',
    path: '/token',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
  await checkToken(server.url, token, '/.well-known/jwks.json')
  return { server, token }
}

async function betterAuth(server: Server): Promise<Peer> {
  const register: LoadRequest = { method: 'POST', path: '/register', headers: {} }
  const { text } = await answerTo(server.url, register)
  const client = JSON.parse(text) as { id: string; secret: string }
  const token = formRequest('/api/auth/oauth2/token', { ...GRANT, resource: API }, client)
  await checkToken(server.url, token, '/api/auth/jwks')
  const { text: issued } = await answerTo(server.url, token)
  const { access_token: accessToken } = JSON.parse(issued) as { access_token: string }
  const fields = { token: accessToken, token_type_hint: 'access_token' }
  const introspection = formRequest('/api/auth/oauth2/introspect', fields, client)
  await checkActive(server.url, introspection)
  return { server, token, introspection }
}

async function introspected(
  server: Server,
  token: LoadRequest,
  path: string,
): Promise<LoadRequest> {
  const { text } = await answerTo(server.url, token)
  const { access_token: accessToken } = JSON.parse(text) as { access_token: string }
  const request = formRequest(path, { token: accessToken }, settings)
  await checkActive(server.url, request)
  return request
}

async function oidcProviderOnD1(canBeFar = false): Promise<Peer> {
  const { SCHEMA, clientOf } = await partsOf('oidc-provider.mjs')
  const client = `INSERT INTO oidc (model, id, payload) VALUES ('Client', '${settings.id}', ${quoted(clientOf(settings))})`
  return oidcProvider(await onD1('oidc-provider-workerd.mjs', [SCHEMA, client].flat(), canBeFar))
}

async function jmondiOnD1(canBeFar = false): Promise<Peer> {
  const { SCHEMA, clientOf } = await partsOf('jmondi.mjs')
  const client = `INSERT INTO clients VALUES ('${settings.id}', ${quoted(clientOf(settings))})`
  return jmondi(await onD1('jmondi-workerd.mjs', [SCHEMA, client].flat(), canBeFar))
}

/** Every peer by its name in the tables. */
export const PEER_STARTS = {
  'oidc-provider in workerd, memory': async () =>
    oidcProvider(await inWorkerd('oidc-provider-workerd.mjs')),
  'oidc-provider on Node, memory': async () => oidcProvider(await onNode('oidc-provider-node.mjs')),
  'oidc-provider on Node, SQLite': async () =>
    oidcProvider(await onNode('oidc-provider-node.mjs', 'sqlite')),
  'oidc-provider in workerd, D1': () => oidcProviderOnD1(),
  'oidc-provider in workerd, far from D1': () => farAway(oidcProviderOnD1(true)),
  'jmondi in workerd, memory': async () => jmondi(await inWorkerd('jmondi-workerd.mjs')),
  'jmondi on Node, memory': async () => jmondi(await onNode('jmondi-node.mjs')),
  'jmondi in workerd, D1': () => jmondiOnD1(),
  'jmondi in workerd, far from D1': () => farAway(jmondiOnD1(true)),
  'node-oauth on Node, memory': async () => nodeOauth(await onNode('node-oauth.mjs')),
  'OpenAuth in workerd, KV': async () => openauth(await onD1('openauth-workerd.mjs', [])),
  'better-auth in workerd, D1': async () => betterAuth(await onD1('better-auth-workerd.mjs', [])),
  'better-auth on Node, SQLite': async () => betterAuth(await onNode('better-auth-node.mjs')),
} satisfies Record<string, () => Promise<Peer>>

export type PeerName = keyof typeof PEER_STARTS
