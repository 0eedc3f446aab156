import { verifyRequest } from '../../../src/guard/verify-request.ts'
import type { GuardOptions } from '../../../src/guard/options.ts'
import type { DenylistEntry } from '../../../src/domain/denylist.ts'
import { possible, requireTrue, type Said } from './doubts.ts'
import { clientIn, isLive, scopeOf, type State, type Token } from './expected.ts'
import { type Credential, pick, require, type Run, timeAt } from './run.ts'
import { admin, API, form, ISSUER, type Location, LOCATIONS } from './world.ts'

const TOKENS_A_STEP = 4

/** How long a location may go on showing what KV said before. */
const STALENESS = 60

/** Whatever happened: each token is what the model says, at every location in turn. */
export async function checkTokens(run: Run): Promise<void> {
  const { tokens, steps } = run
  const shown = tokens.slice(-TOKENS_A_STEP)
  const older = tokens[steps % Math.max(tokens.length, 1)]
  const each = new Set([...shown, ...(older ? [older] : [])])
  for (const [n, token] of [...each].entries()) {
    const at = run.world.at[(steps + n) % LOCATIONS] as Location
    await checkIntrospection(run, token, at, (steps + n) % 2 === 0)
  }
  const own = tokens.findLast(({ audience }) => audience === ISSUER)
  if (own) await checkAdministration(run, own, run.world.at[steps % LOCATIONS] as Location)
}

/** By HTTP with the observer's credentials, or by the service binding. */
async function checkIntrospection(
  run: Run,
  token: Token,
  at: Location,
  overHttp: boolean,
): Promise<void> {
  const said = await (overHttp ? byHttp(run, token, at) : byBinding(token, at))
  const mayFail = run.world.faults.any
  if (said === null) {
    require(11, mayFail, () => 'introspection fails where nothing does')
    return
  }
  requireTrue(run, { token, at, said })
}

async function byHttp(run: Run, token: Token, at: Location): Promise<Said | null> {
  const { observer, world } = run
  const answer = await form(world, at, '/oauth/introspect', { token: token.text }, observer)
  if (answer.status === 503) return null
  require(11, answer.status === 200, () => `introspection says ${answer.status} ${answer.text}`)
  return answer.body as Said
}

async function byBinding(token: Token, at: Location): Promise<Said | null> {
  return at.server.introspect(token.text, at.env).catch(() => null)
}

async function checkAdministration(run: Run, token: Token, at: Location): Promise<void> {
  const { status, text } = await admin(run.world, at, 'GET', '/clients?limit=1', undefined, {
    bearer: token.text,
  })
  const now = timeAt(run, at)
  const dueIn = (state: State) => (scopeOf(state, token, now) === null ? 401 : 200)
  const due = dueIn(run.state)
  const isDue = possible(run, token.clientId).some((state) => dueIn(state) === status)
  const isExpected = isDue || (run.world.faults.any && status === 503)
  require(clientIn(run.state, token.clientId)?.suspended ? 1 : 15, isExpected, () =>
    `the admin API says ${status} to a token where ${due} was due: ${text}`)
}

/** Each secret works until just before its end: the newest, one in turn, and whose end is the closest. */
export async function checkSecrets(run: Run): Promise<void> {
  const { credentials, steps, world } = run
  const each = new Set([credentials.at(-1), pick(credentials, steps), closest(run)])
  for (const [n, one] of [...each].entries()) {
    if (one) await checkSecret(run, one, world.at[(steps + n) % LOCATIONS] as Location)
  }
}

export async function checkEverySecret(run: Run): Promise<void> {
  for (const one of run.credentials) await checkSecret(run, one, run.world.oracle)
}

function closest(run: Run): Credential | undefined {
  const distance = (one: Credential) =>
    Math.abs((secretOf(run, one)?.end ?? Infinity) - run.world.clock.now)
  return [...run.credentials].sort((a, b) => distance(a) - distance(b))[0]
}

function secretOf({ state }: Run, { clientId, secretId }: Credential) {
  return clientIn(state, clientId)?.secrets.find(({ id }) => id === secretId)
}

