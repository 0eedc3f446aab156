import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/keys/publish-keys.ts'
import type { Deps } from '../../domain/deps.ts'
import type { AppEnv } from '../../web/app-env.ts'
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
  const document = (federates: boolean, isBehindProxy: boolean) => {
    const takesCertificates = isBehindProxy || about.mtlsHost !== null
    return cacheable(serverMetadata({ ...about, federates, takesCertificates }))
  }
  const describe = endpoint(
    'GET /.well-known/oauth-authorization-server',
    async ({ deps }) => {
      const { issuers } = await deps.trust.issuers(deps.now())
      return document(issuers.length > 0, deps.provesProxy !== null)
    },
    { whenOut: () => document(false, false) },
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
