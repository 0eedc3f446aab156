import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../support/node/harness.ts'
import { DEBIAN, JAVASCRIPT, type Row, type Verify } from './rows.ts'
import { checkTable } from './support/matrix.ts'
import { AUDIENCE, type Here, isActive, openPlace, type Place, tokenOf } from './support/place.ts'
import { closeServers } from './support/served.ts'

// A row a library, each run for real over HTTPS: what it gets, what it accepts, what it sees of a suspension.

let place: Place
let api: Client

beforeAll(async () => {
  place = await openPlace()
  api = await place.register(AUDIENCE)
})

afterAll(async () => {
  closeServers()
  await place.close()
})

const all = [...JAVASCRIPT, ...DEBIAN]
for (const { library, version } of all) {
  if (version === null) console.log(`${library} is not on this machine, and not run`)
}
const named = all
  .filter(({ version }) => version !== null)
  .map((row) => ({ name: row.library, row }))

const hereFor = ({ here }: Row) => (here ? here(place) : place.newcomer(AUDIENCE, api))

/** Each library's message to its caller about a suspended client, by the library's name. */
const refusals = new Map<string, string>()
const outcomes = new Map<string, string>()

describe('a library that gets tokens', () => {
  const rows = named.filter(({ row }) => row.getToken)

  it.concurrent.each(rows)('gets none while its client is suspended: $name', async ({ row }) => {
    const here = await hereFor(row)
    const getToken = row.getToken ?? tokenOf
    expect(await isActive(here, await getToken(here))).toBe(true)
    await place.suspend(here)
    const refusal = await getToken(here).then(
      () => 'a token',
      (error: unknown) => messageOf(error),
    )
    expect(refusal).not.toBe('a token')
    refusals.set(row.library, refusal)
    await place.resume(here)
    expect(await isActive(here, await getToken(here))).toBe(true)
  })
})

function messageOf(error: unknown): string {
  const [line = ''] = String(error).split('\n')
  return `\`${line.replace(/^Error: /, '').slice(0, 120)}\``
}

/** Tokens that must not pass, whatever a library does: each is made from a token that does. */
async function forgeries(here: Here, token: string): Promise<Record<string, string>> {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const others = encoded({ ...claims, client_id: 'client_of_nobody' })
  return {
    'with another payload': `${header}.${others}.${signature}`,
    'without a signature': `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
    'for another API': await tokenOf({ ...here, audience: here.other }),
  }
}

const accepts = (verify: Verify, token: string): Promise<boolean> =>
  verify(token).then(
    () => true,
    () => false,
  )

describe('a library that verifies tokens', () => {
  const rows = named.flatMap(({ name, row: { verifier, ...row } }) =>
    verifier ? [{ name, row: { ...row, verifier } }] : [],
  )

  it.concurrent.each(rows)('tells a good one from others: $name', async ({ row }) => {
    const here = await hereFor(row)
    const token = await tokenOf(here)
    const verify = await row.verifier(here)
    await verify(token)
    for (const [kind, forgery] of Object.entries(await forgeries(here, token))) {
      expect([kind, await accepts(verify, forgery)]).toEqual([kind, false])
    }
    await place.suspend(here)
    // The keys alone say nothing of a suspension.
    expect(await accepts(verify, token)).toBe(row.asks !== true)
    outcomes.set(row.library, row.asks ? 'refused at once: it asks' : 'accepted until `exp`')
    await place.resume(here)
    await verify(token)
  })
})

it('docs/interop.md says what was seen', () => {
  const head = ['library', 'version', 'asking for a token of a suspended client', 'its older token']
  const seen = all.map(({ library, version }) => ({
    name: library,
    version,
    of: JAVASCRIPT.some((row) => row.library === library) ? ('npm' as const) : ('Debian' as const),
    cells: [refusals.get(library) ?? '', outcomes.get(library) ?? ''],
  }))
  checkTable('libraries', head, seen)
})
