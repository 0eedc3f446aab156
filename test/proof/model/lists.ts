import { inflateSync } from 'node:zlib'
import { decodeJwt } from 'jose'
import { type Kept, memoryCache } from '../../doubles/memory-cache.ts'
import { clientIn, type State, type Token } from './expected.ts'
import type { Copy } from './list-copies.ts'
import { pick, require, type Run } from './run.ts'
import { ask, ISSUER, type Location, LOCATIONS } from './world.ts'

// APIs that read status lists: one beside each location, that keeps its copy for as long as it may,
// and goes on with it until its end while it cannot reach the server.

const TOKENS_A_STEP = 4
const VALID = 0

/** How old the answer of a location may be, and so long a reader keeps it. */
const TTL = 30

/** INV-19: a reader whose copy is as old as it may be lets no token pass that is dead for longer. */
export async function checkLists(run: Run): Promise<void> {
  const { tokens, steps, state, world } = run
  const { now } = world.clock
  const { deadSince } = run.lists
  for (const token of tokens) {
    if (!isDead(state, token)) deadSince.delete(token.jti)
    else if (!deadSince.has(token.jti)) deadSince.set(token.jti, now)
  }
  const dead = tokens.filter(({ jti, exp }) => deadSince.has(jti) && exp > now)
  const asked = new Set([...tokens.slice(-TOKENS_A_STEP), ...dead.slice(-2), pick(dead, steps)])
  for (const token of asked) if (token) await checkReader(run, steps % LOCATIONS, token)
}

function isDead(state: State, { clientId, generation, jti }: Token): boolean {
  const client = clientIn(state, clientId)
  const isCut = !client || client.suspended || client.generation !== generation
  return isCut || state.revoked.includes(jti)
}

async function checkReader(run: Run, n: number, token: Token): Promise<void> {
  const { now } = run.world.clock
  const place = placeOf(token)
  if (!place || now >= token.exp) return
  const isCutOff = Math.floor(run.steps / 6 + n) % LOCATIONS === 0
  const copy = await copyOf(run, n, place.uri, isCutOff)
  if (!copy || statusAt(copy, place.idx) !== VALID) return
  // Where nothing came in time, the copy is as good as when it was fetched.
  const since = run.lists.deadSince.get(token.jti) ?? Infinity
  require(19, since > copy.fetchedAt - TTL, () =>
    `a list that came ${now - copy.fetchedAt} s ago says valid of a token that is dead for ${now - since} s`)
}

/** The copy by which a reader judges; null where it refuses. */
async function copyOf(run: Run, n: number, uri: string, isCutOff: boolean): Promise<Copy | null> {
  const { now } = run.world.clock
  const copies = run.lists.readers[n] as Map<string, Copy>
  const known = copies.get(uri)
  if (known && now - known.fetchedAt < known.ttl) return known
  const fresh = isCutOff ? 'out of reach' : await fetched(run, n, uri)
  if (fresh === null) copies.delete(uri)
  else if (fresh !== 'out of reach') copies.set(uri, fresh)
  const copy = copies.get(uri)
  return copy && copy.exp > now ? copy : null
}

async function fetched(run: Run, n: number, uri: string): Promise<Copy | 'out of reach' | null> {
  const { world, lists } = run
  const at = world.at[n] as Location
  const cache = memoryCache(lists.caches[n] as Kept, () => world.clock.now)
  Object.assign(globalThis, { caches: { default: cache } })
  try {
    return await read(run, at, uri)
  } finally {
    Reflect.deleteProperty(globalThis, 'caches')
  }
}

async function read(run: Run, at: Location, uri: string): Promise<Copy | 'out of reach' | null> {
  const { faults, clock } = run.world
  const answer = await ask(run.world, at, uri.slice(ISSUER.length), { method: 'GET' })
  const { status, text, headers } = answer
  if (status === 404) return null
  require(11, status === 200 || (status === 503 && faults.any), () =>
    `a list says ${status} ${text}`)
  if (status !== 200) return 'out of reach'
  const { sub, exp = 0, ...rest } = decodeJwt(text)
  const { ttl, status_list: list } = rest as unknown as Listed
  const keptFor = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1])
  require(19, sub === uri && ttl === TTL && keptFor <= TTL, () => `a list of ${sub} says ${ttl}`)
  const bytes = inflateSync(Buffer.from(list.lst, 'base64url'))
  return { bits: list.bits, bytes, ttl, exp, fetchedAt: clock.now }
}

type Listed = { ttl: number; status_list: { bits: number; lst: string } }

/** At once and without a copy on the way: no list says valid of these. */
export async function expectInvalid(run: Run, at: Location, tokens: Token[]): Promise<void> {
  for (const token of tokens) {
    const place = placeOf(token)
    const copy = place && (await readAnyway(run, at, place.uri))
    const isValid = place && copy && statusAt(copy, place.idx) === VALID
    require(19, !isValid, () => 'a list says valid of a token that was cut off before a restore')
  }
}

async function readAnyway(run: Run, at: Location, uri: string): Promise<Copy | null> {
  const answer = await ask(run.world, at, uri.slice(ISSUER.length), { method: 'GET' })
  if (answer.status !== 200) return null
  const { status_list: list } = decodeJwt(answer.text) as unknown as Listed
  const bytes = inflateSync(Buffer.from(list.lst, 'base64url'))
  return { bits: list.bits, bytes, ttl: 0, exp: Infinity, fetchedAt: run.world.clock.now }
}

function placeOf({ text }: Token): { uri: string; idx: number } | null {
  const { status } = decodeJwt<{ status?: { status_list: { uri: string; idx: number } } }>(text)
  return status?.status_list ?? null
}

function statusAt({ bits, bytes }: Copy, index: number): number | null {
  const at = index * bits
  const byte = bytes[Math.floor(at / 8)]
  return byte === undefined ? null : (byte >> (at % 8)) & (2 ** bits - 1)
}

/** Readers see again what holds: faults are over, and copies are old. */
export async function checkListsSettled(run: Run): Promise<void> {
  const { tokens, state, world, rewinds } = run
  for (const token of tokens.slice(-TOKENS_A_STEP)) {
    const place = placeOf(token)
    if (!place || token.exp <= world.clock.now) continue
    const copy = await readAnyway(run, world.oracle, place.uri)
    const status = copy && statusAt(copy, place.idx)
    const isAlone = !tokens.some(({ jti, text }) => {
      return state.revoked.includes(jti) && placeOf({ ...token, text })?.idx === place.idx
    })
    const isDue = isDead(state, token) ? status !== VALID : status === VALID
    // A restore may take a place from its owner: that is the safe direction.
    const isExcused = status !== VALID && (rewinds > 0 || !isAlone)
    require(19, isDue || isExcused, () => `a list says ${status} of a token at the end`)
  }
}
