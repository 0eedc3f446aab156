import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { mcpAuthMetadataRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { OAuthMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import express, { type RequestHandler } from 'express'
import { bearerAuth } from '../verifiers/mcp-sdk.ts'
import type { Here } from './place.ts'

/** A server with one tool: the audience is its own address. */
export async function mcpServer({ issuer, audience, api }: Here, gate?: RequestHandler) {
  const found = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  const app = express()
  app.use(
    mcpAuthMetadataRouter({
      oauthMetadata: OAuthMetadataSchema.parse(await found.json()),
      resourceServerUrl: new URL(audience),
      scopesSupported: ['invoices:read'],
    }),
  )
  app.post('/mcp', gate ?? bearerAuth(issuer, audience, api), express.json(), async (req, res) => {
    const server = new McpServer({ name: 'invoices', version: '1.0.0' })
    server.registerTool('list', {}, ({ authInfo }) => ({
      content: [{ type: 'text', text: `for ${authInfo?.clientId}` }],
    }))
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport)
    await transport.handleRequest(req, res, req.body)
  })
  app.all('/mcp', (_req, res) => void res.status(405).end())
  return app
}

/** A client that finds its authorization server by the 401 of the server, as it is described there. */
export async function getToken({ issuer, audience, client }: Here): Promise<string> {
  const authProvider = new ClientCredentialsProvider({
    clientId: client.id,
    clientSecret: client.secret,
    expectedIssuer: issuer,
  })
  return tokenBy(authProvider, audience)
}

/** The token with which it called a tool. */
export async function tokenBy(
  authProvider: OAuthClientProvider,
  audience: string,
): Promise<string> {
  const agent = await connect(authProvider, audience)
  await agent.callTool({ name: 'list' })
  await agent.close()
  return String((await authProvider.tokens())?.access_token)
}

export async function connect(authProvider: OAuthClientProvider, audience: string) {
  const agent = new Client({ name: 'agent', version: '1.0.0' })
  await agent.connect(new StreamableHTTPClientTransport(new URL(audience), { authProvider }))
  return agent
}
