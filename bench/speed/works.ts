import { checkActive, checkStatus, checkToken } from './check.ts'
import { FIXED_OK } from './house-workers.ts'
import type { Shot } from './fire.ts'
import type { Target } from './measure.ts'
import type { Peer, PeerName } from './peers.ts'
import {
  fromManyAddresses,
  introspectionShot,
  jwksShot,
  tokenShot,
  unknownClientShot,
  wrongSecretShot,
} from './house-shots.ts'
import type { Shelf } from './shelf.ts'

/** At least so many times the requests, at most so much of the CPU, or so many µs of it more. */
export type Goal = { against: string; rate?: number; cpu?: number; more?: number }

/** One table: the first target beside the others. */
export type Work = {
  name: string
  title: string
  targets: (shelf: Shelf) => Promise<Target[]>
  goals: Goal[]
  /** `first`: each ratio is the first target's by the row's; `row`: the row's by the first's. */
  ratio: 'first' | 'row'
}

const JWKS = '/.well-known/jwks.json'
const COUNTS = '/stub-counts'
const LIMIT = 'the limit: one read, one signature'
const LIMIT_THAT_READS = 'the limit, and it reads its request'

export const WORKS: Work[] = [
  {
    name: 'token',
    title: 'A token by client_credentials, Basic, ES256: stub bindings and memory',
    ratio: 'first',
    async targets(shelf) {
      const shot = tokenShot(shelf.house)
      const [portcullis, limit] = [await shelf.stubbed(), await shelf.limit(false)]
      const limitThatReads = await shelf.limit(true)
      await checkToken(portcullis.url, shot, JWKS)
      await checkToken(limit.url, shot, '/jwks')
      await checkToken(limitThatReads.url, shot, '/jwks')
      return [
        { name: 'Portcullis', server: portcullis, shots: [shot], counts: COUNTS },
        { name: LIMIT, server: limit, shots: [shot] },
        { name: LIMIT_THAT_READS, server: limitThatReads, shots: [shot] },
        { name: 'fixed JSON', server: await shelf.fixed(FIXED_OK), shots: [shot] },
        ...(await peers(
          shelf,
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
      { against: 'oidc-provider on Node, memory', rate: 1.15, cpu: 0.7 },
    ],
  },
  {
    name: 'token-d1',
    title: 'A token, end to end: local D1 on the direct socket, and files',
    ratio: 'first',
    async targets(shelf) {
      const portcullis = await shelf.onD1()
      const shot = tokenShot(portcullis)
      await checkToken(portcullis.url, shot, JWKS)
      return [
        { name: 'Portcullis', server: portcullis, shots: [shot] },
        ...(await peers(
          shelf,
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
    name: 'introspection',
    title: 'Introspection of a token: stub bindings and memory',
    ratio: 'first',
    async targets(shelf) {
      const shot = introspectionShot(shelf.house)
      const portcullis = await shelf.stubbed()
      await checkActive(portcullis.url, shot)
      return [
        { name: 'Portcullis', server: portcullis, shots: [shot], counts: COUNTS },
        ...(await peers(
          shelf,
          ({ introspection }) => introspection,
          'oidc-provider in workerd, memory',
          'jmondi in workerd, memory',
          'oidc-provider on Node, memory',
          'jmondi on Node, memory',
        )),
      ]
    },
    goals: [{ against: 'oidc-provider in workerd, memory', rate: 2, cpu: 0.5 }],
  },
  {
    name: 'introspection-d1',
    title: 'Introspection, end to end: local D1 on the direct socket, and files',
    ratio: 'first',
    async targets(shelf) {
      const portcullis = await shelf.onD1()
      const shot = introspectionShot(portcullis)
      await checkActive(portcullis.url, shot)
      return [
        { name: 'Portcullis', server: portcullis, shots: [shot] },
        ...(await peers(
          shelf,
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
    async targets(shelf) {
      const portcullis = await shelf.stubbed()
      await checkStatus(portcullis.url, jwksShot, 200)
      return [
        { name: 'Portcullis', server: portcullis, shots: [jwksShot], counts: COUNTS },
        { name: 'fixed JSON', server: await shelf.fixed(shelf.house.jwks), shots: [jwksShot] },
      ]
    },
    goals: [{ against: 'fixed JSON', rate: 0.95 }],
  },
  {
    name: 'refusals',
    title: 'A wrong secret and an unknown client, from many addresses: stub bindings',
    ratio: 'row',
    async targets(shelf) {
      const server = await shelf.stubbed()
      const refused = async (name: string, shot: Shot): Promise<Target> => {
        await checkStatus(server.url, shot, 401)
        return { name, server, shots: fromManyAddresses(shot), status: 401, counts: COUNTS }
      }
      const right = fromManyAddresses(tokenShot(shelf.house))
      return [
        { name: 'a right secret', server, shots: right, counts: COUNTS },
        await refused('a wrong secret', wrongSecretShot(shelf.house)),
        await refused('an unknown client', unknownClientShot),
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
    async targets(shelf) {
      const shotOf = (path: string): Shot => ({
        method: 'GET',
        path,
        headers: { Authorization: `Bearer ${shelf.house.token}` },
      })
      const [open, guarded] = [await shelf.guarded('/open'), await shelf.guarded('/denylist')]
      await checkStatus(guarded.url, { ...shotOf('/denylist'), headers: {} }, 401)
      await checkStatus(guarded.url, shotOf('/denylist'), 200)
      return [
        { name: 'unguarded', server: open, shots: [shotOf('/open')] },
        { name: 'guarded, maxStaleness 60', server: guarded, shots: [shotOf('/denylist')] },
      ]
    },
    goals: [{ against: 'guarded, maxStaleness 60', more: 60 }],
  },
]

async function peers(
  shelf: Shelf,
  shotOf: (peer: Peer) => Shot | undefined,
  ...names: PeerName[]
): Promise<Target[]> {
  const targets: Target[] = []
  for (const name of names) {
    const peer = await shelf.peer(name)
    const shot = shotOf(peer)
    if (shot) targets.push({ name, server: peer.server, shots: [shot] })
  }
  return targets
}
