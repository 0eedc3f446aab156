import {
  Client,
  ClientCredentialsProvider,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import {
  type AuthInfo,
  createMcpHandler,
  McpServer,
  type OAuthMetadata,
  oauthMetadataResponse,
} from '@modelcontextprotocol/server'
import { bearerAuth } from '../verifiers/mcp-server.ts'
import type { Here } from './place.ts'
import { listener } from './served.ts'

export type Gate = (request: Request) => Promise<AuthInfo | Response>

/** A server with one tool: the audience is its own address. */
export async function mcpServer({ issuer, audience, api }: Here, given?: Gate) {
  const found = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  const described = {
    oauthMetadata: (await found.json()) as OAuthMetadata,
    resourceServerUrl: new URL(audience),
    scopesSupported: ['invoices:read'],
  }
  const gate = given ?? bearerAuth(issuer, audience, api)
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'invoices', version: '1.0.0' })
    server.registerTool('list', {}, ({ http }) => ({
      content: [{ type: 'text', text: `for ${http?.authInfo?.clientId}` }],
    }))
    return server
  })
  return listener(async (request) => {
    const description = oauthMetadataResponse(request, described)
    if (description) return description
    const authInfo = await gate(request)
    return authInfo instanceof Response ? authInfo : handler.fetch(request, { authInfo })
  })
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
