import { PEER_STARTS, type Peer, type PeerName } from './peers.ts'
import { type FixedResponse, type RecordedHouse, startPortcullisOnD1 } from './house.ts'
import type { House } from './house-shots.ts'
import { startFixed, startGuarded, startLimit, startStubbed } from './house-workers.ts'
import type { Server } from './servers.ts'

const itself = <T extends Server>(server: T) => server

/** Servers, started when the first table needs them and ended together. */
export type Shelf = {
  house: RecordedHouse
  stubbed: () => Promise<Server>
  limit: (readsRequest: boolean) => Promise<Server>
  fixed: (response: FixedResponse) => Promise<Server>
  onD1: () => Promise<Server & House>
  guarded: (path: string) => Promise<Server>
  peer: (name: PeerName) => Promise<Peer>
  close: () => Promise<void>
}

export function openShelf(house: RecordedHouse): Shelf {
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
    house,
    stubbed: () => once('stubbed', () => startStubbed(house), itself),
    limit: (readsRequest) =>
      once(`limit ${readsRequest}`, () => startLimit(house, readsRequest), itself),
    fixed: (response) => once(`fixed ${response.body}`, () => startFixed(response), itself),
    onD1: () => once('on D1', () => startPortcullisOnD1(house.built), itself),
    guarded: (path) => once(`guarded ${path}`, () => startGuarded(house), itself),
    peer: (name) => once(name, PEER_STARTS[name], ({ server }) => server),
    async close() {
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
