import { PEER_STARTS, type Peer, type PeerName } from './peers.ts'
import {
  type FixedResponse,
  type ManyClients,
  type RecordedDeployment,
  startManyOnD1,
  startPortcullisFarFromD1,
  startPortcullisOnD1,
} from './deployment.ts'
import type { Credentials, Deployment } from './deployment-requests.ts'
import { startFixed, startGuarded, startLimit, startStubbed } from './deployment-workers.ts'
import type { Server } from './servers.ts'

const itself = <T extends Server>(server: T) => server

/** Servers, started when the first table needs them and ended together. */
export type Registry = {
  deployment: RecordedDeployment
  stubbed: () => Promise<Server>
  limit: (readsRequest: boolean) => Promise<Server>
  fixed: (response: FixedResponse) => Promise<Server>
  onD1: () => Promise<Server & Deployment>
  farFromD1: (gates: boolean) => Promise<Server & { clients: Credentials[] }>
  manyOnD1: (gates: boolean) => Promise<ManyClients>
  guarded: (path: string) => Promise<Server>
  peer: (name: PeerName) => Promise<Peer>
  close: () => Promise<void>
}

export function openRegistry(deployment: RecordedDeployment): Registry {
  const known = new Map<string, Promise<unknown>>()
  const servers: Server[] = []
  function once<T>(name: string, start: () => Promise<T>, serverOf: (made: T) => Server) {
    const found = known.get(name) as Promise<T> | undefined
    if (found) return found
    const made = start().then((one) => {
      servers.push(serverOf(one))
      return one
    })
    known.set(name, made)
    return made
  }
  return {
    deployment,
    stubbed: () => once('stubbed', () => startStubbed(deployment), itself),
    limit: (readsRequest) =>
      once(`limit ${readsRequest}`, () => startLimit(deployment, readsRequest), itself),
    fixed: (response) => once(`fixed ${response.body}`, () => startFixed(response), itself),
    onD1: () => once('on D1', () => startPortcullisOnD1(deployment.built), itself),
    farFromD1: (gates) =>
      once(`far ${gates}`, () => startPortcullisFarFromD1(deployment.built, gates), itself),
    manyOnD1: (gates) =>
      once(`many on D1 ${gates}`, () => startManyOnD1(deployment.built, gates), itself),
    guarded: (path) => once(`guarded ${path}`, () => startGuarded(deployment), itself),
    peer: (name) => once(name, PEER_STARTS[name], ({ server }) => server),
    async close() {
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
