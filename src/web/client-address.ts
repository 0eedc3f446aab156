import type { Address } from '../domain/credential.ts'

/** All callers share this address if none is vouched for. */
const NOWHERE: Address = 'unknown'

// Cloudflare's HTTP headers, CF-Connecting-IP: a Worker's fetch to another zone comes from here.
const OF_WORKERS = networkOf('2a06:98c0:3600::103')

const ZONE_MAX = 100

/** The address that a request comes from, as Cloudflare reports it. */
export function connectingAddress(request: Request): Address {
  // `cf` is not a header, so no caller can send it. Off Cloudflare, anyone can send the headers.
  const address = request.cf === undefined ? null : request.headers.get('cf-connecting-ip')
  if (address === null) return NOWHERE
  const network = address.includes(':') ? networkOf(address) : address
  // Workers are told apart by their zones. From any other address the header may be the caller's
  // own, who could become somebody else with each value they make up.
  const zone = network === OF_WORKERS ? request.headers.get('cf-worker') : null
  return zone === null ? network : `${network} ${zone.slice(0, ZONE_MAX)}`
}

/** One subscriber has a whole IPv6 /64: counting its addresses one by one would be useless. */
function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('::')
  const [before, behind] = [head.split(':'), tail.split(':')]
  // An address without a :: leaves no group out.
  const between = Array.from({ length: 8 - before.length - behind.length }, () => '0')
  return [...before, ...between, ...behind]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '') || '0')
    .join(':')
}
