import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type KeyPlan,
  type KeyPolicy,
  planDue,
  planRotation,
  planUpkeep,
  revoked,
  standbyOf,
} from '../../src/domain/key-plan.ts'
import {
  ALGORITHMS,
  activeKey,
  isPublished,
  type SigningKey,
} from '../../src/domain/signing-key.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../../src/domain/time.ts'
import { d1CredentialReads } from '../../src/storage/clients/credential-reads.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'

// The rule of which key signs exists twice: in the domain, and in the token endpoint's one
// statement.

type Step = {
  what: 'rotate' | 'cron' | 'revoke' | 'revoke active' | 'change'
  after: Seconds
  n: number
}

const step = fc.record<Step>({
  what: fc.constantFrom('rotate', 'cron', 'cron', 'revoke', 'revoke active', 'change'),
  after: fc.constantFrom(MINUTE, HOUR, 13 * HOUR, DAY + 5 * MINUTE, 91 * DAY),
  n: fc.nat({ max: 9 }),
})

function planOf({ what, n }: Step, keys: SigningKey[], policy: KeyPolicy, now: Seconds): KeyPlan {
  if (what === 'rotate') return planRotation(keys, policy, now)
  const one = what === 'revoke' ? keys[n % keys.length] : activeKey(keys, policy.algorithm, now)
  if (!what.startsWith('revoke') || !one || one.revokedAt) return planDue(keys, policy, now)
  return planUpkeep(keys, { steps: [revoked(one, now)], makes: [] }, policy, now)
}

function carriedOut(keys: SigningKey[], plan: KeyPlan, policy: KeyPolicy, now: Seconds) {
  const after = keys.map(
    (key) => plan.steps.findLast(({ before }) => before.kid === key.kid)?.after ?? key,
  )
  const made = plan.makes.map((activatesAt, n) => ({
    kid: `kid_${keys.length + n}`,
    algorithm: policy.algorithm,
    publicJwk: '{}',
    wrappedKey: '',
    createdAt: now,
    activatesAt,
    retiresAt: null,
    revokedAt: null,
  }))
  return [...after, ...made]
}

async function store(keys: SigningKey[]): Promise<void> {
  const insert = env.DB.prepare(`INSERT INTO portcullis_signing_keys
    (kid, algorithm, public_jwk, wrapped_key, created_at, activates_at, retires_at, revoked_at)
    VALUES (?, ?, '{}', '', ?, ?, ?, ?)`)
  const rows = keys.map(({ kid, algorithm, createdAt, activatesAt, retiresAt, revokedAt }) =>
    insert.bind(kid, algorithm, createdAt, activatesAt, retiresAt, revokedAt),
  )
  await env.DB.batch([env.DB.prepare('DELETE FROM portcullis_signing_keys'), ...rows])
}

/** As the version before standby keys asked for it. */
const EARLIER = `SELECT kid FROM portcullis_signing_keys
  WHERE algorithm = ? AND revoked_at IS NULL AND activates_at <= ?
  ORDER BY activates_at DESC, created_at DESC, kid DESC LIMIT 1`

it('INV-12: whatever is done to the keys, one signs, the same for all, that was published before', async () => {
  const reads = d1CredentialReads(env.DB, ISSUER)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const policy: KeyPolicy = { algorithm: 'ES256', age: 90 * DAY, lead: DAY }
      let [keys, now]: [SigningKey[], Seconds] = [[], NOW]
      for (const one of steps) {
        now += one.after
        if (one.what === 'change') policy.algorithm = ALGORITHMS[one.n % 2] ?? 'ES256'
        const before = keys
        keys = carriedOut(keys, planOf(one, keys, policy, now), policy, now)
        await store(keys)
        const { algorithm } = policy
        const signs = activeKey(keys, algorithm, now)
        expect(signs).not.toBeNull()
        expect(standbyOf(keys, algorithm, now)).not.toBeNull()
        const { activeKid, lacksKey } = await reads.forToken(
          { keyId: 'none', spend: null },
          algorithm,
          now,
        )
        expect(activeKid).toBe(signs?.kid)
        expect(lacksKey).toBe(signs?.algorithm !== algorithm)
        const known = before.find(({ kid }) => kid === signs?.kid)
        // The first of all, and what replaces a key where nothing waited, are the exceptions.
        if (known) expect(isPublished(known, before, now)).toBe(true)
        else expect(before.filter((key) => isPublished(key, before, now)).length).toBeLessThan(2)
        const earlier = await env.DB.prepare(EARLIER).bind(algorithm, now).first<string>('kid')
        if (earlier !== null) {
          expect(keys.find(({ kid }) => kid === earlier)?.activatesAt).toBeLessThanOrEqual(now)
        }
      }
    }),
    { numRuns: 60, seed: 12 },
  )
})
