import { checkActive, checkStatus, checkToken } from './check.ts'
import { FAR_MS } from './far-modules.ts'
import { FIXED_OK } from './deployment-workers.ts'
import type { LoadRequest } from './load-generator.ts'
import type { Target } from './measure.ts'
import type { Peer, PeerName } from './peers.ts'
import {
  fromManyAddresses,
  introspectionRequest,
  jwksRequest,
  tokenRequest,
  unknownClientRequest,
  wrongSecretRequest,
} from './deployment-requests.ts'
import type { Registry } from './registry.ts'

/** At least so many times the requests, at most so much of the CPU, or so many µs of it more. */
export type Goal = { against: string; rate?: number; cpu?: number; more?: number }

/** One table: the first target beside the others. */
export type Workload = {
  name: string
  title: string
  targets: (registry: Registry) => Promise<Target[]>
  goals: Goal[]
  /** `first`: each ratio is the first target's by the row's; `row`: the row's by the first's. */
  ratio: 'first' | 'row'
}

const JWKS = '/.well-known/jwks.json'
const COUNTS = '/stub-counts'
const LIMIT = 'the limit: one read, one signature'
const LIMIT_THAT_READS = 'the limit, and it reads its request'

export const WORKLOADS: Workload[] = [
  {
    name: 'token',
    title: 'A token by client_credentials, Basic, ES256: stub bindings and memory',
    ratio: 'first',
    async targets(registry) {
      const request = tokenRequest(registry.deployment)
      const [portcullis, limit] = [await registry.stubbed(), await registry.limit(false)]
      const limitThatReads = await registry.limit(true)
      await checkToken(portcullis.url, request, JWKS)
      await checkToken(limit.url, request, '/jwks')
      await checkToken(limitThatReads.url, request, '/jwks')
      return [
        { name: 'Portcullis', server: portcullis, requests: [request], counts: COUNTS },
        { name: LIMIT, server: limit, requests: [request] },
        { name: LIMIT_THAT_READS, server: limitThatReads, requests: [request] },
        { name: 'fixed JSON', server: await registry.fixed(FIXED_OK), requests: [request] },
        ...(await peers(
          registry,
          ({ token }) => token,
          'oidc-provider in workerd, memory',
          'jmondi in workerd, memory',
          'oidc-provider on Node, memory',
          'jmondi on Node, memory',
          'node-oauth on Node, memory',
        )),
      ]
    },
    goals: [
      { against: 'oidc-provider in workerd, memory', rate: 3, cpu: 0.33 },
      { against: LIMIT, rate: 0.9, cpu: 1.1 },
      { against: LIMIT_THAT_READS, cpu: 1.25 },
      { against: 'oidc-provider on Node, memory', rate: 1.15, cpu: 0.7 },
    ],
  },
  {
    name: 'token-d1',
    title: 'A token, end to end: local D1 on the direct socket, and files',
    ratio: 'first',
    async targets(registry) {
      const portcullis = await registry.onD1()
      const request = tokenRequest(portcullis)
      await checkToken(portcullis.url, request, JWKS)
      return [
        { name: 'Portcullis', server: portcullis, requests: [request] },
        ...(await peers(
          registry,
          ({ token }) => token,
          'oidc-provider in workerd, D1',
          'OpenAuth in workerd, KV',
          'jmondi in workerd, D1',
          'better-auth in workerd, D1',
          'oidc-provider on Node, SQLite',
          'better-auth on Node, SQLite',
        )),
      ]
    },
    goals: [
      { against: 'oidc-provider in workerd, D1', rate: 1.5 },
      { against: 'OpenAuth in workerd, KV', rate: 2 },
      { against: 'jmondi in workerd, D1', rate: 2 },
      { against: 'better-auth in workerd, D1', rate: 2 },
    ],
  },
  {
    name: 'token-d1-many',
    title: 'A token, end to end: 300 clients by turns, whose last use is noted in each round',
    ratio: 'first',
    async targets(registry) {
      const targetOf = async (name: string, gates: boolean): Promise<Target> => {
        const { clients, forgetUses, ...server } = await registry.manyOnD1(gates)
        const requests = clients.map((one) => tokenRequest({ client: one, caller: one, token: '' }))
        return { name, server, requests, before: forgetUses }
      }
      return [
        await targetOf('Portcullis', false),
        await targetOf('Portcullis with gates', true),
        ...(await peers(
          registry,
          ({ token }) => token,
          'oidc-provider in workerd, D1',
          'jmondi in workerd, D1',
        )),
      ]
    },
    goals: [
      { against: 'oidc-provider in workerd, D1', rate: 1.5 },
      { against: 'jmondi in workerd, D1', rate: 1.5 },
    ],
  },
  {
    name: 'token-d1-far',
    title: `A token, end to end: D1 is ${FAR_MS} ms away; 1,000 clients by turns, one of a peer`,
    ratio: 'first',
    async targets(registry) {
      const targetOf = async (name: string, gates: boolean): Promise<Target> => {
        const { clients, ...server } = await registry.farFromD1(gates)
        const requests = clients.map((one) => tokenRequest({ client: one, caller: one, token: '' }))
        if (requests[0]) await checkToken(server.url, requests[0], JWKS)
        return { name, server, requests, counts: COUNTS }
      }
      return [
        await targetOf('Portcullis with gates', true),
        await targetOf('Portcullis', false),
        ...(await peers(
          registry,
          ({ token }) => token,
          'oidc-provider in workerd, far from D1',
          'jmondi in workerd, far from D1',
        )),
      ]
    },
    goals: [],
  },
  {
    name: 'introspection',
    title: 'Introspection of a token: stub bindings and memory',
    ratio: 'first',
    async targets(registry) {
      const request = introspectionRequest(registry.deployment)
      const portcullis = await registry.stubbed()
      await checkActive(portcullis.url, request)
      return [
        { name: 'Portcullis', server: portcullis, requests: [request], counts: COUNTS },
        ...(await peers(
          registry,
          ({ introspection }) => introspection,
          'oidc-provider in workerd, memory',
          'jmondi in workerd, memory',
          'oidc-provider on Node, memory',
          'jmondi on Node, memory',
        )),
      ]
    },
    goals: [{ against: 'oidc-provider in workerd, memory', rate: 3, cpu: 0.5 }],
  },
  {
    name: 'introspection-d1',
    title: 'Introspection, end to end: local D1 on the direct socket, and files',
    ratio: 'first',
    async targets(registry) {
      const portcullis = await registry.onD1()
      const request = introspectionRequest(portcullis)
      await checkActive(portcullis.url, request)
      return [
        { name: 'Portcullis', server: portcullis, requests: [request] },
        ...(await peers(
          registry,
          ({ introspection }) => introspection,
          'oidc-provider in workerd, D1',
          'jmondi in workerd, D1',
          'better-auth in workerd, D1',
          'oidc-provider on Node, SQLite',
          'better-auth on Node, SQLite',
        )),
      ]
    },
    goals: [{ against: 'oidc-provider in workerd, D1', rate: 2 }],
  },
  {
    name: 'jwks',
    title: 'The published keys: stub bindings',
    ratio: 'first',
    async targets(registry) {
      const portcullis = await registry.stubbed()
      await checkStatus(portcullis.url, jwksRequest, 200)
      return [
        { name: 'Portcullis', server: portcullis, requests: [jwksRequest], counts: COUNTS },
        {
          name: 'fixed JSON',
          server: await registry.fixed(registry.deployment.jwks),
          requests: [jwksRequest],
        },
      ]
    },
    goals: [{ against: 'fixed JSON', rate: 0.95 }],
  },
  {
    name: 'refusals',
    title: 'A wrong secret and an unknown client, from many addresses: stub bindings',
    ratio: 'row',
    async targets(registry) {
      const server = await registry.stubbed()
      const refused = async (name: string, request: LoadRequest): Promise<Target> => {
        await checkStatus(server.url, request, 401)
        return { name, server, requests: fromManyAddresses(request), status: 401, counts: COUNTS }
      }
      const right = fromManyAddresses(tokenRequest(registry.deployment))
      return [
        { name: 'a right secret', server, requests: right, counts: COUNTS },
        await refused('a wrong secret', wrongSecretRequest(registry.deployment)),
        await refused('an unknown client', unknownClientRequest),
      ]
    },
    goals: [
      { against: 'a wrong secret', rate: 1 },
      { against: 'an unknown client', rate: 1 },
    ],
  },
  {
    name: 'guard',
    title: 'An API, and guarded by the denylist: a token seen before, stub KV',
    ratio: 'row',
    async targets(registry) {
      const requestOf = (path: string): LoadRequest => ({
        method: 'GET',
        path,
        headers: { Authorization: `Bearer ${registry.deployment.token}` },
      })
      const [open, guarded] = [await registry.guarded('/open'), await registry.guarded('/denylist')]
      await checkStatus(guarded.url, { ...requestOf('/denylist'), headers: {} }, 401)
      await checkStatus(guarded.url, requestOf('/denylist'), 200)
      return [
        { name: 'unguarded', server: open, requests: [requestOf('/open')] },
        { name: 'guarded, maxStaleness 60', server: guarded, requests: [requestOf('/denylist')] },
      ]
    },
    goals: [{ against: 'guarded, maxStaleness 60', more: 60 }],
  },
]

async function peers(
  registry: Registry,
  requestOf: (peer: Peer) => LoadRequest | undefined,
  ...names: PeerName[]
): Promise<Target[]> {
  const targets: Target[] = []
  for (const name of names) {
    const peer = await registry.peer(name)
    const request = requestOf(peer)
    if (request) targets.push({ name, server: peer.server, requests: [request] })
  }
  return targets
}
