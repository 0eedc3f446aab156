import { spawnSync } from 'node:child_process'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deflated, inflated } from '../../src/platform/deflate.ts'
import { type Client, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { VECTORS } from '../support/status-list-vectors.ts'

// Status lists as others read them: a library, and a program of ten lines in Python.

const AUDIENCE = 'https://billing.example.com'
const [VALID, INVALID, SUSPENDED] = [0, 1, 2]

let worker: RunningWorker

beforeAll(async () => {
  worker = await runWorker({ STATUS_LISTS: 'true' })
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  await worker.harness.getWorker().scheduled({ cron: '* * * * *' })
})
afterAll(() => worker.close())

async function tokenOf({ id, secret }: Client): Promise<string> {
  const credentials = { client_id: id, client_secret: secret }
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials })
  const response = await fetch(`${worker.issuer}/oauth/token`, { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

type Place = { idx: number; uri: string }
const placeOf = (token: string) =>
  (decodeJwt(token)['status'] as { status_list: Place }).status_list

/** Tokens of three clients, of which one is suspended then and one deleted, and their one list. */
async function world() {
  const clients = await Promise.all([1, 2, 3].map(() => worker.client(AUDIENCE, 'invoices:read')))
  const tokens = await Promise.all(clients.map(tokenOf))
  const [, suspended, deleted] = clients
  await worker.admin('PUT', `/clients/${suspended?.id}/suspension`)
  await worker.admin('DELETE', `/clients/${deleted?.id}`)
  const places = tokens.map(placeOf)
  const response = await fetch(places[0]?.uri ?? '')
  return { places, list: await response.text() }
}

const PYTHON = `
import base64, json, sys, zlib
def part(text): return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
list = json.loads(part(sys.argv[1].split('.')[1]))['status_list']
data = zlib.decompress(part(list['lst']))
per = 8 // list['bits']
for place in sys.argv[2:]:
    index = int(place)
    print((data[index // per] >> (index % per) * list['bits']) & ((1 << list['bits']) - 1))
`

describe('a list that the server publishes', () => {
  it('says to a library, and to Python, what holds of each client', async () => {
    const { places, list } = await world()
    const keys = createRemoteJWKSet(new URL(`${worker.issuer}/.well-known/jwks.json`))
    const { payload } = await jwtVerify(list, keys, { typ: 'statuslist+jwt' })
    expect(payload.sub).toBe(places[0]?.uri)
    const read = getListFromStatusListJWT(list)
    expect(places.map(({ idx }) => read.getStatus(idx))).toEqual([VALID, SUSPENDED, INVALID])
    const args = ['-c', PYTHON, list, ...places.map(({ idx }) => String(idx))]
    const { stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' })
    expect([stdout, stderr]).toEqual([`${VALID}\n${SUSPENDED}\n${INVALID}\n`, ''])
  })

  it('is as small as a list of a thousand clients may be', async () => {
    const { list } = await world()
    expect(list.length).toBeLessThan(1500)
  })
})

describe('the draft’s own examples', () => {
  it.each([
    ['one bit', 'eNrbuRgAAhcBXQ', [0xb9, 0xa3]],
    ['two bits', 'eNo76fITAAPfAgc', [0xc9, 0x44, 0xf9]],
  ])('inflate to their bytes: %s', async (_, lst, bytes) => {
    expect([...(await inflated(Buffer.from(lst, 'base64url'), 100))]).toEqual(bytes)
  })

  it.each(VECTORS)('inflate to what they say: 2^20 entries of $bits bits', async (vector) => {
    const { bits, lst, values } = vector
    const due = Buffer.alloc((2 ** 20 * bits) / 8)
    for (const [place, value] of Object.entries(values)) {
      const at = Math.floor((Number(place) * bits) / 8)
      due[at] = (due[at] ?? 0) | (value << ((Number(place) * bits) % 8))
    }
    const bytes = Buffer.from(await inflated(Buffer.from(lst, 'base64url'), 2 ** 20))
    expect(bytes.equals(due)).toBe(true)
    // Ours is compressed at another level: only what is in it is alike.
    const own = await inflated(await deflated(new Uint8Array(due)), 2 ** 20)
    expect(Buffer.from(own).equals(due)).toBe(true)
  })
})
