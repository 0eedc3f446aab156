import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/keys/publish-keys.ts'
import type { Deps } from '../../domain/deps.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { logFailure } from '../../web/log.ts'
import { withPreflight } from '../../web/methods.ts'
import type { Call, SharedDeps } from '../../web/prepare.ts'
import { type Answer, cacheable, unstored } from './answers.ts'
import { type EndpointMaker, type Endpoints, routeTo } from './endpoint.ts'
import { transmitterMetadata } from '../ssf/body.ts'
import { serverMetadata } from './server-metadata.ts'

/**
 * The server's metadata (RFC 8414), for mounting at `/.well-known`. `suffix` follows the well-known
 * name: empty beneath the issuer, the issuer's path at its origin's root (§3.1). Only what is
 * switched on is listed.
 */
export function metadataEndpoints(
  endpoint: EndpointMaker,
  about: Pick<Deps, 'issuer' | 'mtlsHost' | 'statusListBase'> & { hasStreams: boolean },
  suffix = '',
): Endpoints {
  const document = (issuers: unknown[], isBehindProxy: boolean) => {
    const takesCertificates = isBehindProxy || about.mtlsHost !== null
    return serverMetadata({ ...about, federates: issuers.length > 0, takesCertificates })
  }
  const describe = endpoint(
    'GET /.well-known/oauth-authorization-server',
    async ({ deps, requestId }) => {
      const { issuers, isKnown } = await trustedIssuers(deps, requestId)
      const metadata = document(issuers, deps.provesProxy !== null)
      return isKnown ? cacheable(metadata) : unstoredForAll(metadata)
    },
    // Without deps not even the settings are known.
    { whenOut: () => unstoredForAll(document([], false)) },
  )
  // OpenID's path too, for clients that look only there.
  const names = ['/oauth-authorization-server', '/openid-configuration']
  return {
    ...Object.fromEntries(names.map((name) => [name + suffix, describe])),
    ...(about.hasStreams && {
      [`/ssf-configuration${suffix}`]: transmitter(endpoint, about.issuer),
    }),
  }
}

/** While the database is out of reach, those that were known last: the settings are known still. */
async function trustedIssuers({ trust, now }: Call['deps'], requestId: Call['requestId']) {
  try {
    const { issuers } = await trust.issuers(now())
    return { issuers, isKnown: true }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    logFailure(error, requestId())
    return { issuers: trust.lastIssuers(), isKnown: false }
  }
}

/** A document that may be less than the truth: no cache may go on saying so. */
function unstoredForAll(body: object): Answer {
  return unstored(body, 200, { 'Access-Control-Allow-Origin': '*' })
}

/** SSF 1.0 §7.2. */
function transmitter(endpoint: EndpointMaker, issuer: string) {
  const answer = () => cacheable(transmitterMetadata(issuer))
  return endpoint('GET /.well-known/ssf-configuration', async () => answer())
}

/** The published keys (RFC 7517), beside the metadata. */
export const keyEndpoints = (endpoint: EndpointMaker): Endpoints => ({
  '/jwks.json': endpoint('GET /.well-known/jwks.json', publish, { atOnce: published }),
})

/** Public documents: cacheable, for any origin. */
export function publicRoutes(endpoints: Endpoints): Hono<AppEnv> {
  const documents = newApp<AppEnv>()
  for (const [path, endpoint] of Object.entries(endpoints)) {
    documents.all(path, withPreflight(routeTo(endpoint)))
  }
  return documents
}

async function publish({ deps }: Call): Promise<Answer> {
  const keys = await publishKeys(deps)
  // A brand-new deployment has no key yet: no cache may remember that.
  return keys.length === 0 ? unstored({ keys }) : answerOf(keys)
}

function published({ keyMemory, now }: Pick<SharedDeps, 'keyMemory' | 'now'>): Answer | null {
  const keys = keyMemory.known(now())
  return keys && answerOf(keys)
}

/** Made once for each list of keys that an isolate remembers. */
const answers = new WeakMap<object, Answer>()

function answerOf(keys: object[]): Answer {
  const known = answers.get(keys) ?? cacheable({ keys })
  answers.set(keys, known)
  return known
}
