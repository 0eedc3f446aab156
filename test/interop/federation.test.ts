import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../support/node/harness.ts'
import { outcomeOf } from './support/keyed.ts'
import { checkTable } from './support/matrix.ts'
import { AUDIENCE, openPlace, type Place } from './support/place.ts'
import { type Hosted, hosted, type Platform, trust } from './support/platforms.ts'
import { closeServers } from './support/served.ts'
import { WORKLOAD_ROWS, type WorkloadRow } from './workload-rows.ts'
import { startTokenService } from './workloads/actions-core.ts'

// Each library brings a platform's token over HTTPS, as a workload does that has no secret and no key.

let place: Place
let api: Client
const platforms = new Map<string, Platform>()

beforeAll(async () => {
  place = await openPlace()
  api = await place.register(AUDIENCE)
  for (const { platform: name } of WORKLOAD_ROWS) {
    const known = platforms.get(name) ?? (await trust(place, name))
    platforms.set(name, known)
    if (name === 'GitHub Actions') await startTokenService(known)
  }
})

afterAll(async () => {
  closeServers()
  await place.close()
})

for (const { library, version } of WORKLOAD_ROWS) {
  if (version === null) console.log(`${library} is not on this machine, and not run`)
}
const rows = WORKLOAD_ROWS.flatMap((row, number) =>
  Object.entries(row.ways).map(([parameter, getToken]) => ({
    name: `${row.library}, ${row.platform}, ${parameter}`,
    row,
    number: `${number}-${parameter.length}`,
    getToken,
  })),
).filter(({ row }) => row.version !== null)

async function hereFor({ here, platform, subject }: WorkloadRow, number: string): Promise<Hosted> {
  const own = await (here ? here(place) : place.newcomer(AUDIENCE, api))
  const trusted = platforms.get(platform)
  if (!trusted) throw new Error(`${platform} is not trusted`)
  return hosted(place, own, trusted, subject(number))
}

describe('a library with the token of a workload', () => {
  it.each(rows)('gets tokens of its client, but none while suspended: $name', async (each) => {
    const { row, number, getToken } = each
    const here = await hereFor(row, number)
    const outcome = () => outcomeOf(here, () => getToken(here))
    expect(decodeJwt(await getToken(here))).toMatchObject({ client_id: here.client.id })
    expect(await outcome()).toBe('a token')
    await place.suspend(here)
    expect(await outcome()).not.toContain('a token')
    await place.resume(here)
    expect(await outcome()).toBe('a token')
    // Another workload of the same platform, with a name that begins alike.
    const other = { ...here, subject: `${here.subject}0` }
    expect(await outcomeOf(here, () => getToken(other))).not.toContain('a token')
  })
})

it('docs/interop.md says what was seen', () => {
  const head = ['library', 'version', 'whose token', 'sent as']
  const seen = WORKLOAD_ROWS.map(({ library, version, of, platform, ways }) => ({
    name: library,
    version,
    of,
    cells: [
      platform,
      Object.keys(ways)
        .map((name) => `\`${name}\``)
        .join(', '),
    ],
  }))
  checkTable('workloads', head, seen)
})