/** By a request that needs the secret and changes nothing: the revocation of no token. */
async function checkSecret(run: Run, one: Credential, at: Location): Promise<void> {
  const { state, world } = run
  const by = { id: one.clientId, secret: one.text }
  const { status, text } = await form(world, at, '/oauth/revoke', { token: 'none' }, by)
  const [client, secret] = [clientIn(state, one.clientId), secretOf(run, one)]
  const works = client && !client.suspended && secret && isLive(secret, timeAt(run, at))
  const due = works ? 200 : 401
  const isExpected = status === due || (world.faults.any && status === 503)
  require(client ? (client.suspended ? 2 : 5) : 4, isExpected, () =>
    `a secret is answered with ${status} where ${due} was due: ${text}`)
}

/**
 * The behaviour of an API at each location, which reads KV alone; and since when KV has said its
 * last word.
 */
export type Edge = {
  options: GuardOptions[]
  since: Map<string, { dead: boolean; at: number }>
  /** The highest version of each client's entry so far. */
  versions: Map<string, number>
}

export function edgeOf({ world }: Run): Edge {
  const fetcher = {
    fetch: async (input: string) =>
      world.oracle.server.app.fetch(new Request(input), world.oracle.env),
  }
  const options = world.kv.map(
    (denylist): GuardOptions => ({
      issuer: ISSUER,
      audience: API,
      maxStaleness: STALENESS,
      denylist,
      fetcher,
      now: () => world.clock.now,
    }),
  )
  return { options, since: new Map(), versions: new Map() }
}

/** At each location in turn: once KV has refused a token for a minute, no API accepts it. */
export async function checkEdge(run: Run, edge: Edge): Promise<void> {
  const now = run.world.clock.now
  checkVersions(run, edge)
  // Every token, every time: one that is left out for a step would count as refused for as long.
  for (const token of run.tokens) noteWhatKvSays(run, edge, token, now)
  const candidates = run.tokens.filter(({ audience }) => audience === API).slice(-TOKENS_A_STEP)
  const token = candidates[run.steps % Math.max(candidates.length, 1)]
  if (!token) return
  const headers = { Authorization: `Bearer ${token.text}` }
  const options = edge.options[run.steps % LOCATIONS] as GuardOptions
  const verdict = await verifyRequest(new Request(`${API}/invoices`, { headers }), options)
  const isAccepted = !(verdict instanceof Response)
  const said = edge.since.get(token.jti)
  const mustRefuse = (said?.dead && now - said.at > STALENESS) || now >= token.exp + 300
  require(10, !(isAccepted && mustRefuse), () => 'the edge accepts what KV refuses for a minute')
}

function noteWhatKvSays({ world }: Run, { since }: Edge, token: Token, now: number): void {
  const text = world.kv[0]?.stored(`client:${token.clientId}`)
  const entry = text ? entryIn(text) : null
  const dead = entry !== null && isRefused(entry, token)
  if (since.get(token.jti)?.dead !== dead) since.set(token.jti, { dead, at: now })
}

/** Null for garbled text: the edge refuses then, because it cannot tell. */
function entryIn(text: string): DenylistEntry | null {
  try {
    return JSON.parse(text) as DenylistEntry
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export function isRefused(entry: DenylistEntry, { generation, jti }: Token): boolean {
  return entry.suspended || generation < entry.generation || entry.revoked.includes(jti)
}

/** INV-10: an entry never goes back to an older version, nor away. */
function checkVersions({ world, credentials }: Run, { versions }: Edge): void {
  for (const id of new Set(credentials.map(({ clientId }) => clientId))) {
    const text = world.kv[0]?.stored(`client:${id}`)
    const version = text ? (JSON.parse(text) as DenylistEntry).version : 0
    // It ends by itself, long after it mattered.
    const isOlder = version < (versions.get(id) ?? 0) && text !== null
    require(10, !isOlder, () => `KV says version ${version} of what it knew a newer one`)
    versions.set(id, version)
  }
}
