import { client as mcpClient2, withOneAssertion as static2 } from './by-key/mcp-client.ts'
import { client as mcpClient1, withOneAssertion as static1 } from './by-key/mcp-sdk.ts'
import { client as msal } from './by-key/msal-node.ts'
import { client as oauth4webapi } from './by-key/oauth4webapi.ts'
import { client as openidClient } from './by-key/openid-client.ts'
import { client as openidClient5 } from './by-key/openid-client5.ts'
import { mcp, npm } from './rows.ts'
import type { Keyed, Settings } from './support/keyed.ts'
import * as mcp1 from './support/mcp-v1.ts'
import * as mcp2 from './support/mcp-v2.ts'
import type { Here, Place } from './support/place.ts'
import { debianVersion, printedWith } from './support/programs.ts'

/** A library whose client signs its assertions. */
export type KeyRow = {
  library: string
  /** None where this machine has none. */
  version: string | null
  of: 'npm' | 'Debian'
  algorithms: string[]
  client: (here: Keyed) => Promise<() => Promise<string>>
  /** Where it wants a place of its own. */
  here?: (place: Place) => Promise<Here>
  /** None of it where it signs what is accepted of everyone. */
  needs?: Settings
}

const js = (library: string, folder: string, rest: Omit<KeyRow, 'library' | 'version' | 'of'>) => ({
  library,
  version: npm(folder),
  of: 'npm' as const,
  ...rest,
})

const ALL = ['ES256', 'ES384', 'Ed25519', 'PS256', 'RS256', 'RS384']
const OF_MCP = ['ES256', 'ES384', 'PS256', 'RS256', 'RS384']

export const OAUTH4WEBAPI: KeyRow = js('oauth4webapi `PrivateKeyJwt`', 'oauth4webapi', {
  algorithms: ALL,
  client: oauth4webapi,
})

export const KEY_ROWS: KeyRow[] = [
  OAUTH4WEBAPI,
  js('openid-client 6 `PrivateKeyJwt`', 'openid-client', {
    algorithms: ALL,
    client: openidClient,
  }),
  js('openid-client 5', 'openid-client5', {
    algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'],
    client: (here) => openidClient5(here),
  }),
  js('@modelcontextprotocol/sdk `PrivateKeyJwtProvider`', '@modelcontextprotocol/sdk', {
    algorithms: OF_MCP,
    client: mcpClient1,
    here: mcp(mcp1.mcpServer),
  }),
  js('@modelcontextprotocol/sdk `StaticPrivateKeyJwtProvider`', '@modelcontextprotocol/sdk', {
    algorithms: ['ES256'],
    client: static1,
    here: mcp(mcp1.mcpServer),
    needs: { replay: 'until_exp' },
  }),
  js('@modelcontextprotocol/client `PrivateKeyJwtProvider`', '@modelcontextprotocol/client', {
    algorithms: OF_MCP,
    client: mcpClient2,
    here: mcp(mcp2.mcpServer),
  }),
  js('@modelcontextprotocol/client `StaticPrivateKeyJwtProvider`', '@modelcontextprotocol/client', {
    algorithms: ['ES256'],
    client: static2,
    here: mcp(mcp2.mcpServer),
    needs: { replay: 'until_exp' },
  }),
  js('@azure/msal-node `clientCertificate`', '@azure/msal-node', {
    algorithms: ['PS256'],
    client: msal,
    needs: { assertion_audience: 'issuer_or_token_endpoint', replay: 'until_exp' },
  }),
  {
    library: 'Authlib (Python) `PrivateKeyJWT`',
    version: debianVersion('python3-authlib'),
    of: 'Debian',
    algorithms: ['RS256'],
    client: async (here) => () =>
      printedWith({ PRIVATE_KEY: here.key.pem }, 'by-key/with-authlib.py', here),
    needs: { assertion_audience: 'issuer_or_token_endpoint', replay: 'until_exp' },
  },
]
