import * as errors from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth as requireBearerAuth1 } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { OAuthError, requireBearerAuth as requireBearerAuth2 } from '@modelcontextprotocol/server'
import type { RequestListener } from 'node:http'
import { type GuardOptions, verifyRequest } from '../../../src/guard/index.ts'
import { mcpAuthInfo, mcpVerifier } from '../../../src/guard/mcp.ts'
import * as mcp1 from './mcp-v1.ts'
import * as mcp2 from './mcp-v2.ts'
import type { Here } from './place.ts'

// MCP servers that ask for tokens with the guard.

const metadataOf = (audience: string) =>
  new URL('/.well-known/oauth-protected-resource/mcp', audience).href

const guard = ({ issuer, audience, api }: Here): GuardOptions => ({
  issuer,
  audience,
  clientId: api.id,
  clientSecret: api.secret,
})

const bySdk = ({ audience }: Here) => ({
  requiredScopes: ['invoices:read'],
  expectedResource: new URL(audience),
  resourceMetadataUrl: metadataOf(audience),
})

/** By name: the check before the server, and the SDK of the server. */
export const GUARDED: Record<string, (here: Here) => Promise<RequestListener>> = {
  'mcpVerifier in @modelcontextprotocol/sdk': (here) =>
    mcp1.mcpServer(
      here,
      requireBearerAuth1({ ...bySdk(here), verifier: mcpVerifier(guard(here), errors) }),
    ),

  'mcpVerifier in @modelcontextprotocol/server': (here) =>
    mcp2.mcpServer(
      here,
      requireBearerAuth2({ ...bySdk(here), verifier: mcpVerifier(guard(here), { OAuthError }) }),
    ),

  'the guard before @modelcontextprotocol/server': (here) => {
    const resourceMetadata = metadataOf(here.audience)
    const options = { ...guard(here), scope: 'invoices:read', resourceMetadata }
    return mcp2.mcpServer(here, async (request) => {
      const token = await verifyRequest(request, options)
      const header = request.headers.get('authorization') ?? ''
      return token instanceof Response ? token : mcpAuthInfo(token, header)
    })
  },
}
