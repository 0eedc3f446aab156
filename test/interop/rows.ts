import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { getToken as fromMsal } from './clients/msal-node.ts'
import { getToken as fromOauth4webapi } from './clients/oauth4webapi.ts'
import { getToken as fromOpenidClient } from './clients/openid-client.ts'
import { getToken as fromOpenidClient5 } from './clients/openid-client5.ts'
import { getToken as fromSimpleOauth2 } from './clients/simple-oauth2.ts'
import * as mcp1 from './support/mcp-v1.ts'
import * as mcp2 from './support/mcp-v2.ts'
import { debianVersion, printedBy } from './support/programs.ts'
import type { Here, Place } from './support/place.ts'
import { verifier as awsJwtVerify } from './verifiers/aws-jwt-verify.ts'
import { app as expressJwt } from './verifiers/express-jwt.ts'
import { app as expressBearer } from './verifiers/express-oauth2-jwt-bearer.ts'
import { app as fastifyJwt } from './verifiers/fastify-jwt.ts'
import { app as honoJwk } from './verifiers/hono-jwk.ts'
import { verifier as jose } from './verifiers/jose.ts'
import { verifier as jwksRsa } from './verifiers/jwks-rsa.ts'
import { verifier as oauth4webapi } from './verifiers/oauth4webapi.ts'
import { app as passportJwt } from './verifiers/passport-jwt.ts'
import { listener, served } from './support/served.ts'

const PACKAGES = join(import.meta.dirname, '../../node_modules')

/** Throws where the library refuses. */
export type Verify = (token: string) => Promise<unknown>

export type Row = {
  library: string
  /** None where this machine has none. */
  version: string | null
  /** Where it wants a place of its own; `newcomer` of the place otherwise. */
  here?: (place: Place) => Promise<Here>
  getToken?: (here: Here) => Promise<string>
  verifier?: (here: Here) => Verify | Promise<Verify>
  /** Whether it asks the server of each token, and so sees a suspension. */
  asks?: boolean
}

export const npm = (folder: string) =>
  (JSON.parse(readFileSync(join(PACKAGES, folder, 'package.json'), 'utf8')) as { version: string })
    .version

const js = (library: string, rest: Omit<Row, 'library' | 'version'>, folder = library): Row => ({
  library,
  version: npm(folder),
  ...rest,
})

/** A verifier that is a server: it accepts with 200. */
const server =
  (app: (issuer: string, audience: string) => RequestListener | Promise<RequestListener>) =>
  async ({ issuer, audience }: Here): Promise<Verify> => {
    const url = await served(await app(issuer, audience))
    return (token) => accepted(`${url}/invoices`, token)
  }

export async function accepted(url: string, token: string, init: RequestInit = {}): Promise<void> {
  const headers = { ...init.headers, Authorization: `Bearer ${token}` }
  const response = await fetch(url, { ...init, headers })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
}

/** An MCP server is an API whose audience is its own address, which is known once it listens. */
export const mcp =
  (mcpServer: (here: Here) => Promise<RequestListener>) =>
  async (place: Place): Promise<Here> => {
    let answer: RequestListener = (_req, res) => void res.writeHead(503).end()
    const audience = `${await served((req, res) => answer(req, res))}/mcp`
    const here = await place.newcomer(audience, await place.register(audience))
    answer = await mcpServer(here)
    return here
  }

/** As a client opens a conversation. */
const HELLO = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'agent', version: '1.0.0' },
    },
  }),
}

const mcpVerifier =
  ({ audience }: Here): Verify =>
  (token) =>
    accepted(audience, token, HELLO)

export const JAVASCRIPT: Row[] = [
  js('oauth4webapi', {
    getToken: fromOauth4webapi,
    verifier: async ({ issuer, audience }) => {
      const verify = await oauth4webapi(issuer, audience)
      const request = (token: string) =>
        new Request(audience, { headers: { Authorization: `Bearer ${token}` } })
      return (token) => verify(request(token))
    },
  }),
  js('openid-client 6', { getToken: fromOpenidClient }, 'openid-client'),
  js('openid-client 5', { getToken: fromOpenidClient5 }, 'openid-client5'),
  js('simple-oauth2', { getToken: fromSimpleOauth2 }),
  js('@azure/msal-node', { getToken: fromMsal }),
  js('@modelcontextprotocol/sdk', {
    here: mcp(mcp1.mcpServer),
    getToken: mcp1.getToken,
    verifier: mcpVerifier,
    asks: true,
  }),
  js('@modelcontextprotocol/client', { here: mcp(mcp2.mcpServer), getToken: mcp2.getToken }),
  js('@modelcontextprotocol/server', {
    here: mcp(mcp2.mcpServer),
    verifier: mcpVerifier,
    asks: true,
  }),
  js('jose', { verifier: ({ issuer, audience }) => jose(issuer, audience) }),
  js('hono/jwk', { verifier: server((...args) => listener(honoJwk(...args).fetch)) }, 'hono'),
  js('express-oauth2-jwt-bearer', { verifier: server(expressBearer) }),
  js('express-jwt', { verifier: server(expressJwt) }),
  js('passport-jwt', { verifier: server(passportJwt) }),
  js('@fastify/jwt', {
    verifier: server(async (...args) => {
      const app = await fastifyJwt(...args)
      await app.ready()
      return (req, res) => app.routing(req, res)
    }),
  }),
  js('aws-jwt-verify', { verifier: ({ issuer, audience }) => awsJwtVerify(issuer, audience) }),
  js('jwks-rsa', { verifier: ({ issuer, audience }) => jwksRsa(issuer, audience) }),
]

const debian = (library: string, needs: string, rest: Pick<Row, 'getToken' | 'verifier'>): Row => ({
  library,
  version: debianVersion(needs),
  ...rest,
})

const gets = (program: string) => (here: Here) => printedBy(`clients/${program}`, here)
const verifies =
  (program: string) =>
  (here: Here): Verify =>
  (token) =>
    printedBy(`verifiers/${program}`, here, token)

/** Where a machine lacks a package, its row is not run. */
export const DEBIAN: Row[] = [
  debian('Authlib (Python)', 'python3-authlib', {
    getToken: gets('with-authlib.py'),
    verifier: verifies('with-authlib.py'),
  }),
  debian('requests-oauthlib (Python)', 'python3-requests-oauthlib', {
    getToken: gets('requests-oauthlib.py'),
  }),
  debian('PyJWT (Python)', 'python3-jwt', { verifier: verifies('pyjwt.py') }),
  debian('python-jose (Python)', 'python3-jose', { verifier: verifies('python-jose.py') }),
  debian('x/oauth2 (Go)', 'golang-golang-x-oauth2-dev', { getToken: gets('x-oauth2.go') }),
  debian('go-oidc (Go)', 'golang-github-coreos-go-oidc-dev', { verifier: verifies('go-oidc.go') }),
  debian('golang-jwt (Go)', 'golang-github-golang-jwt-jwt-dev', {
    verifier: verifies('golang-jwt.go'),
  }),
  debian('oauth2 (Ruby)', 'ruby-oauth2', { getToken: gets('oauth2.rb') }),
  debian('jwt (Ruby)', 'ruby-jwt', { verifier: verifies('ruby-jwt.rb') }),
]
