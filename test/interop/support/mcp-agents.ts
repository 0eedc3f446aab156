import * as client2 from '@modelcontextprotocol/client'
import * as client1 from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import type { OAuthClientProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { keyed, keyPair, madeBeforehand } from './keyed.ts'
import * as mcp1 from './mcp-v1.ts'
import * as mcp2 from './mcp-v2.ts'
import type { Here, Place } from './place.ts'
import { hosted, type Platform, tokenFor } from './platforms.ts'

/** One client in one session with an MCP server. */
export type Agent = {
  here: Here
  /** The text that the tool gives. */
  call: () => Promise<string>
  token: () => Promise<string>
  /** How many tokens it has asked for. */
  asked: () => number
  close: () => Promise<void>
}

type Provider = Provider1 & client2.OAuthClientProvider
type Providers = Pick<
  typeof client1,
  'ClientCredentialsProvider' | 'PrivateKeyJwtProvider' | 'StaticPrivateKeyJwtProvider'
>
type Made = { here: Here; provider: Provider }

const who = ({ issuer, client: { id } }: Here) => ({ clientId: id, expectedIssuer: issuer })

/** By name: the credential of the client, made with it, and the SDK's provider for it. */
export const CREDENTIALS: Record<
  string,
  (sdk: Providers, here: Here, place: Place, platform: Platform) => Promise<Made>
> = {
  async secret({ ClientCredentialsProvider }, here) {
    const { secret: clientSecret } = here.client
    return { here, provider: new ClientCredentialsProvider({ ...who(here), clientSecret }) }
  },

  async 'private key'({ PrivateKeyJwtProvider }, given, place) {
    const here = await keyed(place, given, await keyPair('ES256'))
    const own = { privateKey: here.key.pem, algorithm: 'ES256' }
    return { here, provider: new PrivateKeyJwtProvider({ ...who(here), ...own }) }
  },

  async 'static assertion'({ StaticPrivateKeyJwtProvider }, given, place) {
    const here = await keyed(place, given, await keyPair('ES256'), { replay: 'until_exp' })
    const jwtBearerAssertion = await madeBeforehand(here)
    return { here, provider: new StaticPrivateKeyJwtProvider({ ...who(here), jwtBearerAssertion }) }
  },

  async workload({ StaticPrivateKeyJwtProvider }, given, place, platform) {
    const subject = `system:serviceaccount:agents:${crypto.randomUUID()}`
    const here = await hosted(place, given, platform, subject)
    const jwtBearerAssertion = await tokenFor(here)
    return { here, provider: new StaticPrivateKeyJwtProvider({ ...who(here), jwtBearerAssertion }) }
  },
}

/** A secret, and tokens that are bound to a key of the session: version 2 alone can. */
export const BOUND: Credential = async (_sdk, here) => {
  const session = client2.DpopSession.create()
  const { secret: clientSecret } = here.client
  const provider = new client2.ClientCredentialsProvider({ ...who(here), clientSecret })
  const bound = Object.assign(provider, { dpop: () => session })
  return { here, provider: bound as unknown as Provider }
}

type Connected = {
  callTool(params: { name: string }): Promise<unknown>
  close(): Promise<void>
}

function agentOf({ here, provider }: Made, asked: () => number, connected: Connected): Agent {
  return {
    here,
    asked,
    async call() {
      const { content } = (await connected.callTool({ name: 'list' })) as {
        content: { text: string }[]
      }
      return content.map(({ text }) => text).join()
    },
    token: async () => String((await provider.tokens())?.access_token),
    close: () => connected.close(),
  }
}

/** Every request for a token is prepared by the provider. */
function counted(provider: Provider): () => number {
  const prepare = provider.prepareTokenRequest?.bind(provider)
  let count = 0
  provider.prepareTokenRequest = (scope) => {
    count++
    return prepare?.(scope)
  }
  return () => count
}

type Credential = (typeof CREDENTIALS)[string]

type Start = (
  credential: Credential,
  here: Here,
  place: Place,
  platform: Platform,
) => Promise<Agent>

const version1: Start = async (credential, ...rest) => {
  const made = await credential(client1, ...rest)
  const asked = counted(made.provider)
  return agentOf(made, asked, await mcp1.connect(made.provider, made.here.audience))
}

export const version2: Start = async (credential, ...rest) => {
  const made = await credential(client2 as unknown as Providers, ...rest)
  const asked = counted(made.provider)
  return agentOf(made, asked, await mcp2.connect(made.provider, made.here.audience))
}

/** By name: a session of a client of this SDK. */
export const AGENTS: Record<string, Start> = {
  '@modelcontextprotocol/sdk': version1,
  '@modelcontextprotocol/client': version2,
}
