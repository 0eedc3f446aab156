import { Hono } from 'hono'
// In this repository tsconfig.json's `paths` lead to ../../src/guard/index.ts, for tsc and for wrangler,
// so that nothing need be built first; elsewhere this is the package.
import {
  type GuardedVariables,
  type Introspector,
  requireToken,
  resourceMetadata,
} from 'portcullis/guard'

type Env = {
  ISSUER: string
  AUDIENCE: string
  /** The `TokenIntrospection` entry point of the host. */
  AUTH: Introspector
  DENYLIST: KVNamespace
  /** A client with `tokens:introspect` on this audience. */
  CLIENT_ID: string
  CLIENT_SECRET: string
}

const app = new Hono<{ Bindings: Env; Variables: GuardedVariables }>()

const here = (env: Env) => ({
  issuer: env.ISSUER,
  audience: env.AUDIENCE,
  scope: 'invoices:read',
  resourceMetadata: `${env.AUDIENCE}/.well-known/oauth-protected-resource`,
})

/** The server says so each time, over the service binding: refused by the very next request. */
const exact = (env: Env) => ({ ...here(env), fetcher: env.AUTH })

/** The same over HTTPS, as from outside the account, remembered: refused within ten seconds. */
const remembered = (env: Env) => ({
  ...here(env),
  maxStaleness: 10,
  clientId: env.CLIENT_ID,
  clientSecret: env.CLIENT_SECRET,
})

/** No call at all: refused as soon as KV shows it, about a minute later elsewhere in the world. */
const edge = (env: Env) => ({ ...here(env), maxStaleness: 60, denylist: env.DENYLIST })

app.use('/exact', requireToken(exact))
app.use('/remembered', requireToken(remembered))
app.use('/edge', requireToken(edge))

for (const path of ['/exact', '/remembered', '/edge']) {
  app.get(path, (c) => c.json({ invoices: [], for: c.var.token.client_id }))
}

app.get('/.well-known/oauth-protected-resource', (c) => resourceMetadata(exact(c.env)))

export default app
