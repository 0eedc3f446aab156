import { mcp, npm } from './rows.ts'
import * as mcp1 from './support/mcp-v1.ts'
import * as mcp2 from './support/mcp-v2.ts'
import type { Here, Place } from './support/place.ts'
import { type Hosted, tokenFor } from './support/platforms.ts'
import { debianVersion, printedWith } from './support/programs.ts'
import { idToken } from './workloads/actions-core.ts'
import { byClient, byGrant, bySdk } from './workloads/mcp.ts'
import { getToken as byMsal } from './workloads/msal-node.ts'
import { asClientAssertion, asGrant } from './workloads/oauth4webapi.ts'

type GetToken = (here: Hosted) => Promise<string>

/** A library that gets tokens for a workload of a platform. */
export type WorkloadRow = {
  library: string
  /** None where this machine has none. */
  version: string | null
  of: 'npm' | 'Debian'
  platform: string
  /** A new one for each, as one platform serves many. */
  subject: (number: string) => string
  /** By the parameter in which the token is sent. */
  ways: { client_assertion?: GetToken; assertion?: GetToken }
  here?: (place: Place) => Promise<Here>
}

type Platform = Pick<WorkloadRow, 'platform' | 'subject'>
type Send = (here: Here, token: string) => Promise<string>

const GITHUB: Platform = {
  platform: 'GitHub Actions',
  subject: (number) => `repo:octo-org@65/octo-repo@74:environment:prod-${number}`,
}
const KUBERNETES: Platform = {
  platform: 'Kubernetes',
  subject: (number) => `system:serviceaccount:payments:nightly-export-${number}`,
}
const SPIFFE: Platform = {
  platform: 'SPIFFE',
  subject: (number) => `spiffe://example.org/payments/export-${number}`,
}
const OWN_KEY: Platform = {
  platform: 'its own key',
  subject: (number) => `nightly-export-${number}`,
}

const send = (how: Send) => async (here: Hosted) => how(here, await tokenFor(here))
const sendIdToken = (how: Send) => async (here: Hosted) => how(here, await idToken(here))
const signs = (program: string) => (here: Hosted) =>
  printedWith(
    { PRIVATE_KEY: here.platform.key.pem, SUBJECT: here.subject },
    `workloads/${program}`,
    here,
  )

const js = (
  library: string,
  folder: string,
  platform: Platform,
  rest: Pick<WorkloadRow, 'ways' | 'here'>,
): WorkloadRow => ({ library, version: npm(folder), of: 'npm', ...platform, ...rest })

const debian = (library: string, needs: string, program: string): WorkloadRow => ({
  library,
  version: debianVersion(needs),
  of: 'Debian',
  ...OWN_KEY,
  ways: { assertion: signs(program) },
})

const [SDK, CLIENT] = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/client']

export const WORKLOAD_ROWS: WorkloadRow[] = [
  js('@actions/core `getIDToken`, and oauth4webapi', '@actions/core', GITHUB, {
    ways: {
      client_assertion: sendIdToken(asClientAssertion('jwt-bearer')),
      assertion: sendIdToken(asGrant),
    },
  }),
  js('oauth4webapi `genericTokenEndpointRequest`', 'oauth4webapi', SPIFFE, {
    ways: { client_assertion: send(asClientAssertion('jwt-spiffe')), assertion: send(asGrant) },
  }),
  js('@azure/msal-node `clientAssertion`', '@azure/msal-node', KUBERNETES, {
    ways: { client_assertion: send(byMsal) },
  }),
  js(`${SDK} \`StaticPrivateKeyJwtProvider\``, SDK, KUBERNETES, {
    ways: { client_assertion: send(bySdk) },
    here: mcp(mcp1.mcpServer),
  }),
  js(`${CLIENT} \`StaticPrivateKeyJwtProvider\``, CLIENT, KUBERNETES, {
    ways: { client_assertion: send(byClient) },
    here: mcp(mcp2.mcpServer),
  }),
  js(`${CLIENT} \`exchangeJwtAuthGrant\``, CLIENT, KUBERNETES, {
    ways: { assertion: send(byGrant) },
  }),
  debian('Authlib (Python) `AssertionSession`', 'python3-authlib', 'with-authlib.py'),
  debian('x/oauth2/jwt (Go)', 'golang-golang-x-oauth2-dev', 'x-oauth2-jwt.go'),
]
