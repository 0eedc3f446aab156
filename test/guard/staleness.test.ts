import * as fc from 'fast-check'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import { denylistKey } from '../../src/domain/denylist.ts'
import { type GuardOptions, verifyRequest } from '../../src/guard/index.ts'
import { type LocationKv, laggingKv } from '../doubles/lagging-kv.ts'
import { requestWith } from './issuers.ts'

const SEED = 20_261_122
const HISTORIES = 10_000

/**
 * The documented bound for 60 and more: KV's minute, and the `cacheTtl` with which the guard reads.
 */
const DENYLIST_BOUND = 60 + 30

const START = 1_800_000_000
const LOCATIONS = [0, 1, 2]
const AUDIENCE = 'https://api.example.com'

type Step = 'suspend' | 'resume' | { requestAt: number } | { tick: number }

const tick = fc.oneof(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 5, max: 15 }),
  fc.integer({ min: 50, max: 62 }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('suspend' as const) },
  { weight: 1, arbitrary: fc.constant('resume' as const) },
  { weight: 6, arbitrary: fc.record({ requestAt: fc.constantFrom(...LOCATIONS) }) },
  { weight: 3, arbitrary: fc.record({ tick }) },
)

const histories = fc.array(step, { minLength: 4, maxLength: 14, size: 'max' })

let signingKey: CryptoKey
let keys: unknown[]

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  signingKey = privateKey
  keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' }]
})

type Guard = (request: Request, options: GuardOptions) => ReturnType<typeof verifyRequest>

/** How long after a change, at most, the guard still went by what was before it; null when never. */
type Lags = { acceptedAfterSuspension: number | null; refusedAfterResume: number | null }

let clients = 0

/**
 * One client, an administrator who suspends and resumes it, and three locations where its token comes
 * by. The server's answer is the truth of the moment; what reaches the denylist passes through KV.
 */
function world(guard: Guard, maxStaleness: number, name: string) {
  const clientId = `client-${++clients}`
  const clock = { now: START }
  const now = () => clock.now
  const kv = laggingKv(now, LOCATIONS.length)
  const truth = { version: 0, suspended: false, since: START, isPending: false }
  const lags: Lags = { acceptedAfterSuspension: null, refusedAfterResume: null }
  const guards = kv.map((denylist, at) => lazyGuard(at, denylist))

  /** Each location is an isolate of its own: the guard's memory goes by the issuer. */
  function lazyGuard(at: number, denylist: LocationKv) {
    const issuer = `https://${name}-${at}.example`
    const fetcher = {
      fetch: async () => Response.json({ keys }),
      introspect: async () => ({ active: !truth.suspended, scope: 'invoices:read' }),
    }
    const options: GuardOptions = {
      issuer,
      audience: AUDIENCE,
      maxStaleness,
      denylist,
      fetcher,
      now,
    }
    let request: Request | null = null
    return async () => {
      request ??= requestWith(await signed(issuer, clientId))
      return guard(request, options)
    }
  }

  async function spread() {
    const { version, suspended } = truth
    const entry = JSON.stringify({ version, suspended, generation: 0, revoked: [] })
    truth.isPending = await kv[0]!.put(denylistKey(clientId), entry).then(
      () => false,
      () => true,
    )
  }

  async function change(suspended: boolean) {
    if (truth.suspended === suspended) return
    Object.assign(truth, { version: truth.version + 1, suspended, since: clock.now })
    await spread()
  }

  async function pass(seconds: number) {
    // The server repeats a write that KV refused; here a second later.
    const first = truth.isPending ? 1 : 0
    clock.now += first
    if (first) await spread()
    clock.now += seconds - first
  }

  async function request(at: number) {
    const answer = await guards[at]!()
    const isAccepted = !(answer instanceof Response)
    if (!isAccepted) expect(answer.status).toBe(401)
    if (isAccepted !== truth.suspended) return
    const lag = clock.now - truth.since
    const which = isAccepted ? 'acceptedAfterSuspension' : 'refusedAfterResume'
    lags[which] = Math.max(lags[which] ?? 0, lag)
  }

  return { change, pass, request, lags }
}

const signed = (iss: string, clientId: string) =>
  new SignJWT({
    iss,
    sub: clientId,
    client_id: clientId,
    aud: AUDIENCE,
    scope: 'invoices:read',
    gen: 0,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })
    .setIssuedAt(START)
    .setExpirationTime(START + 43_200)
    .setJti(clientId)
    .sign(signingKey)

async function lagsOf(steps: Step[], guard: Guard, maxStaleness: number, name: string) {
  const { change, pass, request, lags } = world(guard, maxStaleness, name)
  for (const each of steps) {
    if (each === 'suspend') await change(true)
    else if (each === 'resume') await change(false)
    else if ('tick' in each) await pass(each.tick)
    else await request(each.requestAt)
  }
  return lags
}

/** With a bound of 0 nothing is ever behind, not for a second in which nothing else happens either. */
const isWithin = (bound: number) => (lag: number | null) => lag === null || lag < bound

const neverLate = (guard: Guard, maxStaleness: number, name: string, bound = maxStaleness) =>
  fc.asyncProperty(histories, async (steps) => {
    const { acceptedAfterSuspension, refusedAfterResume } = await lagsOf(
      steps,
      guard,
      maxStaleness,
      name,
    )
    return [acceptedAfterSuspension, refusedAfterResume].every(isWithin(bound))
  })

const runs = { seed: SEED, numRuns: HISTORIES }

it.each([0, 10])(
  'with maxStaleness %i, 10,000 histories (seed 20261122) hold no acceptance later than that, and no refusal',
  async (maxStaleness) => {
    await fc.assert(neverLate(verifyRequest, maxStaleness, `asks-${maxStaleness}`), runs)
  },
)

it('with maxStaleness 60, 10,000 histories (seed 20261122) stay within 90 seconds', async () => {
  const worst = { accepted: 0, refused: 0 }
  const measured = fc.asyncProperty(histories, async (steps) => {
    const lags = await lagsOf(steps, verifyRequest, 60, 'reads-60')
    worst.accepted = Math.max(worst.accepted, lags.acceptedAfterSuspension ?? 0)
    worst.refused = Math.max(worst.refused, lags.refusedAfterResume ?? 0)
  })
  await fc.assert(measured, runs)
  expect(worst.accepted).toBeGreaterThan(0)
  expect(worst.accepted).toBeLessThanOrEqual(DENYLIST_BOUND)
  expect(worst.refused).toBeLessThanOrEqual(DENYLIST_BOUND)
})

/** Trusts KV whatever it was told. */
const brokenGuard: Guard = (request, options) =>
  verifyRequest(request, { ...options, maxStaleness: 60 })

it.each([0, 10])(
  'a guard that trusts KV although maxStaleness is %i is found out by the same histories',
  async (maxStaleness) => {
    const found = await fc.check(
      neverLate(brokenGuard, maxStaleness, `broken-${maxStaleness}`),
      runs,
    )
    expect(found.failed).toBe(true)
    expect(found.counterexample?.[0]).toContain('suspend')
  },
)
