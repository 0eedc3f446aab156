import { Hono } from 'hono'
// In this repository tsconfig.json's `paths` lead to ../../src/guard/index.ts; elsewhere this is the package.
import { type GuardedVariables, requireToken } from 'portcullis/guard'

type Env = {
  ISSUER: string
  AUDIENCE: string
  SCOPE: string
  /** A client with `tokens:introspect` on this audience: each token is asked about each time. */
  CLIENT_ID: string
  CLIENT_SECRET: string
}

const app = new Hono<{ Bindings: Env; Variables: GuardedVariables }>()

// Every method and path is the same question. The request's own address decides nothing: some gateways
// hand on what the caller typed.
app.use(
  requireToken((env: Env) => ({
    issuer: env.ISSUER,
    audience: env.AUDIENCE,
    scope: env.SCOPE,
    clientId: env.CLIENT_ID,
    clientSecret: env.CLIENT_SECRET,
  })),
)

app.all('*', (c) => {
  const { client_id: client, scopes } = c.var.token
  return c.body(null, 200, { 'X-Client-Id': client, 'X-Scope': scopes.join(' ') })
})

export default app
