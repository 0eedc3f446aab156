import { decodeJwt } from 'jose'
import { inflated } from '../../src/platform/deflate.ts'
import { fromBase64url } from '../../src/platform/bytes.ts'
import { ISSUER, type TestServer } from './server.ts'

type Listed = { bits: number; lst: string }

/** The value at an index of a list's text, read anew from the draft's words (§4.1). */
export async function statusIn(list: string, index: number): Promise<number | undefined> {
  const { bits, lst } = decodeJwt(list)['status_list'] as Listed
  const bytes = await inflated(fromBase64url(lst), 2 ** 20)
  const binary = (bytes[Math.floor((index * bits) / 8)] ?? 0).toString(2).padStart(8, '0')
  const end = 8 - ((index * bits) % 8)
  return index * bits < bytes.length * 8
    ? Number.parseInt(binary.slice(end - bits, end), 2)
    : undefined
}

/** Where a token is in the lists. */
export function placeOf(token: string): { uri: string; idx: number } {
  const { status } = decodeJwt(token) as { status?: { status_list: { uri: string; idx: number } } }
  if (!status) throw new Error('it has no place in a status list')
  return status.status_list
}

/** The status of a token by the list that it names, once copies of that list have grown old. */
export async function statusOf(server: TestServer, token: string): Promise<number | undefined> {
  server.clock.now += 30
  const { uri, idx } = placeOf(token)
  const response = await server.send(uri.slice(ISSUER.length))
  if (!response.ok) throw new Error(`${uri}: ${response.status} ${await response.text()}`)
  return statusIn(await response.text(), idx)
}
