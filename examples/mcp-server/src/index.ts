import { createMcpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
// In this repository tsconfig.json's `paths` lead to ../../src/guard; elsewhere this is the package.
import { type GuardedVariables, requireToken, resourceMetadata } from 'portcullis/guard'
import { mcpAuthInfo } from 'portcullis/mcp'
import { notesServer } from './notes.ts'

type Env = {
  ISSUER: string
  AUDIENCE: string
  NOTES: KVNamespace
  /** A client with `tokens:introspect` on this audience. */
  CLIENT_ID: string
  CLIENT_SECRET: string
}

const METADATA = '/.well-known/oauth-protected-resource/mcp'

// The scope is what every call needs. A tool that needs more says so itself.
const guard = (env: Env) => ({
  issuer: env.ISSUER,
  audience: env.AUDIENCE,
  scope: 'notes:read',
  clientId: env.CLIENT_ID,
  clientSecret: env.CLIENT_SECRET,
  resourceMetadata: new URL(METADATA, env.AUDIENCE).href,
})

const app = new Hono<{ Bindings: Env; Variables: GuardedVariables }>()

app.get(METADATA, (c) => resourceMetadata(guard(c.env)))

app.all('/mcp', requireToken(guard), (c) => {
  const authInfo = mcpAuthInfo(c.var.token, c.req.header('authorization'))
  const handler = createMcpHandler(() => notesServer(c.env.NOTES))
  return handler.fetch(c.req.raw, { authInfo })
})

export default app
